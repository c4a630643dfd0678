"""A bond's own supporter: proposed, agreed to, asked in, shown what is opened, ended; and what may be printed."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect

from server.actions import asides
from server.actions import supporting as acting
from server.db import Session
from server.domain.errors import InvalidError
from server.routes import access, entering, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import choosing, supporter
from server.routes.showing.forms import Sent, several
from server.store import bonds, supporters

ASKED = "supporter"
Act = Callable[[Session, UUID], None]


@dataclass(frozen=True, slots=True)
class ProposeForm:
    """Who it would be."""

    who: str = ""


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """Whether one agrees: yes or no."""

    agrees: str = ""


@dataclass(frozen=True, slots=True)
class AreaForm:
    """An area, and what becomes of it: open, close, or lapse at its end."""

    area: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class PrintForm:
    """Those of one's own lines that may be printed."""

    line: list[str] | str = field(default_factory=list)


@get("/us/supporter", opt=access.SIGNED_IN, sync_to_thread=True)
def show(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond: FromQuery[UUID | None] = None
) -> Response[str]:
    """How it stands; an invitation that was made a moment ago shows its link once."""
    cookie = _cookie(request, desk)
    with desk.database.read() as session:
        waits = asides.wait(session, purpose=ASKED, token=cookie)
    if not waits:
        return _page(request, desk, viewer, bond)
    with desk.database.write() as session:
        kept = asides.take(session, purpose=ASKED, token=cookie, now=desk.now())
    return _page(request, desk, viewer, bond, token="".join(kept))


@post("/us/supporter", opt=access.SIGNED_IN, sync_to_thread=True)
def propose(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    data: URLEncodedBody[ProposeForm],
    bond: FromQuery[UUID | None] = None,
) -> Response[Any]:
    """Propose somebody."""
    try:
        with desk.database.write() as session:
            chosen = choosing.chosen(bonds.of_member(session, viewer.member_id), bond)
            acting.propose(session, chosen.id, who=data.who, member_id=viewer.member_id, now=desk.now())
    except InvalidError as refusal:
        return _page(request, desk, viewer, bond, sent=Sent(refusal, asdict(data)))
    return _back(bond)


@post("/us/supporter/answer", opt=access.SIGNED_IN, sync_to_thread=True)
def answer(
    desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[AnswerForm], bond: FromQuery[UUID | None] = None
) -> Redirect:
    """Say yes or no, once."""

    def said(session: Session, bond_id: UUID) -> None:
        if data.agrees not in ("yes", "no"):
            raise InvalidError("Yes or no, please.", "agrees")
        acting.answer(session, bond_id, agrees=data.agrees == "yes", member_id=viewer.member_id, now=desk.now())

    return _done(desk, viewer, bond, said)


@post("/us/supporter/end", opt=access.SIGNED_IN, sync_to_thread=True)
def end(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond: FromQuery[UUID | None] = None) -> Redirect:
    """End it, or take the proposal back."""
    return _done(desk, viewer, bond, lambda session, bond_id: acting.end(session, bond_id, member_id=viewer.member_id, now=desk.now()))


@post("/us/supporter/invitation", opt=access.SIGNED_IN, sync_to_thread=True)
def invite(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond: FromQuery[UUID | None] = None
) -> Redirect:
    """Ask in whom all agreed to."""

    def asked(session: Session, bond_id: UUID) -> None:
        token = acting.invite(session, bond_id, member_id=viewer.member_id, now=desk.now())
        asides.keep(session, [token], purpose=ASKED, token=_cookie(request, desk), now=desk.now())

    return _done(desk, viewer, bond, asked)


@post("/us/supporter/invitation/withdraw", opt=access.SIGNED_IN, sync_to_thread=True)
def take_back(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond: FromQuery[UUID | None] = None) -> Redirect:
    """Take the invitation back."""
    return _done(desk, viewer, bond, lambda session, bond_id: acting.take_back(session, bond_id, member_id=viewer.member_id))


@post("/us/supporter/areas", opt=access.SIGNED_IN, sync_to_thread=True)
def choose_area(
    desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[AreaForm], bond: FromQuery[UUID | None] = None
) -> Redirect:
    """Open an area, close it, or let it close at its end."""

    def chosen(session: Session, bond_id: UUID) -> None:
        match data.says:
            case "open":
                acting.open_area(session, bond_id, data.area, member_id=viewer.member_id, now=desk.now())
            case "close":
                acting.close_area(session, bond_id, data.area, member_id=viewer.member_id)
            case "lapse":
                acting.let_lapse(session, bond_id, data.area, member_id=viewer.member_id)
            case _:
                raise InvalidError("An area is opened, closed, or left to close by itself.", "says")

    return _done(desk, viewer, bond, chosen)


@get("/us/print", opt=access.SIGNED_IN, sync_to_thread=True)
def show_print(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], bond: FromQuery[UUID | None] = None
) -> Response[str]:
    """What each author lets be printed, and one's own lines to choose from."""
    with desk.database.read() as session:
        found = supporter.load(session, viewer.member_id, bond, now=desk.now())
        view = supporter.print_page(found, *supporter.load_print(session, found))
    return pages.page(request, "us/print.html", view, title="To print")


@post("/us/print", opt=access.SIGNED_IN, sync_to_thread=True)
def choose_lines(
    desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[PrintForm], bond: FromQuery[UUID | None] = None
) -> Redirect:
    """Let these of one's own lines be printed, and no other."""
    with desk.database.write() as session:
        found = supporter.load(session, viewer.member_id, bond, now=desk.now())
        pieces, _ = supporter.load_print(session, found)
        own = {one.line for one in pieces if one.member_id == viewer.member_id}
        supporters.print_only(session, found.bond.id, viewer.member_id, own & set(several(data.line)))
    return pages.back(f"/us/print?bond={bond}" if bond else "/us/print")


def _done(desk: Desk, viewer: Viewer, bond_id: UUID | None, act: Act) -> Redirect:
    with desk.database.write() as session:
        act(session, choosing.chosen(bonds.of_member(session, viewer.member_id), bond_id).id)
    return _back(bond_id)


def _back(bond_id: UUID | None) -> Redirect:
    return pages.back(f"/us/supporter?bond={bond_id}" if bond_id else "/us/supporter")


def _page(
    request: Request[Any, Any, Any], desk: Desk, viewer: Viewer, bond_id: UUID | None, *, token: str = "", sent: Sent | None = None
) -> Response[str]:
    with desk.database.read() as session:
        found = supporter.load(session, viewer.member_id, bond_id, now=desk.now())
    view = supporter.page(found, desk.settings.origin, token=token, sent=sent)
    headers = entering.NO_STORE if token else {}
    return pages.page(request, "us/supporter.html", view, title=view.heading, status=422 if sent else 200, headers=headers)


def _cookie(request: Request[Any, Any, Any], desk: Desk) -> str:
    return request.cookies[access.cookie_name(desk)]


HANDLERS = [show, propose, answer, end, invite, take_back, choose_area, show_print, choose_lines]
