"""Handing an account over: the phone that is signed in, and the one that is to be."""

from dataclasses import asdict, dataclass
from typing import Any

import segno
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import JSONBody, URLEncodedBody
from litestar.response import Redirect

from server.actions import asides, handing
from server.domain import handing as rules
from server.domain.errors import InvalidError
from server.domain.handing import Stage
from server.domain.text import isolated
from server.routes import access, entering, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import forms, words
from server.routes.showing.forms import Sent
from server.routes.showing.me import ADD_PASSKEY
from server.store import members as people
from server.store.hand_overs import HandOver
from web.views import ComeInPage, HandOverPage, Input, NewPhonePage

OLD, NEW, HERE = "/me/hand-over", "/sign-in/hand-over", "/me/new-phone"
PURPOSE = "hand_over"
COOKIE, SECURE_COOKIE = "claim", "__Host-claim"


@dataclass(frozen=True, slots=True)
class CodeForm:
    """A code that was typed, or the token of a picture; with `script` the phone can make a key of its own."""

    hand_code: str = ""
    script: str = ""


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """Yes or no on the old phone, and what it sealed for the new one."""

    answer: str = ""
    sealed: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a phone tells the other, as base64url."""

    commitment: str = ""
    key: str = ""
    nonce: str = ""


@post(OLD, opt={**access.FRESH, access.ASKED_ON: "/me"}, sync_to_thread=True)
def begin(request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Redirect:
    """Begin to hand one's account over."""
    fresh = handing.make()
    with desk.database.write() as session:
        entering.knock(session, request, desk)
        handing.begin(session, fresh, member_id=viewer.member_id, session_id=viewer.session_id, now=desk.now())
        shown = [str(fresh.code), fresh.token]
        asides.keep(session, shown, purpose=PURPOSE, token=_held(request, desk), now=desk.now())
    return pages.back(OLD)


