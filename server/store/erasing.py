"""Taking an account or a space away: what goes, what stays nameless, in which order; asked of the tables, so that none is forgotten.

Every column that refers to a member stands in one of three lists. A row of what `GOES` goes with its member, and with it whatever
refers to it; one of what `STAYS` is part of what the others have too, and keeps the bare id of a stone; what is `LOOSE` is emptied.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, ForeignKeyConstraint, Table, and_, delete, false, or_, select, tuple_, update

from server.db import Session, insert
from server.db.tables import (
    asks,
    bond_members,
    bonds,
    buckets,
    ceremonies,
    events,
    members,
    metadata,
    milestones,
    notices,
    past_spaces,
    promises,
    stones,
)
from server.domain.notices import NoticeKind
from server.store import sealing, weeks

NAME, TITLE, AREA = "Somebody", "A stone", "other"
"""What stands where a name, a promise's words and its area stood."""
PERSONAL = frozenset({"label"})
MOST_WEEKS = 100_000
GOES = frozenset(
    {
        "asks.from_id",
        "calendars.member_id",
        "closings.member_id",
        "hand_overs.member_id",
        "invitations.inviter_id",
        "links.member_id",
        "milestone_answers.member_id",
        "moments.member_id",
        "notices.member_id",
        "nudge_choices.member_id",
        "nudge_mutes.from_id",
        "nudge_mutes.member_id",
        "nudges.from_id",
        "nudges.to_id",
        "operator_acts.member_id",
        "ownings.member_id",
        "passkeys.member_id",
        "past_spaces.member_id",
        "printed_lines.member_id",
        "private_keys.member_id",
        "private_marks.member_id",
        "private_notes.member_id",
        "push_subscriptions.member_id",
        "recovery_codes.member_id",
        "repair_drafts.member_id",
        "review_lines.member_id",
        "review_seats.member_id",
        "sessions.member_id",
        "supporter_consents.member_id",
        "supporter_openings.member_id",
        "supporters.member_id",
        "supporters.proposed_by",
        "tokens.member_id",
        "week_questions.member_id",
    }
)
STAYS = frozenset(
    {
        "asks.to_id",
        "bond_members.member_id",
        "events.member_id",
        "let_goes.hurt_id",
        "let_goes.proposed_by",
        "milestones.member_id",
        "moves.answered_by",
        "pauses.member_id",
        "promises.member_id",
        "stitches.member_id",
        "stones.member_id",
    }
)
LOOSE = frozenset(
    {
        "asks.promise_id",
        "invitations.accepted_by",
        "moves.linked_id",
        "promises.grown_from",
        "review_lines.moment_id",
        "review_lines.promise_id",
        "supporters.ended_by",
    }
)
Rows = Mapping[Table, ColumnElement[bool]]


def references(table: Table) -> Iterator[tuple[Table, ForeignKeyConstraint]]:
    """Every table that refers to this one, and how."""
    for child in metadata.sorted_tables:
        for constraint in child.foreign_key_constraints:
            if constraint.referred_table is table:
                yield child, constraint


def under(roots: Rows) -> dict[Table, ColumnElement[bool]]:
    """The rows that are meant and all that hang on them, parents before children."""
    found: dict[Table, ColumnElement[bool]] = {}
    for table in metadata.sorted_tables:
        some = [roots[table]] if table in roots else []
        some += [
            _refers(constraint, found[constraint.referred_table])
            for constraint in table.foreign_key_constraints
            if constraint.referred_table in found and constraint.referred_table is not table and _loose(constraint) is None
        ]
        if some:
            found[table] = or_(*some)
    return found


def of_bond(bond_id: UUID) -> dict[Table, ColumnElement[bool]]:
    """Every row of a bond, by its own column where there is one, parents before children."""
    owned: dict[Table, Any] = {one: one.c.bond_id == bond_id for one in metadata.sorted_tables if "bond_id" in one.c}
    found = under({bonds: bonds.c.id == bond_id, **owned})
    return {table: owned.get(table, wanted) for table, wanted in found.items()}


def loosen(session: Session, rows: Rows) -> None:
    """Empty what refers to these rows from elsewhere and stays."""
    for table, wanted in rows.items():
        for child, constraint in references(table):
            if (loose := _loose(constraint)) is not None:
                session.execute(update(child).where(_refers(constraint, wanted)).values({loose: None}))


def drop(session: Session, table: Table, wanted: ColumnElement[bool], limit: int) -> int:
    """Delete at most so many of these rows."""
    key = tuple(table.primary_key.columns)
    chosen = select(*key).where(wanted).limit(limit)
    return session.execute(delete(table).where(tuple_(*key).in_(chosen))).rowcount


def own(session: Session, member_id: UUID) -> None:
    """Delete what is a member's alone: ways in, drafts, marks, notes, notices, and personal promises with all that was said of them."""
    roots: dict[Table, ColumnElement[bool]] = {
        promises: promises.c.bond_id.is_(None) & (promises.c.member_id == member_id),
        events: events.c.bond_id.is_(None) & (events.c.member_id == member_id),
    }
    for place in sorted(GOES):
        name, _, column = place.partition(".")
        owned = metadata.tables[name]
        roots[owned] = roots.get(owned, false()) | (owned.c[column] == member_id)
    rows = under(roots)
    loosen(session, rows)
    for table in reversed(rows):
        session.execute(delete(table).where(rows[table]))
    for child, constraint in references(members):
        if (loose := _loose(constraint)) is not None:
            session.execute(update(child).where(loose == member_id).values({loose: None}))
    session.execute(delete(ceremonies).where(ceremonies.c.member_id == member_id))
    session.execute(delete(buckets).where(buckets.c.key.contains(str(member_id))))


