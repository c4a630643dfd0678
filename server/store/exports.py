"""What only an export asks: everything that is one member's own, wherever it is; statements do not grow with what there is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import date, time
from types import SimpleNamespace
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, and_, case, func, or_, select, tuple_

from server.db import Session
from server.db.tables import (
    asks,
    bond_members,
    bonds,
    calendars,
    events,
    invitations,
    let_goes,
    members,
    milestone_answers,
    milestones,
    moments,
    moves,
    occurrences,
    ownings,
    private_marks,
    promises,
    repair_drafts,
    review_lines,
    weeks,
)
from server.domain.exported_words import (
    OwnAnswerToMove,
    OwnDay,
    OwnDraft,
    OwnMark,
    OwnMove,
    OwnOwning,
    OwnProposal,
)
from server.domain.exports import (
    KeptByOther,
    OwnAnswerToAsk,
    OwnAsk,
    OwnBond,
    OwnCalendar,
    OwnInvitation,
    OwnLine,
    OwnMoment,
    OwnWeek,
    Profile,
)
from server.domain.milestones import MilestoneKind
from server.domain.outcomes import Outcome
from server.domain.repairs import Way
from server.store import bonds as bond_store
from server.store import recovery, repairs, sealing
from server.store.asks import Answer
from server.store.bound import bound, its_promise, same_day
from server.store.events import REPAIR, Event, event_of, opened
from server.store.occurrences import NOT_LET_GO, Key
from server.store.weeks import summed_up

RELEASED = "released"
KEPT = (Outcome.KEPT.value, Outcome.LATE.value)
T = TypeVar("T")
_IS_TAKEN_BACK = func.coalesce(asks.c.answer, "") == Answer.TAKEN_BACK.value


def profile(session: Session, member_id: UUID) -> Profile:
    columns = (members.c.id, members.c.name, members.c.zone, members.c.appearance, members.c.hides_streaks, members.c.made_at)
    row = session.execute(
        select(*columns, members.c.day_start, members.c.quiet_from, members.c.quiet_until).where(members.c.id == member_id)
    ).one()
    return Profile(
        **{one.name: getattr(row, one.name) for one in columns} | {"name": sealing.opened(session, members.c.name, row.id, row.name)},
        day_start=f"{row.day_start:%H:%M}",
        quiet_from=_clock(row.quiet_from),
        quiet_until=_clock(row.quiet_until),
        recovery_codes_left=recovery.left(session, member_id),
    )


def of_bonds(session: Session, member_id: UUID) -> list[OwnBond]:
    """The bonds that a member is or was in, oldest first, without who else is in them."""
    query = select(bonds, bond_members.c.joined_at, bond_members.c.left_at).join(bond_members, bond_members.c.bond_id == bonds.c.id)
    return [
        OwnBond(
            id=row.id,
            kind=row.kind,
            zone=row.zone,
            review_weekday=row.review_weekday,
            review_time=f"{row.review_time:%H:%M}",
            joined_at=row.joined_at,
            left_at=row.left_at,
            is_closed=row.closed_at is not None,
            others=[],
        )
        for row in session.execute(query.where(bond_members.c.member_id == member_id).order_by(bonds.c.made_at, bonds.c.id))
    ]


def days(session: Session, member_id: UUID) -> dict[UUID, list[OwnDay]]:
    """What became of a member's promises, without what is still ahead and without what was let go."""
    columns = [occurrences.c[name] for name in OwnDay.__struct_fields__]
    query = select(occurrences.c.promise_id, *columns).where(occurrences.c.member_id == member_id, NOT_LET_GO)
    found: dict[UUID, list[OwnDay]] = defaultdict(list)
    for promise_id, *row in session.execute(
        query.where(occurrences.c.outcome != Outcome.PENDING.value).order_by(occurrences.c.promise_id, occurrences.c.day)
    ):
        found[promise_id].append(OwnDay(**dict(zip(OwnDay.__struct_fields__, row, strict=True))))
    return found


def ended_by_closing(session: Session, member_id: UUID) -> set[UUID]:
    """The promises of a member that ended because another left and the bond closed: when that was is nobody's but that one's."""
    closing = and_(bonds.c.id == events.c.bond_id, bonds.c.closed_at == events.c.at)
    query = select(events.c.promise_id).join(bonds, closing).join(bond_members, bound(events, bond_members, member_id="member_id"))
    mine = (events.c.member_id == member_id, events.c.kind == RELEASED, bond_members.c.left_at.is_(None))
    return set(session.scalars(query.where(*mine)))


