"""Making and refreshing the weekly summaries: drawn up while only reading, then written in a short transaction of their own."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import fsum
from typing import Any
from uuid import UUID

from server.actions import telling
from server.db import Session
from server.db.dispatch import Part
from server.domain import recurrence, schedule, weeks
from server.domain.members import DAY_START
from server.domain.streaks import Standing
from server.domain.weeks import Week
from server.store import bonds, folds
from server.store import weeks as week_store
from server.store.bonds import Bond
from server.store.weeks import COUNTS, Summary, Sums

MOST_WEEKS = 9
Wanted = Mapping[UUID, Sequence[Week]]


@dataclass(frozen=True, slots=True)
class Draft:
    """Summaries that are not written yet; `due` are the bonds whose review moment has come."""

    summaries: Sequence[Summary]
    due: Sequence[Bond] = ()


def summarise(session: Session, *, now: datetime, limit: int) -> int:
    """Make the summaries of the bonds whose review moment has come; after a long pause every week, told only for the latest."""
    return publish(session, draft(session, now=now, limit=limit), now=now)


def refresh(session: Session, *, now: datetime, limit: int) -> int:
    """Bring summaries up to date of which an occurrence has settled or was corrected since."""
    return publish(session, redraft(session, now=now, limit=limit), now=now)


def draft(session: Session, *, now: datetime, limit: int, part: Part | None = None) -> Draft:
    """Draw up what is due, of at most so many bonds, all in one part where one is named; nothing is written."""
    due = bonds.reviewing(session, now, limit, part)
    last = week_store.latest(session, [bond.id for bond in due])
    wanted = {bond.id: weeks_of(bond, last.get(bond.id), now) for bond in due}
    made = _made(session, wanted)
    return Draft([Summary(bond_id, week.from_on, week.to_on, now, now, one) for (bond_id, week), one in made.items()], due)


def redraft(session: Session, *, now: datetime, limit: int, since: datetime | None = None) -> Draft:
    """Draw up at most so many summaries anew of which something has changed; nothing is written."""
    return _again(session, week_store.unsettled(session, now, limit, since=since), now=now)


def publish(session: Session, drawn_up: Draft, *, now: datetime) -> int:
    """Write what was drawn up, and tell of what is new; of a bond that another has reviewed in the meantime nothing."""
    due = {bond.id: bond for bond in bonds.claim_reviews(session, drawn_up.due)}
    gone = {bond.id for bond in drawn_up.due} - due.keys()
    written = [one for one in drawn_up.summaries if one.bond_id not in gone]
    week_store.put(session, written)
    bonds.reviewed(session, {bond.id: _next(bond, now) for bond in due.values()})
    telling.weeks(session, {one.bond_id: one.to_on for one in written if one.bond_id in due}, now=now)
    return len(written)


def remake(session: Session, bond_id: UUID, day: date, *, now: datetime) -> None:
    """Make a bond's summaries of the weeks that hold a day anew, where they have been made."""
    held = [one for one in week_store.of_bond(session, bond_id) if one.from_on <= day <= one.to_on]
    publish(session, _again(session, held, now=now), now=now)


def of_member(found: Sequence[Sums]) -> dict[str, Any]:
    """Figures in all and for each area, at both ends of the week."""
    areas: dict[str, list[Sums]] = defaultdict(list)
    for one in found:
        areas[one.area].append(one)
    by_area = {area: _figures(areas[area]) for area in sorted(areas)}
    return {"all": _figures(found), "areas": {area: one for area, one in by_area.items() if one["due"]}}


def weeks_of(bond: Bond, before: Week | None, now: datetime) -> list[Week]:
    """The weeks that are over, from the last that was made or from the day on which the bond was; the one that is due in any case."""
    last = weeks.next_review(bond.review, now) - timedelta(weeks=1)
    made_on = schedule.local_day(bond.made_at, bond.zone, DAY_START)
    since = before.to_on if before else min(made_on, bond.next_review_on - schedule.DAY)
    found: list[Week] = []
    for to_on in weeks.ends_after(bond.review, since, last, MOST_WEEKS) or [bond.next_review_on]:
        found.append(weeks.after(found[-1] if found else before, to_on))
    return found


def _again(session: Session, old: Sequence[Summary], *, now: datetime) -> Draft:
    wanted: dict[UUID, list[Week]] = defaultdict(list)
    for one in old:
        wanted[one.bond_id].append(Week(one.from_on, one.to_on))
    made = _made(session, wanted)
    found = [(one, made[one.bond_id, Week(one.from_on, one.to_on)]) for one in old]
    return Draft([replace(one, refreshed_at=max(one.refreshed_at, now), summary=summary) for one, summary in found])


def _next(bond: Bond, now: datetime) -> tuple[date, datetime]:
    day = weeks.next_review(bond.review, now)
    return day, weeks.moment(bond.review, day)


def _made(session: Session, wanted: Wanted) -> dict[tuple[UUID, Week], dict[str, Any]]:
    """The summaries of bonds' weeks, in order; those of one week are counted together, however many bonds there are."""
    by_week: dict[Week, list[UUID]] = defaultdict(list)
    for bond_id, some in wanted.items():
        for week in some:
            by_week[week].append(bond_id)
    people = bonds.seated(session, wanted.keys())
    made: dict[tuple[UUID, Week], dict[str, Any]] = {}
    for week in sorted(by_week, key=lambda one: one.to_on):
        ids = by_week[week]
        woven = folds.woven(session, ids, week.from_on, week.to_on)
        found: dict[tuple[UUID, UUID], list[Sums]] = defaultdict(list)
        for one in week_store.sums(session, ids, week):
            found[one.bond_id, one.member_id].append(one)
        for bond_id in ids:
            members = {str(one): of_member(found[bond_id, one]) for one in people[bond_id]}
            made[bond_id, week] = {"members": members, "woven": woven.get(bond_id, 0)}
    return made


def _figures(found: Sequence[Sums]) -> dict[str, Any]:
    """What both let go is counted by nothing here; the consistency, which is a figure, knows it all the same."""
    sums = map(sum, zip(*(one.counts for one in found), strict=True)) if found else [0] * len(COUNTS)
    lasting = [one for one in found if one.rule and not recurrence.parse(one.rule).is_once]
    ends = _mean([one.before for one in lasting], "_before") | _mean([one.after for one in lasting])
    return dict(zip(COUNTS, sums, strict=True)) | ends


def _mean(carried: Sequence[Standing | None], end: str = "") -> dict[str, Any]:
    """The mean of the consistency over promises that have one, None where there is none; and of how many it speaks."""
    found = [one for one in carried if one]
    score = round(fsum([one.score for one in found]) / len(found), 6) if found else None
    return {f"consistency{end}": score, f"valued{end}": sum([one.valued for one in found])}
