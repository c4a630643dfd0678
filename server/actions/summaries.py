"""Making and refreshing the weekly summaries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from server.actions import telling
from server.db import Session
from server.domain import streaks, weeks
from server.domain.weaves import DayState
from server.domain.weeks import Week
from server.store import bonds, folds, let_goes, occurrences
from server.store import promises as promise_store
from server.store import weeks as week_store
from server.store.bonds import Bond
from server.store.occurrences import Key, Row
from server.store.weeks import Summary

MOST_WEEKS_BACK = 8
BEFORE = timedelta(days=35)


def summarise(session: Session, *, now: datetime, limit: int) -> int:
    """Make the summaries of the bonds whose review moment has come; after a long pause every week, told only for the latest."""
    due = bonds.reviewing(session, now, limit)
    ends: dict[UUID, list[date]] = {bond.id: _ends(bond, now) for bond in due}
    made = _made(session, [(bond_id, weeks.ending(to_on)) for bond_id, some in ends.items() for to_on in some])
    week_store.put(session, [Summary(bond_id, week.from_on, week.to_on, now, now, one) for (bond_id, week), one in made.items()])
    bonds.reviewed(session, {bond.id: _next(bond, now) for bond in due})
    telling.weeks(session, {bond_id: max(some) for bond_id, some in ends.items()}, now=now)
    return len(made)


def refresh(session: Session, *, now: datetime, limit: int) -> int:
    """Bring summaries up to date of which an occurrence has settled or was corrected since."""
    return _put_again(session, week_store.unsettled(session, limit), now=now)


def remake(session: Session, bond_id: UUID, day: date, *, now: datetime) -> None:
    """Make a bond's summaries of the weeks that hold a day anew, where they have been made."""
    _put_again(session, [one for one in week_store.of_bond(session, bond_id) if one.from_on <= day <= one.to_on], now=now)


def _ends(bond: Bond, now: datetime) -> list[date]:
    last = weeks.next_review(bond.review, now) - timedelta(weeks=1)
    first = max(bond.next_review_on, last - timedelta(weeks=MOST_WEEKS_BACK))
    return [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)] or [bond.next_review_on]


def _put_again(session: Session, old: Sequence[Summary], *, now: datetime) -> int:
    made = _made(session, [(one.bond_id, Week(one.from_on, one.to_on)) for one in old])
    made_at = {(one.bond_id, one.to_on): one.made_at for one in old}
    week_store.put(
        session, [Summary(b, week.from_on, week.to_on, made_at[b, week.to_on], now, summary) for (b, week), summary in made.items()]
    )
    return len(made)


def _next(bond: Bond, now: datetime) -> tuple[date, datetime]:
    day = weeks.next_review(bond.review, now)
    return day, weeks.moment(bond.review, day)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the summaries of several bonds are made from, read for all at once."""

    rows: Mapping[UUID, Sequence[Row]]
    areas: Mapping[UUID, str]
    people: Mapping[UUID, Sequence[UUID]]
    days: Mapping[UUID, Mapping[date, DayState]]
    gone: Collection[Key]


def _made(session: Session, wanted: Iterable[tuple[UUID, Week]]) -> dict[tuple[UUID, Week], dict[str, Any]]:
    wanted = list(wanted)
    if not wanted:
        return {}
    found = _find(session, wanted)
    return {(bond_id, week): _summary(found, bond_id, week) for bond_id, week in wanted}


def _find(session: Session, wanted: Sequence[tuple[UUID, Week]]) -> _Found:
    ids = {bond_id for bond_id, _ in wanted}
    first, last = min(week.from_on for _, week in wanted), max(week.to_on for _, week in wanted)
    rows: dict[UUID, list[Row]] = defaultdict(list)
    for row in occurrences.of_bonds(session, ids, first - BEFORE, last):
        if row.bond_id:
            rows[row.bond_id].append(row)
    promises = promise_store.by_ids(session, {row.promise_id for some in rows.values() for row in some})
    people = {bond_id: [one.id for one in some] for bond_id, some in bonds.people(session, ids).items()}
    days = folds.states_between(session, ids, first, last)
    return _Found(rows, {one.id: one.area for one in promises.values()}, people, days, let_goes.gone(session, promises))


def _summary(found: _Found, bond_id: UUID, week: Week) -> dict[str, Any]:
    """Figures for each member and area, at both ends of the week, and the days that were woven."""
    rows = found.rows.get(bond_id, [])
    states = found.days.get(bond_id, {})
    woven = sum(1 for day, state in states.items() if state is DayState.WOVEN and week.from_on <= day <= week.to_on)
    people = {
        str(member_id): _of_member(found, [row for row in rows if row.member_id == member_id], week) for member_id in found.people[bond_id]
    }
    return {"members": people, "woven": woven}


def _of_member(found: _Found, rows: Sequence[Row], week: Week) -> dict[str, Any]:
    areas = sorted({found.areas[row.promise_id] for row in rows})
    by_area = {area: _figures(found, [row for row in rows if found.areas[row.promise_id] == area], week) for area in areas}
    return {"all": _figures(found, rows, week), "areas": {area: one for area, one in by_area.items() if one["due"]}}


def _figures(found: _Found, rows: Sequence[Row], week: Week) -> dict[str, Any]:
    """What both let go is counted by nothing here; the consistency, which is a figure, knows it all the same."""
    inside = [row for row in rows if week.from_on <= row.last_day <= week.to_on]
    before = [row for row in rows if row.last_day < week.from_on]
    counts: dict[str, Any] = dict(weeks.tally((row.outcome, row.told_ahead) for row in inside if row.key not in found.gone))
    return counts | {"consistency_before": _consistency(before), "consistency": _consistency([*before, *inside])}


def _consistency(rows: Sequence[Row]) -> float | None:
    """The mean, over promises, of the consistency after the last of these occurrences; None where there is none."""
    scores = [streaks.unpacked(row.carried).score for row in {row.promise_id: row for row in rows if row.carried}.values()]
    return round(sum(scores) / len(scores), 6) if scores else None
