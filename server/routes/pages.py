"""How a template becomes an answer."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from jinja2 import Environment
from litestar import Request, Response
from litestar.response import Redirect

from server.db import Session
from server.domain.text import isolated
from server.routes import shipped
from server.routes.access import Viewer, desk_of
from server.routes.desk import Desk
from server.store import bonds, ids, members
from server.store.members import Member
from web import views
from web.filters import environment, filled

HTML = "text/html"
SeenBy = tuple[Member, Sequence[Member]]
"""Who sees a page, and the people of their first bond, in the order of their strands; they alone before there is one."""
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
    """A whole page: the view inside its shell; who sees it is read where its handler has not left it in the request's state."""
    desk = desk_of(request)
    shell = _shell(desk, request.state.get("viewer"), title, tab, notices, request.state.get("seen_by"))
    shell = replace(shell, stands=request.method == "GET" and status == 200)
    return Response(
        _rendered(desk, template, page=view, shell=shell), media_type=HTML, status_code=status, headers={**VARY, **(headers or {})}
    )


def bare(request: Request[Any, Any, Any], template: str, *, title: str, **context: Any) -> Response[str]:
    """A page that is the same for everybody."""
    desk = desk_of(request)
    shell = views.Shell(title=title, build=desk.build, signed_in=False)
    text = templates(desk.build).get_template(template).render(shell=shell, **context)
    return Response(text, media_type=HTML, headers={"Cache-Control": "public, max-age=300"})


def piece(request: Request[Any, Any, Any], template: str, **context: Any) -> Response[str]:
    """What htmx swaps."""
    desk = desk_of(request)
    return Response(_rendered(desk, template, **context), media_type=HTML, headers=VARY)


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


def _rendered(desk: Desk, template: str, **context: Any) -> str:
    """A template's text; whatever may be tapped in it gets an id of its own."""
    return filled(templates(desk.build).get_template(template).render(**context), ids.text)


def _shell(
    desk: Desk, viewer: Viewer | None, title: str, tab: views.Tab, notices: tuple[views.Notice, ...], seen_by: SeenBy | None
) -> views.Shell:
    if viewer is None:
        return views.Shell(title=title, build=desk.build, signed_in=False, notices=notices)
    me, people = seen_by or _read(desk, viewer)
    theme: views.Theme = "light" if me.appearance == "light" else "dark" if me.appearance == "dark" else ""
    return views.Shell(title=title, build=desk.build, tab=tab, theme=theme, me=str(me.id), members=_shown(people), notices=notices)


def _read(desk: Desk, viewer: Viewer) -> SeenBy:
    with desk.database.read() as session:
        return members.get(session, viewer.member_id), _people(session, viewer)


def _people(session: Session, viewer: Viewer) -> Sequence[Member]:
    bond = next(iter(bonds.of_member(session, viewer.member_id)), None)
    return bonds.members_of(session, bond.id) if bond else [members.get(session, viewer.member_id)]


def _shown(people: Sequence[Member]) -> tuple[views.Member, ...]:
    return tuple(views.Member(name=isolated(one.name), initial=one.name[:1].upper(), colour=place) for place, one in enumerate(people, 1))
