"""How a template becomes an answer."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from jinja2 import Environment
from litestar import Request, Response
from litestar.response import Redirect

from server.db import Session
from server.routes import shipped
from server.routes.access import Viewer, desk_of
from server.routes.desk import Desk
from server.store import bonds, members
from web import views
from web.filters import environment

HTML = "text/html"
VARY = {"Vary": "HX-Request, Cookie", "Cache-Control": "private, no-cache"}


@lru_cache(maxsize=1)
def templates(build: str) -> Environment:
    """The one template environment; its assets carry the build's hash in their names."""
    return environment(shipped.address)


def page(
    request: Request[Any, Any, Any],
    template: str,
    view: Any,
    *,
    title: str,
    tab: views.Tab = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
    notices: tuple[views.Notice, ...] = (),
) -> Response[str]:
    """A whole page: the view inside its shell."""
    desk = desk_of(request)
    shell = _shell(desk, request.state.get("viewer"), title, tab, notices)
    shell = replace(shell, stands=request.method == "GET" and status == 200)
    text = templates(desk.build).get_template(template).render(page=view, shell=shell)
    return Response(text, media_type=HTML, status_code=status, headers={**VARY, **(headers or {})})


def bare(request: Request[Any, Any, Any], template: str, *, title: str, **context: Any) -> Response[str]:
    """A page that is the same for everybody."""
    desk = desk_of(request)
    shell = views.Shell(title=title, build=desk.build, signed_in=False)
    text = templates(desk.build).get_template(template).render(shell=shell, **context)
    return Response(text, media_type=HTML, headers={"Cache-Control": "public, max-age=300"})


def piece(request: Request[Any, Any, Any], template: str, **context: Any) -> Response[str]:
    """What htmx swaps."""
    desk = desk_of(request)
    return Response(templates(desk.build).get_template(template).render(**context), media_type=HTML, headers=VARY)


def problem(request: Request[Any, Any, Any], view: views.ProblemPage, *, status: int, headers: dict[str, str]) -> Response[Any]:
    """A refusal: for htmx the sentence alone, otherwise a page."""
    if request.headers.get("hx-request"):
        return Response(view.sentence, media_type="text/plain", status_code=status, headers={**VARY, **headers})
    return page(request, "problem/page.html", view, title=view.heading, status=status, headers=headers)


def back(path: str) -> Redirect:
    """Where a form's post leads: 303, so that reloading sends nothing again."""
    return Redirect(path, status_code=303)


def away(request: Request[Any, Any, Any], path: str) -> Response[Any]:
    """Where a tap leads after which there is nothing left of its page: htmx is told to go there."""
    return Response("", status_code=200, headers={"HX-Redirect": path}, media_type=HTML) if is_htmx(request) else back(path)


def is_htmx(request: Request[Any, Any, Any]) -> bool:
    return "hx-request" in request.headers


def wants_json(request: Request[Any, Any, Any]) -> bool:
    """Whether a refusal is wanted as problem details: the phone that sends what waited reads the sentence out of them."""
    return "application/json" in request.headers.get("accept", "")


def _shell(desk: Desk, viewer: Viewer | None, title: str, tab: views.Tab, notices: tuple[views.Notice, ...]) -> views.Shell:
    if viewer is None:
        return views.Shell(title=title, build=desk.build, signed_in=False, notices=notices)
    with desk.database.read() as session:
        me = members.get(session, viewer.member_id)
        pair = pair_of(session, viewer)
    theme: views.Theme = "light" if me.appearance == "light" else "dark" if me.appearance == "dark" else ""
    return views.Shell(title=title, build=desk.build, tab=tab, theme=theme, me=str(me.id), members=pair, notices=notices)


def pair_of(session: Session, viewer: Viewer) -> tuple[views.Member, ...]:
    """The members of the viewer's bond in the order of their strands; the viewer alone before there is one."""
    bond = next(iter(bonds.of_member(session, viewer.member_id)), None)
    people = bonds.members_of(session, bond.id) if bond else [members.get(session, viewer.member_id)]
    return tuple(views.Member(name=one.name, initial=one.name[:1].upper(), colour=place) for place, one in enumerate(people, 1))