def said(session: Session, member_id: UUID) -> list[Event]:
    """Every line of the log that a member wrote, in order."""
    rows = session.execute(select(events).where(events.c.member_id == member_id).order_by(events.c.seq))
    return [event_of(session, row) for row in rows]


def drafts(session: Session, member_id: UUID) -> list[OwnDraft]:
    return _read(session, OwnDraft, _by_day(repair_drafts).where(repair_drafts.c.member_id == member_id), repair_drafts)


def marks(session: Session, member_id: UUID) -> list[OwnMark]:
    return _read(session, OwnMark, _by_day(private_marks).where(private_marks.c.member_id == member_id))


def described(session: Session, member_id: UUID) -> list[OwnOwning]:
    return _read(session, OwnOwning, _by_day(ownings).where(ownings.c.member_id == member_id))


def asked_moves(session: Session, member_id: UUID) -> list[OwnMove]:
    mine = _by_day(moves).join(promises, its_promise(moves)).where(promises.c.member_id == member_id)
    return _read(session, OwnMove, mine.add_columns(moves.c.linked_id.label("linked")))


def answered_moves(session: Session, member_id: UUID) -> list[OwnAnswerToMove]:
    return _read(session, OwnAnswerToMove, _by_day(moves).where(moves.c.answered_by == member_id))


def proposals(session: Session, member_id: UUID) -> list[OwnProposal]:
    open_ones = let_goes.c.agreed_at.is_(None)
    return _read(session, OwnProposal, _by_day(let_goes).where(let_goes.c.proposed_by == member_id, open_ones))


def planned(session: Session, member_id: UUID) -> list[OwnMoment]:
    rows = session.execute(select(moments).where(moments.c.member_id == member_id).order_by(moments.c.made_at, moments.c.id))
    return [
        OwnMoment(
            id=row.id,
            bond=row.bond_id,
            what=words["what"],
            place=words["place"],
            on_date=row.on_date,
            at_time=_clock(row.at_time),
            made_at=row.made_at,
            is_called_off=row.cancelled_at is not None,
        )
        for row, words in ((one, sealing.opened_row(session, moments, one._mapping)) for one in rows)
    ]


def reached(session: Session, member_id: UUID) -> list[Any]:
    """What a member has reached, and what the bonds that they are in have reached together, oldest first."""
    together = and_(milestones.c.kind == MilestoneKind.TOGETHER.value, milestones.c.bond_id.in_(bond_store.ids_of(member_id)))
    query = select(milestones).where(or_(milestones.c.member_id == member_id, together))
    return list(session.execute(query.order_by(milestones.c.reached_at, milestones.c.id)))


def answers(session: Session, member_id: UUID) -> list[Any]:
    """What a member said to milestones, oldest first, each line with its milestone and what that is of."""
    about = (milestones.c.kind, milestones.c.promise_id, milestones.c.subject)
    query = select(milestone_answers, *about).join(milestones, bound(milestone_answers, milestones, milestone_id="id"))
    rows = session.execute(query.where(milestone_answers.c.member_id == member_id).order_by(milestone_answers.c.at))
    return [SimpleNamespace(**sealing.opened_row(session, milestone_answers, row._mapping)) for row in rows]


def figures(session: Session, member_id: UUID) -> list[OwnWeek]:
    """A member's own figures in the weeks of the bonds that they are or were in."""
    query = select(weeks).join(bond_members, bond_members.c.bond_id == weeks.c.bond_id).where(bond_members.c.member_id == member_id)
    rows = session.execute(query.order_by(weeks.c.to_on, weeks.c.bond_id))
    own = ((row, summed_up(session, row.bond_id, row.summary)["members"].get(str(member_id))) for row in rows)
    return [OwnWeek(bond=row.bond_id, from_on=row.from_on, to_on=row.to_on, figures=figures) for row, figures in own if figures]


def review_lines_of(session: Session, member_id: UUID) -> list[OwnLine]:
    mine = _of(review_lines).where(review_lines.c.member_id == member_id)
    return _read(session, OwnLine, mine.order_by(review_lines.c.said_at, review_lines.c.id), review_lines)


