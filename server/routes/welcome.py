"""The first member of a new server."""

from dataclasses import asdict
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, URLEncodedBody

from server.actions import members, recovery
from server.actions.members import Keys, Newcomer
from server.domain.errors import InvalidError
from server.routes import access, entering, pages
from server.routes.desk import Desk
from server.routes.entering import Answer, NewcomerForm
from server.routes.showing import forms
from server.routes.showing.forms import Sent
from web.views import Passkey, WelcomePage

PURPOSE = "welcome"
PASSKEY = Passkey(options_url="/welcome/options", url="/welcome/passkey")


@get("/welcome", opt=access.ANYONE, before_request=entering.to_localhost, sync_to_thread=True)
def show(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    with desk.database.read() as session:
        if members.is_anybody_here(session):
            return pages.back("/sign-in")
    return _page(request, desk)


@post("/welcome/options", opt=access.ANYONE, status_code=200, sync_to_thread=True)
def ask(request: Request[Any, Any, Any], desk: NamedDependency[Desk], data: JSONBody[NewcomerForm]) -> dict[str, Any]:
    """Ask the first member's browser for a passkey."""
    newcomer = members.newcomer(data.name, data.zone)
    with desk.database.write() as session:
        entering.knock(session, request, desk)
        members.refuse_second(session)
        return entering.ask_newcomer(session, desk, newcomer, PURPOSE)


@post("/welcome/passkey", opt=access.ANYONE, status_code=200, sync_to_thread=True)
def begin(request: Request[Any, Any, Any], desk: NamedDependency[Desk], data: JSONBody[Answer]) -> Response[Any]:
    """Make the first member, who comes in with a passkey."""
    newcomer, keys = entering.answered(request, desk, data.credential, PURPOSE)
    return entering.let_in(desk, _make(desk, newcomer, keys), "/me")


@post("/welcome", opt=access.ANYONE, sync_to_thread=True)
def begin_without(request: Request[Any, Any, Any], desk: NamedDependency[Desk], data: URLEncodedBody[NewcomerForm]) -> Response[Any]:
    """Make the first member without a passkey, who comes in with recovery codes."""
    try:
        newcomer = members.newcomer(data.name, data.zone)
    except InvalidError as refusal:
        return _page(request, desk, Sent(refusal, asdict(data)))
    with desk.database.read() as session:
        members.refuse_second(session)
    return entering.lead_in(desk, _make(desk, newcomer, Keys(entering.device(request), recovery.make())), "/me")


def _make(desk: Desk, newcomer: Newcomer, keys: Keys) -> str:
    with desk.database.write() as session:
        members.make_first(session, newcomer, keys, now=desk.now())
        return entering.admit_newcomer(session, desk, newcomer, keys)


def _page(request: Request[Any, Any, Any], desk: Desk, sent: Sent | None = None) -> Response[str]:
    problem = entering.passkey_problem(request, desk)
    view = WelcomePage(name=forms.field("name", sent=sent), zone=forms.field("zone", sent=sent), passkey=PASSKEY, problem=problem)
    return pages.page(request, "welcome/page.html", view, title="Welcome", status=422 if sent else 200)


HANDLERS = [show, ask, begin, begin_without]
