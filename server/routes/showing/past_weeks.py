"""Every week that a bond has had, the latest first."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from uuid import UUID

from server.db import Session
from server.routes.showing import choosing, words
from server.store import bonds, members, weeks
from web.views import Link, Notice, WeeksPage, YearOfWeeks

HEADING = "Every week"
NONE_YET = "The first page of the week is still to come."


def load(session: Session, member_id: UUID, bond_id: UUID | None) -> tuple[WeeksPage, tuple[Notice, ...]]:
    """The page of one of a member's bonds, and the way to the same of the others; NotFoundError for a bond that is not theirs."""
    me = members.get(session, member_id)
    mine = bonds.of_member(session, me.id)
    chosen = choosing.if_any(mine, bond_id)
    if chosen is None:
        return WeeksPage(eyebrow="", heading=HEADING, empty=NONE_YET), ()
    people = bonds.people(session, [one.id for one in mine])
    years = tuple(_year(year, some, choosing.query(mine, chosen)) for year, some in _by_year(weeks.spans(session, chosen.id)))
    names = words.listed([one.name for one in people[chosen.id]])
    page = WeeksPage(eyebrow=names, heading=HEADING, years=years, empty="" if years else NONE_YET)
    return page, choosing.others(mine, chosen, people, me, "/weeks")


def _by_year(spans: Sequence[tuple[date, date]]) -> list[tuple[int, list[tuple[date, date]]]]:
    return [(year, list(some)) for year, some in groupby(spans, key=lambda span: span[1].year)]


def _year(year: int, spans: Sequence[tuple[date, date]], query: str) -> YearOfWeeks:
    links = tuple(Link(label=words.span(first, last), url=f"/weeks/{last}{query}") for first, last in spans)
    return YearOfWeeks(heading=str(year), weeks=links)
