"""Search, by POST: what somebody looks for stands in no address."""

from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from server.domain import search as rules
from server.routes import access, search
from server.routes.access import Viewer
from server.routes.api import problems
from server.routes.api.bodies import Strict
from server.routes.api.values import Plain
from server.routes.desk import Desk
from server.routes.showing.search import MOST


class Search(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is looked for: words in any order, of which each must stand in what is found; case and accents do not count."""

    q: Annotated[Plain, Meta(min_length=1, max_length=rules.LONGEST)]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Words that were found: of which day, what they are, the title of the promise that they are about, and the page that they stand on."""

    day: date
    label: str
    title: str
    text: str
    url: str


class FoundAll(msgspec.Struct, frozen=True, kw_only=True):
    """The latest first, 50 at most; `count` is how many there are."""

    count: int
    found: list[Found]


@post(
    "/search",
    opt=access.READING,
    status_code=200,
    dto=Strict[Search],
    return_dto=None,
    response_description="What was found.",
    responses=problems.declared(413, 415, 429),
    sync_to_thread=True,
)
def ask(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: JSONBody[Search]) -> FoundAll:
    """Look for words in one's own and in shared ones."""
    pieces = search.found(desk, viewer, rules.wanted(data.q))
    shown = [Found(day=one.day, label=one.label, title=one.title, text=one.text, url=one.url) for one in pieces[:MOST]]
    return FoundAll(count=len(pieces), found=shown)


HANDLERS: list[Any] = [ask]
