"""What every way in shares: where passkeys work, who knocks, and the cookie that lets in."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from server.actions import asides, limits, passkeys, recovery, sessions
from server.actions.members import Keys, Newcomer
from server.actions.passkeys import Credential, Owner, Site
from server.actions.recovery import NewCode
from server.db import Session
from server.domain import devices
from server.domain.limits import Limit, neighbourhood
from server.routes.access import Viewer, cookie_name, desk_of
from server.routes.desk import Desk

KNOCKS = Limit(120, timedelta(hours=1))
LOOPBACK = ("127.0.0.1", "[::1]")
NO_STORE = {"Cache-Control": "no-store"}
CODES = "codes"
LONGEST_NEXT = 4000


@dataclass(frozen=True, slots=True)
class NewcomerForm:
    """Who somebody says they are; without script also who they become."""

    name: str = ""
    zone: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser answers when it was asked for a passkey."""

    credential: Credential
    token: str = ""
    next: str = "/"


def to_localhost(request: Request[Any, Any, Any]) -> Redirect | None:
    """Lead from a numeric loopback address, to which no passkey can belong, to the same page on localhost."""
    desk = desk_of(request)
    home = urlsplit(desk.settings.origin)
    numeric = [home.netloc.replace("localhost", one) for one in LOOPBACK]
    if home.hostname != "localhost" or request.headers.get("host") not in numeric:
        return None
    query = f"?{request.url.query}" if request.url.query else ""
    return Redirect(f"{desk.settings.origin}{request.url.path}{query}", status_code=307)


def is_opened_by_a_person(request: Request[Any, Any, Any]) -> bool:
    """Whether an address was opened by somebody's own hand: typed, pasted, tapped outside the browser, or followed on a page of ours.

    A chat's preview and a mail's scanner send no fetch metadata, or no `Sec-Fetch-User`; a browser that fetches ahead says so; and a
    page of another site that leads here comes as cross-site, so that nobody is signed in by following its link.
    """
    told = request.headers
    if any(told.get(ahead) for ahead in ("sec-purpose", "purpose", "x-purpose", "x-moz")):
        return False
    wanted = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-user": "?1"}
    return told.get("sec-fetch-site") in ("none", "same-origin") and all(told.get(name) == value for name, value in wanted.items())


def passkey_problem(request: Request[Any, Any, Any], desk: Desk) -> str:
    """Why no passkey can be used where this page was opened; empty where one can."""
    home = urlsplit(desk.settings.origin)
    if home.scheme == "http" and home.hostname != "localhost":
        return "Passkeys need a secure address: put this server behind Caddy with TLS, or open it on its own machine as http://localhost."
    if request.headers.get("host") != home.netloc:
        return f"Passkeys belong to {desk.settings.origin}. Open this page there to use yours."
    return ""


def site(desk: Desk) -> Site:
    return Site(desk.settings.rp_id, desk.settings.origin)


def local_path(text: str) -> str:
    """The path on this server that somebody wanted to see; the first page for anything else."""
    is_path = text.startswith("/") and not text.startswith("//") and "\\" not in text and len(text) <= LONGEST_NEXT
    return text if is_path and text.isascii() and text.isprintable() else "/"


def address(request: Request[Any, Any, Any]) -> str:
    """A name for the address that somebody comes from, which does not tell it."""
    host = neighbourhood(request.client.host if request.client else "")
    return hashlib.sha256(host.encode()).hexdigest()[:32]


def knock(session: Session, request: Request[Any, Any, Any], desk: Desk) -> None:
    """Count one try to come in from this address."""
    limits.take(session, f"knock:{address(request)}", KNOCKS, now=desk.now())


def device(request: Request[Any, Any, Any]) -> str:
    return devices.name_of(request.headers.get("user-agent", ""))


def ask_newcomer(session: Session, desk: Desk, newcomer: Newcomer, purpose: str) -> dict[str, Any]:
    """Ask a newcomer's browser for a passkey, and keep who they are until it answers."""
    kept_aside = {"id": str(newcomer.id), "name": newcomer.name, "zone": newcomer.zone}
    whose = Owner(newcomer.id, newcomer.name)
    return passkeys.ask_for_new(session, site(desk), whose, purpose=purpose, now=desk.now(), kept_aside=kept_aside)


def answered(request: Request[Any, Any, Any], desk: Desk, credential: Credential, purpose: str) -> tuple[Newcomer, Keys]:
    """The newcomer who was asked for a passkey, and the keys that they will have: it, and recovery codes."""
    with desk.database.write() as session:
        ceremony = passkeys.take_ceremony(session, credential, purpose=purpose, now=desk.now())
    verified = passkeys.verify_new(site(desk), ceremony, credential)
    kept = ceremony.kept_aside
    return Newcomer(UUID(kept["id"]), kept["name"], kept["zone"]), Keys(device(request), recovery.make(), verified)


def admit(session: Session, request: Request[Any, Any, Any], desk: Desk, visitor: Viewer | None, member_id: UUID) -> str:
    """Sign a member in on the device that asks and return its new token; one that it held until now is dead."""
    now = desk.now()
    if visitor and visitor.session_id and visitor.member_id == member_id:
        return sessions.renew(session, visitor.session_id, now=now)
    if visitor and visitor.session_id:
        sessions.end(session, visitor.session_id, member_id=visitor.member_id, now=now)
    return sessions.begin(session, member_id, device=device(request), now=now)


def admit_newcomer(session: Session, desk: Desk, newcomer: Newcomer, keys: Keys) -> str:
    """Sign a new member in; the next page shows their recovery codes once."""
    token = sessions.begin(session, newcomer.id, device=keys.device, now=desk.now())
    keep_codes(session, desk, keys.codes, token)
    return token


def keep_codes(session: Session, desk: Desk, codes: Sequence[NewCode], token: str) -> None:
    """Keep new recovery codes for the page that shows them once."""
    asides.keep(session, [str(one.code) for one in codes], purpose=CODES, token=token, now=desk.now())


def let_in(desk: Desk, token: str, path: str) -> Response[dict[str, str]]:
    """The answer to a passkey that held: where to go, and the cookie that lets in."""
    return Response({"location": path}, status_code=200, cookies=[cookie(desk, token)], headers=NO_STORE)


def lead_in(desk: Desk, token: str, path: str) -> Redirect:
    """The answer to a form or a link that held: 303, with the cookie that lets in."""
    return Redirect(path, status_code=303, cookies=[cookie(desk, token)], headers=NO_STORE)


def lead_out(desk: Desk, path: str = "/sign-in") -> Redirect:
    """The answer to leaving: 303, without the cookie and without what the browser kept."""
    return Redirect(path, status_code=303, cookies=[cookie(desk, "")], headers={**NO_STORE, "Clear-Site-Data": '"cache"'})


def cookie(desk: Desk, token: str) -> Cookie:
    """The session's cookie; with an empty token it takes the cookie away."""
    age = int(sessions.LONGEST.total_seconds()) if token else 0
    return Cookie(cookie_name(desk), value=token, max_age=age, path="/", secure=desk.settings.is_secure, httponly=True, samesite="lax")
