"""From what was said to what stands: occurrences judged anew, and every fold that follows from them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from server.actions import milestones
from server.db import Session
from server.domain import outcomes, schedule, streaks, weaves
from server.domain.check_ins import OWNINGS, Said, live
from server.domain.outcomes import Effect, Outcome
from server.domain.streaks import Folded, Streak, unpacked
from server.store import events, folds, occurrences
from server.store import promises as promise_store
from server.store.folds import BondDay, StreakRow
from server.store.occurrences import Key, Row
from server.store.promises import Pause, Promise

AT_ONCE = 400
LOWEST_MILESTONE = 3


@dataclass(frozen=True, slots=True)
class Ground:
    """What a fold stands on, where the caller has read it already: promises, pauses, what was said of occurrences, streaks to change."""

    promises: Mapping[UUID, Promise]
    pauses: Sequence[Pause]
    said: Mapping[Key, Sequence[Said]] = field(default_factory=dict)
    standing: Mapping[UUID, StreakRow] | None = None


@dataclass(frozen=True, slots=True)
class Tail:
    """A promise's occurrences from `first_on`, and the streak's state before them."""

    first_on: date
    before: Streak
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Change:
    """One occurrence before and after; `before` is None for a new one, `after` for one taken away."""

    before: Row | None
    after: Row | None


def refold(session: Session, touched: Mapping[UUID, Collection[date]], *, now: datetime, ground: Ground | None = None) -> None:
    """Judge the touched occurrences anew and fold their promises on from there; bonds follow.

    The caller holds the bonds' locks. A promise whose half-life is another than before is folded from its beginning.
    """
    if not touched:
        return
    ground = ground or stand(session, touched.keys())
    found = {one: ground.promises[one] for one in touched}
    standing = ground.standing or folds.streaks_of(session, found.keys(), to_change=True)
    lives = {one: _pace(promise, now) for one, promise in found.items()}
    tails = _tails(session, standing, touched, lives)
    judged = _judge(session, ground, tails, touched, now)
    changes: list[Change] = []
    new_streaks: list[StreakRow] = []
    for promise_id, tail in tails.items():
        moved, streak = fold_on(standing[promise_id], tail, judged, lives[promise_id], now)
        changes += moved
        new_streaks.append(streak)
    occurrences.judge(session, [change.after for change in changes if change.after])
    folds.fold_streaks(session, [row for row in new_streaks if row != standing[row.promise_id]])
    follow(session, changes, now=now)


def fold_on(standing: StreakRow, tail: Tail, judged: Mapping[Key, Row], life: float, now: datetime) -> tuple[list[Change], StreakRow]:
    """Fold a promise on with what was judged anew of its tail: what changes, and its streak then."""
    current = [judged.get(row.key, row) for row in tail.rows]
    folded = streaks.fold(tail.before, [row.stitch for row in current], life)
    after = [_settled(row, one) for row, one in zip(current, folded, strict=True)]
    moved = [Change(old, new) for old, new in zip(tail.rows, after, strict=True) if old != new]
    return moved, _streak(standing, tail, folded, moved, life, now)


def stand(session: Session, promise_ids: Collection[UUID]) -> Ground:
    """Read what folds of these promises stand on."""
    found = promise_store.by_ids(session, promise_ids)
    return Ground(found, promise_store.pauses_of(session, found.values()))


def follow(session: Session, changes: Iterable[Change], *, now: datetime) -> None:
    """Let the bonds' days, weaves and stitches follow what became of their occurrences."""
    moved: dict[tuple[UUID, date], list[int]] = defaultdict(lambda: [0, 0])
    grown: dict[tuple[UUID, UUID], int] = defaultdict(int)
    breaks: dict[tuple[UUID, date], datetime] = {}
    for change in changes:
        for row, sign in ((change.before, -1), (change.after, 1)):
            if row is not None and row.bond_id is not None:
                moved[row.bond_id, row.last_day][0] += sign * row.holds
                moved[row.bond_id, row.last_day][1] += sign * (row.effect is Effect.BREAKS)
                grown[row.bond_id, row.member_id] += sign * (row.outcome is Outcome.KEPT)
        if change.after and change.after.bond_id and (at := _broken_by_time(change, now)):
            day = change.after.bond_id, change.after.last_day
            breaks[day] = min(at, breaks.get(day, at))
    folds.add_stitches(session, {key: count for key, count in grown.items() if count}, now=now)
    if breaks:
        milestones.before_days_break(session, breaks, now=now)
    _weave(session, moved, now)


