"""The member's own settings: what one is called, how it looks, and every way in."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, URLEncodedBody
from litestar.response import Redirect

from server.actions import asides, members, passkeys, recovery, sessions, settings, tokens
from server.actions.passkeys import Owner
from server.db import Session
from server.domain.errors import InvalidError
from server.routes import access, calendar, entering, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.entering import Answer
from server.routes.showing import me
from server.routes.showing.forms import Sent
from server.routes.showing.me import Once
from server.store import members as people

ADDING, CODES, TOKEN = "another", entering.CODES, "api"


@dataclass(frozen=True, slots=True)
class MemberForm:
    """What one is called, where one is, and when a day starts."""

    name: str = ""
    zone: str = ""
    day_start: str = ""


@dataclass(frozen=True, slots=True)
class AppearanceForm:
    """Light, dark, or as the phone."""

    appearance: str = ""


@dataclass(frozen=True, slots=True)
class StreaksForm:
    """Whether one's own pages show streaks: shown or hidden."""

    streaks: str = "shown"


@dataclass(frozen=True, slots=True)
class TokenForm:
    """What a new token is for, and what it may."""

    token_name: str = ""
    scope: str = ""


@get("/me", opt=access.SIGNED_IN, sync_to_thread=True)
def show(request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Response[str]:
    """One's own page; what was made a moment ago stands on it once."""
    cookie = _cookie(request, desk)
    with desk.database.read() as session:
        waits = [purpose for purpose in (CODES, TOKEN, calendar.PURPOSE) if asides.wait(session, purpose=purpose, token=cookie)]
    if not waits:
        return _page(request, desk, viewer)
    with desk.database.write() as session:
        kept = {purpose: asides.take(session, purpose=purpose, token=cookie, now=desk.now()) for purpose in waits}
    once = Once(kept.get(CODES, ()), "".join(kept.get(TOKEN, ())), "".join(kept.get(calendar.PURPOSE, ())))
    return _page(request, desk, viewer, once=once)


@post("/me", opt=access.SIGNED_IN, sync_to_thread=True)
def change(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[MemberForm]
) -> Response[Any]:
    def saved(session: Session) -> None:
        members.change(session, viewer.member_id, **asdict(data), now=desk.now())

    return _saved(request, desk, viewer, asdict(data), saved)


@post("/me/appearance", opt=access.SIGNED_IN, sync_to_thread=True)
def choose_appearance(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[AppearanceForm]
) -> Response[Any]:
    return _saved(
        request, desk, viewer, asdict(data), lambda session: members.choose_appearance(session, viewer.member_id, data.appearance)
    )


@post("/me/streaks", opt=access.SIGNED_IN, sync_to_thread=True)
def hide_streaks(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[StreaksForm]) -> Redirect:
    with desk.database.write() as session:
        members.hide_streaks(session, viewer.member_id, hides=data.streaks == "hidden")
    return pages.back("/me")


@post("/me/pauses", opt=access.SIGNED_IN, sync_to_thread=True)
def pause(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[dict[str, str]]
) -> Response[Any]:
    """Let all that one promised rest for some days."""
    days = {"from": data.get("from", ""), "until": data.get("until", "")}

    def rested(session: Session) -> None:
        settings.rest_oneself(session, since=days["from"], until=days["until"], member_id=viewer.member_id, now=desk.now())

    return _saved(request, desk, viewer, days, rested)


@post("/me/devices/{session_id:uuid}/end", opt=access.FRESH, sync_to_thread=True)
def end_device(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], session_id: FromPath[UUID]) -> Redirect:
    with desk.database.write() as session:
        sessions.end(session, session_id, member_id=viewer.member_id, now=desk.now())
    return pages.back("/me")


