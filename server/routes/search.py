"""Search in one's own words and in shared ones.

It is posted: what somebody looks for stands in no address, so in no history, no log and no copy of a page that a phone keeps.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody

from server.actions import limits
from server.domain import search as rules
from server.domain.errors import InvalidError
from server.domain.limits import Limit
from server.routes import access, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import search
from server.routes.showing.search import Piece

SEARCHES = Limit(60, timedelta(minutes=1))
TITLE = "Search"


@dataclass(frozen=True, slots=True)
class SearchForm:
    """What is looked for."""

    q: str = ""


@get("/search", opt=access.SIGNED_IN, sync_to_thread=True)
def show(request: Request[Any, Any, Any]) -> Response[str]:
    """The form."""
    return pages.page(request, "search/page.html", search.page(), title=TITLE)


@post("/search", opt=access.SIGNED_IN, status_code=200, sync_to_thread=True)
def ask(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[SearchForm]
) -> Response[str]:
    """What was found, or why nothing was looked for."""
    try:
        wanted = rules.wanted(data.q)
    except InvalidError as refusal:
        return pages.page(request, "search/page.html", search.page(data.q, refusal=refusal), title=TITLE, status=422)
    view = search.page(data.q, found(desk, viewer, wanted), wanted)
    return pages.page(request, "search/page.html", view, title=TITLE)


def found(desk: Desk, viewer: Viewer, wanted: rules.Wanted) -> list[Piece]:
    """All that has these words, the latest first; TooManyError for who asks too often."""
    with desk.database.write() as session:
        limits.take(session, f"search {viewer.member_id}", SEARCHES, now=desk.now())
    with desk.database.read() as session:
        pieces = search.load(session, viewer.member_id, now=desk.now())
    return search.find(pieces, wanted)


HANDLERS = [show, ask]