def _broken_by_time(change: Change, now: datetime) -> datetime | None:
    """When time alone turned an occurrence so that it breaks its day; None where it did not, or a word did."""
    before, after = change.before, change.after
    if before is None or after is None or after.effect is not Effect.BREAKS or before.effect is Effect.BREAKS:
        return None
    at = after.settles_at + schedule.CLOSES_AFTER if after.outcome is Outcome.UNREPORTED else before.changes_at
    return at if at and at <= now else None


def has_new_pace(promise: Promise, standing: StreakRow, now: datetime) -> bool:
    """Whether a promise is due more or less often than when it was folded last, so that all of it is folded anew."""
    return standing.half_life != _pace(promise, now)


def _pace(promise: Promise, now: datetime) -> float:
    return streaks.half_life(promise.plan, schedule.day_of(promise.plan, now))


def _tails(
    session: Session, standing: Mapping[UUID, StreakRow], touched: Mapping[UUID, Collection[date]], lives: Mapping[UUID, float]
) -> dict[UUID, Tail]:
    """What each promise is folded on from: in order its tail, otherwise from the touched day; each read for all in one statement."""
    tails: dict[UUID, Tail] = {}
    in_order: list[UUID] = []
    earlier: dict[UUID, date] = {}
    for one, days in touched.items():
        if standing[one].half_life != lives[one]:
            tails[one] = Tail(date.min, Streak(), occurrences.of_promise(session, one))
        elif min(days, default=date.max) < standing[one].tail_on or unpacked(standing[one].carried).mends_from:
            earlier[one] = min(days, default=standing[one].tail_on)
        else:
            in_order.append(one)
    last = max((max(touched[one]) for one in in_order), default=date.min)
    rows = occurrences.by_promise(occurrences.tails(session, in_order, last)) if in_order else {}
    tails |= {one: Tail(standing[one].tail_on, unpacked(standing[one].carried), rows.get(one, [])) for one in in_order}
    return tails | _tails_from(session, standing, earlier)


def _tails_from(session: Session, standing: Mapping[UUID, StreakRow], days: Mapping[UUID, date]) -> dict[UUID, Tail]:
    """Fold on from a day each, or from the missed one before it that this day may mend."""
    tails: dict[UUID, Tail] = {}
    while days:
        rows = occurrences.since_each(session, days)
        begun = {one: _tail_from(standing[one], day, rows.get(one, [])) for one, day in days.items()}
        tails |= {one: tail for one, tail in begun.items() if isinstance(tail, Tail)}
        days = {one: day for one, day in begun.items() if not isinstance(day, Tail)}
    return tails


def _tail_from(standing: StreakRow, day: date, rows: Sequence[Row]) -> Tail | date:
    """The tail from a day, or the earlier day from which it has to be read."""
    if not rows or rows[0].day >= day:
        return Tail(day, Streak(), rows)
    if rows[0].carried is None:
        return standing.tail_on
    state = unpacked(rows[0].carried)
    return state.mends_from or Tail(day, state, rows[1:])


def _judge(
    session: Session, ground: Ground, tails: Mapping[UUID, Tail], touched: Mapping[UUID, Collection[date]], now: datetime
) -> dict[Key, Row]:
    days = {one: frozenset(some) for one, some in touched.items()}
    rows = [row for tail in tails.values() for row in tail.rows if row.day in days[row.promise_id]]
    judged: dict[Key, Row] = {}
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        said = dict(ground.said) | said_in(session, ground.promises, [row for row in some if row.key not in ground.said])
        repairs = events.repairs_on(session, [row.key for row in some if any(one.kind in OWNINGS for one in said[row.key])], some)
        active = events.active_before(session, [row.key for row in some if now >= row.settles_at + schedule.CLOSES_AFTER])
        for row in some:
            judged[row.key] = _judge_row(ground, row, said[row.key], repairs.get(row.key, []), was_active=row.key in active, now=now)
    return judged