def words(session: Session, member_id: UUID) -> None:
    """Let a member's promises to others, and what they said in the log, stand without their words."""
    _others_notices(session, member_id)
    mine = promises.c.member_id == member_id
    for bond_id in session.scalars(select(promises.c.bond_id).where(mine).distinct()).all():
        blank = {
            column: sealing.seal(session, column, bond_id, text) for column, text in ((promises.c.title, TITLE), (promises.c.area, AREA))
        }
        session.execute(update(promises).where(mine, promises.c.bond_id == bond_id).values({**blank, "done_when": None, "cue": None}))
    session.execute(update(asks).where(asks.c.to_id == member_id).values(counter=""))
    log = session.execute(select(events.c.seq, events.c.sent).where(events.c.member_id == member_id, events.c.sent.is_not(None))).all()
    open_names = sealing.SEALED[events.c.sent].plain - PERSONAL
    for row in log:
        kept = {key: value for key, value in row.sent.items() if key in open_names}
        if kept != row.sent:
            session.execute(update(events).where(events.c.seq == row.seq).values(sent=kept))
    _summaries(session, member_id)


def stone(session: Session, member_id: UUID, *, now: datetime) -> None:
    """Let nothing stand of a member but a nameless stone, who is in no bond any more."""
    seats = bond_members.c.member_id == member_id, bond_members.c.left_at.is_(None)
    session.execute(update(bond_members).where(*seats).values(left_at=now))
    nameless = {
        "name": sealing.seal(session, members.c.name, member_id, NAME),
        "zone": "UTC",
        "day_start": time(3),
        "appearance": "phone",
        "hides_streaks": False,
        "quiet_from": None,
        "quiet_until": None,
    }
    session.execute(update(members).where(members.c.id == member_id).values(**nameless))
    session.execute(insert(session, stones).values(member_id=member_id))


def drop_stones(session: Session) -> int:
    """Delete the stones that nothing refers to any more."""
    named = [(child, column) for child, constraint in references(members) for column in constraint.columns if child is not stones]
    bare = [~select(1).where(column == stones.c.member_id).exists() for _, column in named]
    gone = session.scalars(select(stones.c.member_id).where(*bare)).all()
    session.execute(delete(stones).where(stones.c.member_id.in_(gone)))
    session.execute(delete(members).where(members.c.id.in_(gone)))
    return len(gone)


def is_stone(session: Session, member_id: UUID) -> bool:
    """Whether nothing but a stone is left of a member."""
    return session.scalar(select(stones.c.member_id).where(stones.c.member_id == member_id)) is not None


def remember_closed(session: Session, bond_id: UUID) -> None:
    """Note for those who stayed that a space of theirs is closed; of which, and since when, is known no more."""
    stayed = select(bond_members.c.member_id).where(bond_members.c.bond_id == bond_id, bond_members.c.left_at.is_(None))
    for member_id in session.scalars(stayed).all():
        session.execute(insert(session, past_spaces).values(member_id=member_id).on_conflict_do_nothing())


def _others_notices(session: Session, member_id: UUID) -> None:
    """What others were told of these promises, of what the member reached, and by their name goes: by whose it is, whatever it says."""
    theirs = notices.c.bond_id.in_(select(bond_members.c.bond_id).where(bond_members.c.member_id == member_id))
    mine = select(promises.c.id).where(promises.c.member_id == member_id, promises.c.bond_id.is_not(None))
    of_mine = or_(milestones.c.member_id == member_id, milestones.c.promise_id.in_(mine))
    reached = [str(one) for one in session.scalars(select(milestones.c.id).where(of_mine, milestones.c.bond_id.is_not(None)))]
    of_reached = (notices.c.kind == NoticeKind.MILESTONE.value, notices.c.subject.in_(reached))
    by_them = (notices.c.kind == NoticeKind.NUDGE.value, notices.c.subject.contains(str(member_id)))
    gone = under({notices: or_(notices.c.promise_id.in_(mine), theirs & and_(*of_reached), theirs & and_(*by_them))})
    for table in reversed(gone):
        session.execute(delete(table).where(gone[table]))


def _summaries(session: Session, member_id: UUID) -> None:
    """A week keeps the member's figures in all; by which area they stood were their words."""
    whose = str(member_id)
    for bond_id in session.scalars(select(bond_members.c.bond_id).where(bond_members.c.member_id == member_id)).all():
        some = [
            one for one in weeks.of_bond(session, bond_id, limit=MOST_WEEKS) if one.summary.get("members", {}).get(whose, {}).get("areas")
        ]
        for one in some:
            one.summary["members"][whose]["areas"] = {}
        weeks.put(session, some)


def _refers(constraint: ForeignKeyConstraint, wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    """The rows that refer by this key to rows that are wanted."""
    theirs = [element.column for element in constraint.elements]
    return tuple_(*constraint.columns).in_(select(*theirs).where(wanted))


def _loose(constraint: ForeignKeyConstraint) -> Column[Any] | None:
    return next((column for column in constraint.columns if str(column) in LOOSE), None)
