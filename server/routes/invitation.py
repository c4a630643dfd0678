"""Opening an invitation and saying yes, as a newcomer or as a member who is in."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, URLEncodedBody

from server.actions import invitations, members, recovery, supporting
from server.actions.members import Keys, Newcomer
from server.db import Session
from server.domain.bonds import Kind
from server.domain.errors import InvalidError
from server.domain.text import isolated
from server.routes import access, entering, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.entering import Answer, NewcomerForm
from server.routes.showing import forms, words
from server.routes.showing.forms import Sent
from server.store import bonds
from server.store import members as people
from web.views import Input, InvitationPage, Offer, Passkey

PURPOSE, TITLE = "invitation", "Your invitation"
PASSKEY = Passkey(options_url="/invitation/options", url="/invitation/passkey")
BONDS = {
    Kind.PARTNERS: "As partners: each says small things they will do, and both see what held.",
    Kind.PARENT_CHILD: "As parent and child: each says small things they will do, and both see what held.",
    Kind.FAMILY: "As a family: each says small things they will do, and all see what held.",
    Kind.FRIENDS: "As friends: each says small things they will do, and all see what held.",
    Kind.TEAM: "As a team: each says small things they will do, and all see what held.",
}
SEES = (
    "Your name, and the promises that you make to them.",
    "On which day each was kept, was late, was missed or was mended, and whether it was on time. Not the minute.",
    "What you write to them: thanks, and what you say about a day.",
    "Not where you are, not when you were last here, and not what you promise only to yourself.",
)
SUPPORTS = (
    "For {names}, as somebody from outside: you read what all of them have opened to you, and nothing else. You promise nothing here."
)
SEES_OF_SUPPORTER = (
    "Your name, and that you support them; so does everybody in it.",
    "Not when you read, not what you read, and not where you are.",
)
ENDING = "Each of them can close what they opened, or end it, at once. So can you."
LEAVING = "You can leave at any time, in two taps and without a reason."
NAMELESS = "somebody who gave no name"


@get("/invitation", opt=access.ANYONE, before_request=entering.to_localhost, sync_to_thread=True)
def show(request: Request[Any, Any, Any]) -> Response[str]:
    """Ask for the token, which a script finds in the address's fragment."""
    return pages.page(request, "invitation/page.html", InvitationPage(token=Input()), title=TITLE)


@post("/invitation", opt=access.ANYONE, status_code=200, sync_to_thread=True)
def open_offer(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    visitor: NamedDependency[Viewer | None],
    data: URLEncodedBody[NewcomerForm],
) -> Response[str]:
    """Show who asks, and what they would see."""
    with desk.database.write() as session:
        entering.knock(session, request, desk)
    return _offer(request, desk, visitor, data.token)


@post("/invitation/options", opt=access.ANYONE, status_code=200, sync_to_thread=True)
def ask(request: Request[Any, Any, Any], desk: NamedDependency[Desk], data: JSONBody[NewcomerForm]) -> dict[str, Any]:
    """Ask the newcomer's browser for a passkey."""
    newcomer = members.newcomer(data.name, data.zone)
    with desk.database.write() as session:
        entering.knock(session, request, desk)
        _stands(session, desk, data.token)
        return entering.ask_newcomer(session, desk, newcomer, PURPOSE)


@post("/invitation/passkey", opt=access.ANYONE, status_code=200, sync_to_thread=True)
def join(request: Request[Any, Any, Any], desk: NamedDependency[Desk], data: JSONBody[Answer]) -> Response[Any]:
    """Make the newcomer a member with a passkey, and the bond."""
    newcomer, keys = entering.answered(request, desk, data.credential, PURPOSE)
    return entering.let_in(desk, _join(desk, newcomer, keys, data.token), "/me")