def said_in(session: Session, found: Mapping[UUID, Promise], rows: Sequence[Row]) -> dict[Key, list[Said]]:
    """What was said of occurrences, in order of arrival; for n times a week the words of all its days."""
    days = {row.key: [(row.promise_id, day) for day in schedule.days_of(found[row.promise_id].plan, row.day)] for row in rows}
    by_day = events.said_on(session, {day for some in days.values() for day in some}, rows)
    return {key: sorted((one for day in some for one in by_day.get(day, [])), key=lambda one: one.seq) for key, some in days.items()}


def _judge_row(ground: Ground, row: Row, said: Sequence[Said], repairs: Sequence[datetime], *, was_active: bool, now: datetime) -> Row:
    """One occurrence as the log has it now; whether it is mended, only the fold can say."""
    promise = ground.promises[row.promise_id]
    occurrence = schedule.named(promise.plan, row.day)
    if occurrence is None:
        raise LookupError(row.key)
    paused = any(pause.covers(promise, row.day) for pause in ground.pauses)
    found = outcomes.judge(occurrence, said, now, paused=paused, was_active=was_active)
    owned_at = max((one.at for one in live(said) if one.kind in OWNINGS), default=None)
    return replace(
        row,
        outcome=found.outcome,
        value=found.value,
        changes_at=found.changes_at,
        told_ahead=found.told_ahead,
        witnessed=found.witnessed,
        done=found.done,
        repaired=owned_at is not None and any(streaks.may_mend(row.settles_at, owned_at, at) for at in repairs),
    )


def _settled(row: Row, folded: Folded) -> Row:
    carried = folded.after.packed() if folded.after else None
    if (row.outcome, row.value, row.carried) == (folded.stitch.outcome, folded.stitch.value, carried):
        return row
    return replace(row, outcome=folded.stitch.outcome, value=folded.stitch.value, carried=carried)


def _streak(standing: StreakRow, tail: Tail, folded: Sequence[Folded], moved: Sequence[Change], life: float, now: datetime) -> StreakRow:
    states = [tail.before, *(one.after for one in folded if one.after)]
    last, days = states[-1], [row.day for row in tail.rows]
    tail_on = last.mends_from or (days[len(states) - 2] + schedule.DAY if len(states) > 1 else days[0] if days else tail.first_on)
    carried = states[days.index(tail_on)] if last.mends_from in days else last
    mended = any(one.after and one.after.outcome is Outcome.MENDED and one.after != one.before for one in moved)
    grown = (last.current > standing.current and last.current >= LOWEST_MILESTONE) or last.comeback_on not in (None, standing.comeback_on)
    return replace(
        standing,
        current=last.current,
        best=last.best,
        score=last.score,
        valued=last.valued,
        kept=last.kept,
        stitches=standing.stitches + sum(_is_kept(one.after) - _is_kept(one.before) for one in moved),
        comeback_on=last.comeback_on,
        half_life=life,
        tail_on=tail_on,
        carried=carried.packed(),
        changed_at=now if moved else standing.changed_at,
        unannounced=standing.unannounced or grown or mended,
    )


def _is_kept(row: Row | None) -> bool:
    return row is not None and row.outcome is Outcome.KEPT


def _weave(session: Session, moved: Mapping[tuple[UUID, date], Sequence[int]], now: datetime) -> None:
    before = folds.days_of(session, moved.keys())
    after = {key: _moved(before.get(key, BondDay()), by) for key, by in moved.items()}
    folds.put_days(session, after, now=now)
    turned = [key for key in sorted(after) if before.get(key, BondDay()).state is not after[key].state]
    old = folds.weaves_of(session, {bond_id for bond_id, _ in turned})
    new: dict[UUID, weaves.Weave] = {}
    recount: set[UUID] = set()
    for bond_id, day in turned:
        weave = new.get(bond_id, old.get(bond_id, weaves.Weave()))
        followed = weaves.follow(weave, day, before.get((bond_id, day), BondDay()).state, after[bond_id, day].state)
        recount |= {bond_id} if followed is None else set()
        new[bond_id] = followed or weave
    new |= folds.count_together(session, recount)
    grown = {one for one, weave in new.items() if weave.together > old.get(one, weaves.Weave()).together}
    folds.put_weaves(session, new, grown, now=now)


def _moved(day: BondDay, by: Sequence[int]) -> BondDay:
    return BondDay(day.held + by[0], day.broke + by[1])
