"""Coming in with a passkey, a recovery code or a one-time link; showing once more who it is; and leaving."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, URLEncodedBody

from server.actions import limits, links, passkeys, recovery, sessions
from server.domain import secrets
from server.domain.errors import InvalidError
from server.domain.limits import Limit
from server.routes import access, entering, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.entering import Answer
from server.routes.showing import forms
from server.routes.showing.forms import Sent
from server.store.recovery import RecoveryCode
from web.views import LinkPage, Notice, Passkey, SignInPage

PASSKEY = Passkey(options_url="/sign-in/options", url="/sign-in/passkey")
GONE = Notice(text="Your account is deleted, and you are signed out.")
CODE_TRIES = Limit(5, timedelta(minutes=15))
CODE_TRIES_AN_HOUR = Limit(30, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class CodeForm:
    """A recovery code, and where to go with it."""

    code: str = ""
    next: str = "/"


@get("/sign-in", opt=access.ANYONE, before_request=entering.to_localhost, sync_to_thread=True)
def show(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    visitor: NamedDependency[Viewer | None],
    after: Annotated[str, QueryParameter(name="next")] = "/",
    again: FromQuery[str] = "",
    gone: FromQuery[str] = "",
) -> Response[Any]:
    if visitor and not again:
        return pages.back(entering.local_path(after))
    return _page(request, desk, visitor, after, notices=(GONE,) if gone else ())


@post("/sign-in/options", opt=access.ANYONE, status_code=200, sync_to_thread=True)
def ask(request: Request[Any, Any, Any], desk: NamedDependency[Desk], visitor: NamedDependency[Viewer | None]) -> dict[str, Any]:
    """Ask for any passkey of this site; of somebody who is in, for theirs."""
    with desk.database.write() as session:
        entering.knock(session, request, desk)
        return passkeys.ask_who(session, entering.site(desk), now=desk.now(), member_id=visitor.member_id if visitor else None)


@post("/sign-in/passkey", opt=access.ANYONE, status_code=200, sync_to_thread=True)
def enter(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], visitor: NamedDependency[Viewer | None], data: JSONBody[Answer]
) -> Response[Any]:
    """Let in whoever shows a passkey."""
    with desk.database.write() as session:
        ceremony = passkeys.take_ceremony(session, data.credential, purpose=passkeys.SIGN_IN, now=desk.now())
        known = passkeys.shown(session, data.credential)
    passkey = passkeys.verify(entering.site(desk), ceremony, data.credential, known)
    with desk.database.write() as session:
        passkeys.note_use(session, passkey, now=desk.now())
        token = entering.admit(session, request, desk, visitor, passkey.member_id)
    return entering.let_in(desk, token, entering.local_path(data.next))


@post("/sign-in", opt=access.ANYONE, sync_to_thread=True)
def enter_by_code(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], visitor: NamedDependency[Viewer | None], data: URLEncodedBody[CodeForm]
) -> Response[Any]:
    """Let in whoever has a recovery code that was not used."""
    try:
        kept = _proved(request, desk, data.code)
        with desk.database.write() as session:
            member_id = recovery.use(session, kept, now=desk.now())
            token = entering.admit(session, request, desk, visitor, member_id)
    except InvalidError as refusal:
        return _page(request, desk, visitor, data.next, Sent(refusal, asdict(data)))
    return entering.lead_in(desk, token, entering.local_path(data.next))


@get("/enter/{token:str}", opt=access.ANYONE, before_request=entering.to_localhost, sync_to_thread=True)
def open_link(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], visitor: NamedDependency[Viewer | None], token: FromPath[str]
) -> Response[Any]:
    """Let in a person who opens a link that the operator made; whatever else fetches it gets a page with one button and uses nothing up."""
    if not entering.is_opened_by_a_person(request):
        return pages.page(request, "sign_in/link.html", LinkPage(url=f"/enter/{token}"), title="Come in", headers=entering.NO_STORE)
    return _enter_by_link(request, desk, visitor, token)


@post("/enter/{token:str}", opt=access.ANYONE, sync_to_thread=True)
def enter_by_link(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], visitor: NamedDependency[Viewer | None], token: FromPath[str]
) -> Response[Any]:
    """Let in who presses that button."""
    return _enter_by_link(request, desk, visitor, token)


@post("/sign-out", opt=access.ANYONE, sync_to_thread=True)
def leave(desk: NamedDependency[Desk], visitor: NamedDependency[Viewer | None]) -> Response[Any]:
    """End the session of this device and let it forget what it kept."""
    if visitor and visitor.session_id:
        with desk.database.write() as session:
            sessions.end(session, visitor.session_id, member_id=visitor.member_id, now=desk.now())
    return entering.lead_out(desk)


def _enter_by_link(request: Request[Any, Any, Any], desk: Desk, visitor: Viewer | None, token: str) -> Response[Any]:
    with desk.database.write() as session:
        member_id = links.redeem(session, token, now=desk.now())
        key = entering.admit(session, request, desk, visitor, member_id)
    return entering.lead_in(desk, key, "/")


def _proved(request: Request[Any, Any, Any], desk: Desk, text: str) -> RecoveryCode:
    """The kept code that somebody typed; the try is counted before, and no transaction is open while it is compared."""
    code = secrets.read_code(text)
    with desk.database.write() as session:
        for limit in (CODE_TRIES, CODE_TRIES_AN_HOUR):
            limits.take(session, f"code:{limit.most}:{entering.address(request)}", limit, now=desk.now())
        if code:
            limits.take(session, f"code:{code.selector}", CODE_TRIES, now=desk.now())
        kept = recovery.find(session, code)
    return recovery.prove(kept, code)


def _page(
    request: Request[Any, Any, Any],
    desk: Desk,
    visitor: Viewer | None,
    after: str,
    sent: Sent | None = None,
    notices: tuple[Notice, ...] = (),
) -> Response[str]:
    view = SignInPage(
        passkey=PASSKEY,
        code=forms.field("code", sent=sent),
        next=entering.local_path(after),
        is_again=visitor is not None,
        problem=entering.passkey_problem(request, desk),
    )
    return pages.page(request, "sign_in/page.html", view, title="Sign in", status=422 if sent else 200, notices=notices)


HANDLERS = [show, ask, enter, enter_by_code, open_link, enter_by_link, leave]
