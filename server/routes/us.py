"""The bond: its members, asking somebody in, its review moment, its pauses, quiet hours, leaving it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from server.actions import asides, invitations, leaving, settings
from server.db import Session
from server.domain.errors import InvalidError
from server.routes import access, closing, entering, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import choosing, nudging, supporter, us
from server.routes.showing.forms import Sent
from server.routes.showing.us import Made
from server.store import bonds

ASKED = "asked_in"


@dataclass(frozen=True, slots=True)
class InviteForm:
    """What the new bond will be between; without meaning for one that there is."""

    kind: str = ""


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """The weekday, MO to SU, and the local time at which a week ends."""

    weekday: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class QuietForm:
    """The local times between which nothing arrives, both empty for none."""

    quiet_from: str = ""
    quiet_until: str = ""


@get("/us", opt=access.SIGNED_IN, sync_to_thread=True)
def show(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond: FromQuery[UUID | None] = None
) -> Response[str]:
    """The page of the bond; an invitation that was made a moment ago shows its link once."""
    cookie = _cookie(request, desk)
    with desk.database.read() as session:
        waits = asides.wait(session, purpose=ASKED, token=cookie)
    if not waits:
        return _page(request, desk, viewer, bond)
    with desk.database.write() as session:
        kept = asides.take(session, purpose=ASKED, token=cookie, now=desk.now())
    return _page(request, desk, viewer, bond, made=Made(*kept) if kept else None)


@post("/us/invitations", opt=access.SIGNED_IN, sync_to_thread=True)
def invite(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    data: URLEncodedBody[InviteForm],
    bond: FromQuery[UUID | None] = None,
) -> Response[Any]:
    """Ask somebody in: into a new bond, or into one that may grow."""

    def asked(session: Session) -> None:
        chosen = choosing.if_any(bonds.of_member(session, viewer.member_id), bond)
        made, token = invitations.invite(session, viewer.member_id, kind=data.kind, now=desk.now(), bond_id=chosen.id if chosen else None)
        asides.keep(session, [str(made.id), token], purpose=ASKED, token=_cookie(request, desk), now=desk.now())

    return _saved(request, desk, viewer, bond, asdict(data), asked)


@post("/us/invitations/{invitation_id:uuid}/withdraw", opt=access.SIGNED_IN, sync_to_thread=True)
def withdraw(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], invitation_id: FromPath[UUID]) -> Redirect:
    """Take an invitation back."""
    with desk.database.write() as session:
        invitations.withdraw(session, invitation_id, member_id=viewer.member_id, now=desk.now())
    return pages.back("/us")


@post("/us/review", opt=access.SIGNED_IN, sync_to_thread=True)
def choose_review(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    data: URLEncodedBody[ReviewForm],
    bond: FromQuery[UUID | None] = None,
) -> Response[Any]:
    """Choose when the bond's week ends."""

    def chosen(session: Session) -> None:
        mine = choosing.chosen(bonds.of_member(session, viewer.member_id), bond)
        settings.choose_review(session, mine.id, weekday=data.weekday, at=data.time, member_id=viewer.member_id, now=desk.now())

    return _saved(request, desk, viewer, bond, asdict(data), chosen)


@post("/us/quiet-hours", opt=access.SIGNED_IN, sync_to_thread=True)
def choose_quiet_hours(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[QuietForm]
) -> Response[Any]:
    """Choose one's own quiet hours."""

    def chosen(session: Session) -> None:
        settings.choose_quiet_hours(session, viewer.member_id, since=data.quiet_from, until=data.quiet_until)

    return _saved(request, desk, viewer, None, asdict(data), chosen)


@post("/us/pauses", opt=access.SIGNED_IN, sync_to_thread=True)
def pause(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    data: URLEncodedBody[dict[str, str]],
    bond: FromQuery[UUID | None] = None,
) -> Response[Any]:
    """Let the bond rest for some days."""
    days = {"from": data.get("from", ""), "until": data.get("until", "")}

    def rested(session: Session) -> None:
        mine = choosing.chosen(bonds.of_member(session, viewer.member_id), bond)
        settings.rest(session, mine.id, since=days["from"], until=days["until"], member_id=viewer.member_id, now=desk.now())

    return _saved(request, desk, viewer, bond, days, rested)


@post("/us/leave", opt=access.SIGNED_IN, sync_to_thread=True)
def leave(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond: FromQuery[UUID | None] = None) -> Redirect:
    """Leave, at once."""
    with desk.database.write() as session:
        mine = choosing.chosen(bonds.of_member(session, viewer.member_id), bond)
        leaving.leave(session, mine.id, member_id=viewer.member_id, now=desk.now())
    return pages.back("/us")


def _saved(
    request: Request[Any, Any, Any],
    desk: Desk,
    viewer: Viewer,
    bond_id: UUID | None,
    fields: dict[str, str],
    act: Callable[[Session], None],
) -> Response[Any]:
    """Do it and lead back to the page; what was refused stands in its form again."""
    try:
        with desk.database.write() as session:
            act(session)
    except InvalidError as refusal:
        return _page(request, desk, viewer, bond_id, sent=Sent(refusal, fields))
    return pages.back(f"/us?bond={bond_id}" if bond_id else "/us")


def _page(
    request: Request[Any, Any, Any], desk: Desk, viewer: Viewer, bond_id: UUID | None, *, made: Made | None = None, sent: Sent | None = None
) -> Response[str]:
    with desk.database.read() as session:
        found = us.load(session, viewer.member_id, bond_id, now=desk.now())
        view, notices = us.page(found, desk.settings.origin, made=made, sent=sent), us.notices(found)
        if found.bond:
            held = supporter.load(session, viewer.member_id, bond_id, now=desk.now())
            part = nudging.part(session, found.me, found.mine, found.bond, now=desk.now())
            view, notices = replace(view, supporter=supporter.note(held), nudges=part), (*notices, *supporter.asked(held))
    notices = (*closing.notices(desk, found.me, found.mine), *notices)
    headers = entering.NO_STORE if made else {}
    status = 422 if sent else 200
    return pages.page(request, "us/page.html", view, title="Us", tab="us", status=status, headers=headers, notices=notices)


def _cookie(request: Request[Any, Any, Any], desk: Desk) -> str:
    return request.cookies[access.cookie_name(desk)]


HANDLERS = [show, invite, withdraw, choose_review, choose_quiet_hours, pause, leave]