def asked(session: Session, member_id: UUID) -> list[OwnAsk]:
    mine = _of(asks).add_columns(_IS_TAKEN_BACK.label("is_taken_back")).where(asks.c.from_id == member_id)
    return _read(session, OwnAsk, mine.order_by(asks.c.asked_at, asks.c.id), asks)


def answered_asks(session: Session, member_id: UUID) -> list[OwnAnswerToAsk]:
    own = [case((~_IS_TAKEN_BACK, one)).label(one.name) for one in (asks.c.answer, asks.c.answered_at)]
    query = select(asks.c.id.label("ask"), asks.c.bond_id.label("bond"), asks.c.counter, asks.c.promise_id.label("promise"), *own)
    said = or_(asks.c.counter != "", and_(asks.c.answer.is_not(None), ~_IS_TAKEN_BACK))
    return _read(session, OwnAnswerToAsk, query.where(asks.c.to_id == member_id, said).order_by(asks.c.asked_at, asks.c.id), asks)


def invited(session: Session, member_id: UUID) -> list[OwnInvitation]:
    mine = _of(invitations).where(invitations.c.inviter_id == member_id).order_by(invitations.c.made_at)
    return _read(session, OwnInvitation, mine)


def feeds(session: Session, member_id: UUID) -> list[OwnCalendar]:
    return _read(session, OwnCalendar, _of(calendars).where(calendars.c.member_id == member_id))


def kept_by_others(session: Session, member_id: UUID) -> list[KeptByOther]:
    """Of the others in the bonds that a member is in: which of their promises were kept on which days."""
    theirs = (occurrences.c.bond_id.in_(bond_store.ids_of(member_id)), occurrences.c.member_id != member_id)
    query = select(occurrences.c.promise_id, occurrences.c.day).where(*theirs, occurrences.c.outcome.in_(KEPT), NOT_LET_GO)
    found: dict[UUID, list[date]] = defaultdict(list)
    for promise_id, day in session.execute(query.order_by(occurrences.c.promise_id, occurrences.c.day)):
        found[promise_id].append(day)
    return [KeptByOther(promise=promise_id, kept_on=kept_on) for promise_id, kept_on in found.items()]


def gone(session: Session, member_id: UUID) -> list[Any]:
    """The days that were let go in the bonds that a member is or was in, each with what it stood as."""
    theirs = select(bond_members.c.bond_id).where(bond_members.c.member_id == member_id)
    query = select(let_goes, occurrences.c.outcome).join(occurrences, same_day(let_goes, occurrences))
    return list(session.execute(query.where(let_goes.c.bond_id.in_(theirs), let_goes.c.agreed_at.is_not(None)).order_by(let_goes.c.day)))


def given(session: Session, keys: Collection[Key]) -> Mapping[Key, dict[str, str]]:
    """The words of the repairs that were sent about these days; what was said in person stays with who wrote it."""
    if not keys:
        return {}
    query = select(events).where(tuple_(events.c.promise_id, events.c.day).in_(list(keys)), events.c.kind == REPAIR)
    latest = {(row.promise_id, row.day): opened(session, row) for row in session.execute(query.order_by(events.c.seq))}
    sent = {key: one for key, one in latest.items() if one.get("way", Way.SENT) == Way.SENT}
    return {key: asdict(repairs.words_of(one)) for key, one in sent.items()}


def _of(table: Any) -> Select[Any]:
    """A table's columns under the names that an export has for them."""
    names: dict[str, str] = {"promise_id": "promise", "bond_id": "bond"}
    columns: Iterable[ColumnElement[Any]] = table.columns
    return select(*(one.label(names.get(one.key or "", one.key or "")) for one in columns))


def _by_day(table: Any) -> Select[Any]:
    return _of(table).order_by(table.c.day, table.c.promise_id)


def _read(session: Session, shape: type[T], query: Select[Any], words_of: Table | None = None) -> list[T]:
    names: tuple[str, ...] = shape.__struct_fields__  # type: ignore[attr-defined]
    rows: Iterable[Mapping[Any, Any]] = (row._mapping for row in session.execute(query))
    if words_of is not None:
        rows = (sealing.opened_row(session, words_of, {**row, "bond_id": row.get("bond")}) for row in rows)
    return [shape(**{name: row[name] for name in names}) for row in rows]


def _clock(wall: time | None) -> str | None:
    return f"{wall:%H:%M}" if wall else None