@post("/invitation/join", opt=access.ANYONE, sync_to_thread=True)
def join_without(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    visitor: NamedDependency[Viewer | None],
    data: URLEncodedBody[NewcomerForm],
) -> Response[Any]:
    """Make the newcomer a member without a passkey, and the bond."""
    try:
        newcomer = members.newcomer(data.name, data.zone)
        with desk.database.read() as session:
            _stands(session, desk, data.token)
        token = _join(desk, newcomer, Keys(entering.device(request), recovery.make()), data.token)
    except InvalidError as refusal:
        return _offer(request, desk, visitor, data.token, Sent(refusal, asdict(data)))
    return entering.lead_in(desk, token, "/me")


@post("/invitation/accept", opt=access.SIGNED_IN, sync_to_thread=True)
def accept(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[NewcomerForm]
) -> Response[Any]:
    """Say yes as a member who is in."""
    try:
        with desk.database.write() as session:
            path = _accept(session, desk, data.token, viewer.member_id)
    except InvalidError as refusal:
        return _offer(request, desk, viewer, data.token, Sent(refusal, asdict(data)))
    return pages.back(path)


def _join(desk: Desk, newcomer: Newcomer, keys: Keys, token: str) -> str:
    with desk.database.write() as session:
        members.make(session, newcomer, keys, now=desk.now())
        _accept(session, desk, token, newcomer.id)
        return entering.admit_newcomer(session, desk, newcomer, keys)


def _stands(session: Session, desk: Desk, token: str) -> None:
    """InvalidError for a token that asks nobody in."""
    if supporting.read(session, token, now=desk.now()) is None:
        invitations.read(session, token, now=desk.now())


def _accept(session: Session, desk: Desk, token: str, member_id: UUID) -> str:
    """Say yes to what a token asks, and return where that leads."""
    supporter = supporting.read(session, token, now=desk.now())
    if supporter is None:
        invitations.accept(session, token, member_id=member_id, now=desk.now())
        return "/"
    supporting.come_in(session, supporter, member_id=member_id, now=desk.now())
    return "/supporting"


def _offer(request: Request[Any, Any, Any], desk: Desk, visitor: Viewer | None, pasted: str, sent: Sent | None = None) -> Response[str]:
    """The offer, or the page that asks for the token where the one given opens nothing."""
    token = pasted.rpartition("#")[2].strip()
    try:
        with desk.database.read() as session:
            offer = _offered(session, desk, visitor, token, sent)
    except InvalidError as gone:
        view = InvitationPage(token=Input(error=str(gone)))
        return pages.page(request, "invitation/page.html", view, title=TITLE, status=422)
    problem = entering.passkey_problem(request, desk) if offer.passkey else ""
    view = InvitationPage(token=Input(value=token), offer=offer, problem=problem)
    return pages.page(request, "invitation/page.html", view, title=TITLE, status=422 if sent else 200, headers=entering.NO_STORE)


def _offered(session: Session, desk: Desk, visitor: Viewer | None, token: str, sent: Sent | None) -> Offer:
    inviter, bond, sees = _what(session, desk, token)
    return Offer(
        token=token,
        inviter=inviter,
        bond=bond,
        operator=desk.settings.operator or NAMELESS,
        sees=sees,
        name=forms.field("name", sent=sent),
        zone=forms.field("zone", sent=sent),
        accept_url="/invitation/accept" if visitor else "/invitation/join",
        passkey=None if visitor else PASSKEY,
    )


def _what(session: Session, desk: Desk, token: str) -> tuple[str, str, tuple[str, ...]]:
    """Who asks, into what, and what they will see of whoever says yes."""
    if supporter := supporting.read(session, token, now=desk.now()):
        names = words.listed([one.name for one in bonds.members_of(session, supporter.bond_id)])
        return isolated(people.get(session, supporter.proposed_by).name), f"{SUPPORTS.format(names=names)} {ENDING}", SEES_OF_SUPPORTER
    invitation = invitations.read(session, token, now=desk.now())
    return isolated(people.get(session, invitation.inviter_id).name), f"{BONDS[invitation.kind]} {LEAVING}", SEES


HANDLERS = [show, open_offer, ask, join, join_without, accept]