@get(OLD, opt=access.SIGNED_IN, sync_to_thread=True)
def show_old(request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Response[str]:
    """The code and its picture, who asks, and what came of it."""
    with desk.database.read() as session:
        found = handing.of_device(session, viewer.session_id, now=desk.now())
        shown = asides.look(session, purpose=PURPOSE, token=_held(request, desk), now=desk.now()) if found else ()
        zone = people.get(session, viewer.member_id).zone
    until = words.clock(found.expires_at, zone) if found else ""
    view = _old(found, shown, desk.settings.origin, until)
    return pages.page(request, "handing/old.html", view, title="Another phone", headers=entering.NO_STORE)


@get(f"{OLD}/state", opt=access.SIGNED_IN, sync_to_thread=True)
def state_of_old(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Response[dict[str, Any]]:
    """How far it has got, and the new phone's key."""
    with desk.database.read() as session:
        found = handing.of_device(session, viewer.session_id, now=desk.now())
    return _state(found, _said_to_old(found) if found else {})


@post(f"{OLD}/commitment", opt=access.SIGNED_IN, status_code=204, sync_to_thread=True)
def bind(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: JSONBody[Said]) -> None:
    with desk.database.write() as session:
        handing.bind(session, viewer.session_id, data.commitment, now=desk.now())


@post(f"{OLD}/key", opt=access.SIGNED_IN, status_code=204, sync_to_thread=True)
def reveal(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: JSONBody[Said]) -> None:
    with desk.database.write() as session:
        handing.reveal(session, viewer.session_id, data.key, data.nonce, now=desk.now())


@post(f"{OLD}/answer", opt=access.SIGNED_IN, sync_to_thread=True)
def answer_old(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[AnswerForm]) -> Redirect:
    """Yes lets the new phone in; anything else ends it."""
    with desk.database.write() as session:
        if data.answer == "yes":
            handing.confirm(session, viewer.session_id, sealed=data.sealed, now=desk.now())
        else:
            handing.end(session, viewer.session_id, now=desk.now())
    return pages.back(OLD if data.answer == "yes" else "/me")


@get(NEW, opt=access.ANYONE, before_request=entering.to_localhost, sync_to_thread=True)
def show_new(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Ask for the code, or say how far it has got."""
    with desk.database.read() as session:
        found = handing.of_claim(session, _claim(request, desk), now=desk.now())
        name = isolated(people.get(session, found.member_id).name) if found else ""
    return _new(request, found, name)


@post(NEW, opt=access.ANYONE, sync_to_thread=True)
def claim(request: Request[Any, Any, Any], desk: NamedDependency[Desk], data: URLEncodedBody[CodeForm]) -> Response[Any]:
    """Claim what a code or a picture stands for; the other phone is asked then."""
    with desk.database.write() as session:
        handing.count_try(session, entering.address(request), now=desk.now())
        found, code = handing.find(session, data.hand_code.strip(), now=desk.now())
    try:
        proved = handing.prove(found, code)
        with desk.database.write() as session:
            token = handing.claim(session, proved, device=entering.device(request), has_script=bool(data.script), now=desk.now())
    except InvalidError as refusal:
        return _new(request, None, "", Sent(refusal, asdict(data)))
    return Redirect(NEW, status_code=303, cookies=[_cookie(desk, token)], headers=entering.NO_STORE)


@get(f"{NEW}/state", opt=access.ANYONE, sync_to_thread=True)
def state_of_new(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[dict[str, Any]]:
    """How far it has got, what the old phone has bound itself to, and its key once it is shown."""
    with desk.database.read() as session:
        found = handing.of_claim(session, _claim(request, desk), now=desk.now())
    said = {"commitment": found.commitment, "key": found.our_key, "nonce": found.nonce} if found and found.is_keyed else {}
    return _state(found, {name: rules.text_of(value) for name, value in said.items()})


@post(f"{NEW}/key", opt=access.ANYONE, status_code=204, sync_to_thread=True)
def answer_new(request: Request[Any, Any, Any], desk: NamedDependency[Desk], data: JSONBody[Said]) -> None:
    with desk.database.write() as session:
        handing.answer(session, _claim(request, desk), data.key, now=desk.now())


@post(f"{NEW}/finish", opt=access.ANYONE, sync_to_thread=True)
def finish(request: Request[Any, Any, Any], desk: NamedDependency[Desk], visitor: NamedDependency[Viewer | None]) -> Response[Any]:
    """Let the new phone in, once the old one has said yes."""
    with desk.database.write() as session:
        used = handing.use(session, _claim(request, desk), now=desk.now())
        token = entering.admit(session, request, desk, visitor, used.member_id)
    cookies = [entering.cookie(desk, token), _cookie(desk, "")]
    if not pages.wants_json(request):
        return Redirect(HERE, status_code=303, cookies=cookies, headers=entering.NO_STORE)
    said = {"location": HERE, "sealed": rules.text_of(used.sealed)}
    return Response(said, status_code=200, cookies=cookies, headers=entering.NO_STORE)


@get(HERE, opt=access.SIGNED_IN, sync_to_thread=True)
def offer_passkey(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
    """Offer the new phone a passkey of its own."""
    view = NewPhonePage(passkey=ADD_PASSKEY, problem=entering.passkey_problem(request, desk))
    return pages.page(request, "handing/passkey.html", view, title="You are in")


def _said_to_old(found: HandOver) -> dict[str, Any]:
    number = None if found.is_keyed else found.number
    return {"device": found.device, "keyed": found.is_keyed, "number": number, "key": rules.text_of(found.their_key)}


def _old(found: HandOver | None, shown: tuple[str, ...], origin: str, until: str) -> HandOverPage:
    stage = handing.stage(found)
    if found is None or (stage is Stage.WAITS and not shown):
        return HandOverPage(stage="begin")
    if stage is Stage.WAITS:
        code, token = shown
        url = f"{origin}{NEW}#{token}"
        qr = tuple(tuple(row) for row in segno.make(url, micro=False).matrix)
        return HandOverPage(stage=stage, until=until, code=code, url=url, qr=qr)
    return HandOverPage(stage=stage, device=found.device or "", number=found.number or "", is_keyed=found.is_keyed)


def _new(request: Request[Any, Any, Any], found: HandOver | None, name: str, sent: Sent | None = None) -> Response[str]:
    stage = handing.stage(found) if found else "asks"
    code = forms.field("hand_code", sent=sent) if not found else Input()
    number, keyed = (found.number or "", found.is_keyed) if found else ("", False)
    view = ComeInPage(stage=stage, code=code, name=name, number=number, is_keyed=keyed)
    status = 422 if sent else 200
    return pages.page(request, "handing/new.html", view, title="Sign in with another phone", status=status, headers=entering.NO_STORE)


def _state(found: HandOver | None, said: dict[str, Any]) -> Response[dict[str, Any]]:
    return Response({"stage": handing.stage(found), **said}, headers=entering.NO_STORE)


def _held(request: Request[Any, Any, Any], desk: Desk) -> str:
    return request.cookies[access.cookie_name(desk)]


def _claim(request: Request[Any, Any, Any], desk: Desk) -> str:
    return request.cookies.get(SECURE_COOKIE if desk.settings.is_secure else COOKIE, "")


def _cookie(desk: Desk, token: str) -> Cookie:
    """What the phone that is to be signed in goes on by; with an empty token it is taken away."""
    name, age = SECURE_COOKIE if desk.settings.is_secure else COOKIE, int(rules.LASTS.total_seconds()) if token else 0
    return Cookie(name, value=token, max_age=age, path="/", secure=desk.settings.is_secure, httponly=True, samesite="lax")


HANDLERS = [
    begin,
    show_old,
    state_of_old,
    bind,
    reveal,
    answer_old,
    show_new,
    claim,
    state_of_new,
    answer_new,
    finish,
    offer_passkey,
]
