import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise
from math import sqrt
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jobs import summaries
from jobs.replay import Replay
from server.actions import settings as choices
from server.actions import summaries as drafts
from server.store import bonds, occurrences
from server.store import weeks as store
from server.store.weeks import Summary
from tests.naive import commands, figures, shapes
from tests.naive.book import Book
from tests.naive.histories import histories, history
from tests.naive.shapes import Line, RefusedError
from tests.naive.terms import yearly_share
from tests.naive.world import Promise, World

AREAS = ("time", "presence", "money", "home")
BACK = timedelta(days=35)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
AS_MANY = max(settings().max_examples // 8, 1)
trying = settings(max_examples=AS_MANY, deadline=None, suppress_health_check=list(HealthCheck), phases=set(Phase) - {Phase.shrink})
MOVES = st.lists(
    st.tuples(st.integers(0, 99), st.sampled_from(choices.WEEKDAYS), st.sampled_from(("18:00", "02:30", "00:00", "23:59", "09:15"))),
    max_size=4,
)


class Told:
    """A history told to the server, its jobs running, while its bonds move their reviews, and to the naive reading."""

    def __init__(self, lines: list[Line], moves: list[tuple[int, str, str]]) -> None:
        for line in (one for one in lines if one["do"] == "promise"):
            line["area"] = _area(line["id"])
        self.run, self.book = Replay(), Book(World())
        moved = sorted((n * len(lines) // 100, weekday, at) for n, weekday, at in moves)
        for n, line in enumerate(lines):
            self.run.run([json.dumps(line)])
            self._tell(line)
            for _, weekday, at in (one for one in moved if one[0] == n):
                self._move(weekday, at)
        self.now = self.run.clock.at + SECOND
        summaries.refresh_all(self.run.database, self.now)

    def _tell(self, line: Line) -> None:
        with suppress(RefusedError):
            commands.run(self.book, line, shapes.required_moment(line, "now"))

    def _move(self, weekday: str, at: str) -> None:
        with self.run.database.write() as session:
            for bond in bonds.every(session):
                by = bonds.members_of(session, bond.id)[0].id
                choices.choose_review(session, bond.id, weekday=weekday, at=at, member_id=by, now=self.run.clock.at)

    def pages(self) -> Iterator[tuple[str, list[Summary]]]:
        """Each bond's name, and its pages from the first to the last."""
        with self.run.database.read() as session:
            for bond in bonds.every(session):
                yield self.run.names[bond.id], store.of_bond(session, bond.id)[::-1]

    def said(self, summary: Summary) -> dict[str, Any]:
        """A summary by the names of its members."""
        return {
            self.run.names[next(one for one in self.run.names if str(one) == key)]: found
            for key, found in summary.summary["members"].items()
        }

    def naive(self, bond: str, summary: Summary) -> dict[str, Any]:
        """The same from the log alone."""
        return {name: self._member(bond, name, summary) for name in self.book.world.bonds[bond].members}

    def _member(self, bond: str, name: str, summary: Summary) -> dict[str, Any]:
        mine = figures.promises_of(self.book, self.book.world.bonds[bond], name)
        by_area = defaultdict(list)
        for one in mine:
            by_area[_area(one.id)].append(one)
        areas = {area: self._figures(some, summary) for area, some in by_area.items()}
        return {"all": self._figures(mine, summary), "areas": {area: one for area, one in areas.items() if one["due"]}}

    def _figures(self, some: list[Promise], summary: Summary) -> dict[str, Any]:
        entries = [one for promise in some for one in self.book.entries(promise, self.now)]
        due = [one for one in entries if summary.from_on <= one.occurrence.label_on <= summary.to_on]
        outcomes = Counter(one.standing.outcome for one in due)
        counts = {"due": len(due), **{name: outcomes[name] for name in figures.COUNTED}, "told_ahead": sum(one.told_ahead for one in due)}
        return counts | self._standing(some, summary, summary.from_on - DAY, "_before") | self._standing(some, summary, summary.to_on, "")

    def _standing(self, some: list[Promise], summary: Summary, end: date, named: str) -> dict[str, Any]:
        scores, valued = [], 0
        for promise in some:
            terms = promise.schedule.terms_of(max(summary.to_on, promise.schedule.starts_on))
            folded = figures.folded(self.book.entries(promise, self.now))
            until = [n for n, one in enumerate(folded, 1) if summary.from_on - BACK <= one.occurrence.label_on <= end]
            if until and "COUNT=1" not in terms.rule.split(";"):
                scores.append(self._score(promise, folded[: until[-1]]))
                valued += sum(one.standing.value is not None for one in folded[: until[-1]])
        mean = pytest.approx(sum(scores) / len(scores), abs=2e-6) if scores else None
        return {f"consistency{named}": mean, f"valued{named}": valued}

    def _score(self, promise: Promise, folded: list[Any]) -> float:
        """The weighted mean of RULES.md 5, under the terms in force now."""
        terms = promise.schedule.terms_of(promise.schedule.day_of(self.now))
        share = 1 / 7 if terms.times else yearly_share(terms.rule, promise.schedule.starts_on)
        weight, score = 1 - 2 ** (-1 / min(max(13 * sqrt(share), 2.4), 13)), 0.0
        for one in folded:
            score += 0 if one.standing.value is None else (one.standing.value - score) * weight
        return score


@trying
@given(histories(max_size=60), MOVES)
def test_every_sum_of_every_page_is_that_of_the_log_wherever_the_review_is_moved(lines, moves):
    told = Told(lines, moves)
    for bond, pages in told.pages():
        for page in pages:
            assert told.said(page) == told.naive(bond, page)
            assert page.summary["woven"] == _woven(told, bond, page)
    told.run.database.close()


@pytest.mark.parametrize("seed", [3, 24, 57, 141, 7, 99])
def test_long_histories_come_to_the_same(seed):
    told = Told(
        history(seed, 120), [(20 + seed % 30, choices.WEEKDAYS[seed % 7], "18:00"), (60, choices.WEEKDAYS[(seed + 3) % 7], "02:30")]
    )
    assert sum(len(pages) for _, pages in told.pages()) > 3
    for bond, pages in told.pages():
        for page in pages:
            assert told.said(page) == told.naive(bond, page)
    told.run.database.close()


@trying
@given(histories(max_size=60), MOVES)
def test_every_occurrence_is_on_one_page_wherever_the_review_is_moved(lines, moves):
    told = Told(lines, moves)
    for _, pages in told.pages():
        for one, following in pairwise(pages):
            assert following.from_on == one.to_on + DAY
            assert 1 <= (following.to_on - following.from_on).days + 1 <= 7
    with told.run.database.read() as session:
        for bond in bonds.every(session):
            pages = store.of_bond(session, bond.id)[::-1]
            first = bond.made_at.date() + 2 * DAY
            for row in occurrences.of_bond(session, bond.id, first, pages[-1].to_on) if pages else ():
                assert sum(one.from_on <= row.last_day <= one.to_on for one in pages) == 1
    told.run.database.close()


@trying
@given(histories(max_size=60), MOVES)
def test_a_page_that_was_refreshed_is_one_made_now_and_again_changes_nothing(lines, moves):
    told = Told(lines, moves)
    before = {name: [one.summary for one in pages] for name, pages in told.pages()}
    with told.run.database.write() as session:
        for bond in bonds.every(session):
            for page in store.of_bond(session, bond.id):
                drafts.remake(session, bond.id, page.to_on, now=told.now + SECOND)
    assert {name: [one.summary for one in pages] for name, pages in told.pages()} == before
    later = told.now + timedelta(minutes=1)
    summaries.refresh_all(told.run.database, later)
    assert (summaries.summarise(told.run.database, later - SECOND), summaries.refresh_all(told.run.database, later + SECOND)) == (0, 0)
    assert {name: [one.summary for one in pages] for name, pages in told.pages()} == before
    told.run.database.close()


def _area(promise: str) -> str:
    return AREAS[sum(map(ord, promise)) % len(AREAS)]


def _woven(told: Told, bond: str, page: Summary) -> int:
    days = figures.days(told.book, told.book.world.bonds[bond], told.now)
    return sum(is_ == "woven" and page.from_on <= day <= page.to_on for day, is_ in days.items())