@post("/me/devices/end-others", opt=access.FRESH, sync_to_thread=True)
def end_other_devices(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Redirect:
    with desk.database.write() as session:
        sessions.end_others(session, viewer.member_id, but=viewer.session_id, now=desk.now())
    return pages.back("/me")


@post("/me/passkeys/options", opt=access.FRESH, status_code=200, sync_to_thread=True)
def ask_passkey(request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> dict[str, Any]:
    """Ask for one more passkey."""
    with desk.database.write() as session:
        entering.knock(session, request, desk)
        owner = Owner(viewer.member_id, people.get(session, viewer.member_id).name)
        return passkeys.ask_for_new(session, entering.site(desk), owner, purpose=ADDING, now=desk.now())


@post("/me/passkeys", opt=access.FRESH, status_code=200, sync_to_thread=True)
def add_passkey(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: JSONBody[Answer]
) -> dict[str, str]:
    """Add the passkey that this member was asked for."""
    with desk.database.write() as session:
        ceremony = passkeys.take_ceremony(session, data.credential, purpose=ADDING, member_id=viewer.member_id, now=desk.now())
    verified = passkeys.verify_new(entering.site(desk), ceremony, data.credential)
    with desk.database.write() as session:
        passkeys.add(session, viewer.member_id, verified, name=entering.device(request), now=desk.now())
    return {"location": "/me"}


@post("/me/passkeys/{passkey_id:uuid}/remove", opt=access.FRESH, sync_to_thread=True)
def remove_passkey(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], passkey_id: FromPath[UUID]) -> Redirect:
    with desk.database.write() as session:
        passkeys.remove(session, passkey_id, member_id=viewer.member_id)
    return pages.back("/me")


@post("/me/recovery-codes", opt=access.FRESH, sync_to_thread=True)
def renew_codes(request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Redirect:
    codes = recovery.make()
    with desk.database.write() as session:
        recovery.replace(session, viewer.member_id, codes, now=desk.now())
        entering.keep_codes(session, desk, codes, _cookie(request, desk))
    return pages.back("/me")


@post("/me/tokens", opt=access.FRESH, sync_to_thread=True)
def make_token(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[TokenForm]
) -> Response[Any]:
    def saved(session: Session) -> None:
        secret = tokens.make(session, viewer.member_id, name=data.token_name, scope=data.scope, now=desk.now())
        asides.keep(session, [secret], purpose=TOKEN, token=_cookie(request, desk), now=desk.now())

    return _saved(request, desk, viewer, asdict(data), saved)


@post("/me/tokens/{token_id:uuid}/remove", opt=access.SIGNED_IN, sync_to_thread=True)
def end_token(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], token_id: FromPath[UUID]) -> Redirect:
    with desk.database.write() as session:
        tokens.end(session, token_id, member_id=viewer.member_id, now=desk.now())
    return pages.back("/me")


def _saved(
    request: Request[Any, Any, Any], desk: Desk, viewer: Viewer, fields: dict[str, str], act: Callable[[Session], None]
) -> Response[Any]:
    """Do it and lead back to the page; what was refused stands in its form again."""
    try:
        with desk.database.write() as session:
            act(session)
    except InvalidError as refusal:
        return _page(request, desk, viewer, sent=Sent(refusal, fields))
    return pages.back("/me")


def _page(
    request: Request[Any, Any, Any], desk: Desk, viewer: Viewer, *, once: Once | None = None, sent: Sent | None = None
) -> Response[str]:
    with desk.database.read() as session:
        found = me.load(session, viewer.member_id, viewer.session_id, now=desk.now())
    view = me.page(found, can_push=bool(desk.push_key), once=once, sent=sent)
    status, headers = 422 if sent else 200, entering.NO_STORE if once else {}
    return pages.page(request, "me/page.html", view, title="You", status=status, headers=headers, notices=me.notices(found))


def _cookie(request: Request[Any, Any, Any], desk: Desk) -> str:
    return request.cookies[access.cookie_name(desk)]


HANDLERS = [
    show,
    change,
    choose_appearance,
    hide_streaks,
    pause,
    end_device,
    end_other_devices,
    ask_passkey,
    add_passkey,
    remove_passkey,
    renew_codes,
    make_token,
    end_token,
]
