"""What a promiser says of their own misses: a label and a cause, theirs alone until they share them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from server.db import Session, moved, upsert
from server.db.tables import ownings
from server.domain.owning import Cause

CHANGED = ("member_id", "label", "cause", "shares_label", "shares_cause", "at")


@dataclass(frozen=True, slots=True)
class Owning:
    """One miss in its promiser's own view; `label` is slip or broke_my_word, and what is not shared nobody else sees."""

    label: str | None = None
    cause: Cause | None = None
    shares_label: bool = False
    shares_cause: bool = False

    def as_shared(self) -> "Owning":
        """What the others may see of it."""
        return Owning(
            self.label if self.shares_label else None, self.cause if self.shares_cause else None, self.shares_label, self.shares_cause
        )


def put(session: Session, promise_id: UUID, day: date, owning: Owning, *, bond_id: UUID | None, member_id: UUID, now: datetime) -> None:
    written = upsert(session, ownings, ("promise_id", "day"), CHANGED)
    row = {
        "label": owning.label,
        "cause": owning.cause.value if owning.cause else None,
        "shares_label": owning.shares_label,
        "shares_cause": owning.shares_cause,
    }
    session.execute(written, {"bond_id": bond_id, "promise_id": promise_id, "day": day, "member_id": member_id, "at": now, **row})
    moved.note(session, [(bond_id if owning.shares_label or owning.shares_cause else None, member_id)])


def get(session: Session, promise_id: UUID, day: date) -> Owning:
    return of_promise(session, promise_id, since=day).get(day, Owning())


def of_promise(session: Session, promise_id: UUID, *, since: date) -> dict[date, Owning]:
    """What was said of a promise's misses since a day: for its promiser whole, for the others `as_shared`."""
    rows = session.execute(select(ownings).where(ownings.c.promise_id == promise_id, ownings.c.day >= since))
    return {row.day: Owning(row.label, Cause(row.cause) if row.cause else None, row.shares_label, row.shares_cause) for row in rows}


def causes(session: Session, member_id: UUID, *, since: date) -> Counter[Cause]:
    """How often each cause got in a member's way since a day, for their own eyes."""
    query = select(ownings.c.cause, func.count()).where(
        ownings.c.member_id == member_id, ownings.c.day >= since, ownings.c.cause.is_not(None)
    )
    return Counter({Cause(cause): count for cause, count in session.execute(query.group_by(ownings.c.cause))})
