"""Repairs and what followed them, read from the log; drafts and marks, which are one's own."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from server.db import Session, upsert
from server.db.tables import events, private_marks, repair_drafts
from server.domain.repairs import Repair, RepairAnswer, Way
from server.store import events as log
from server.store import sealing
from server.store.events import REPAIR

SORRY, TOLD, HEARD, ANSWERED = "sorry", "told", "heard", "answered"
KINDS = (REPAIR, SORRY, TOLD, HEARD, ANSWERED)
WORDS = tuple(one.name for one in fields(Repair))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a missed occurrence stands between two people: each part is None or empty until somebody said it.

    `words` are the latest repair's, `linked_id` the promise that it became, `told_at` when its writer marked it as said in person,
    `heard` and `answers` who of the others marked it as heard, and what each answered last.
    """

    sorry_at: datetime | None = None
    words: Repair | None = None
    way: Way = Way.SENT
    written_at: datetime | None = None
    linked_id: UUID | None = None
    told_at: datetime | None = None
    heard: frozenset[UUID] = frozenset()
    answers: tuple[tuple[UUID, RepairAnswer], ...] = ()

    @property
    def has_reached(self) -> bool:
        """Whether the others know of it: it was sent, or said in person."""
        return self.words is not None and (self.way is Way.SENT or self.told_at is not None)

    def words_for(self, *, writer: bool) -> Repair | None:
        """What its writer may read again, and what the others may: the words that were sent, never those for the ear."""
        return self.words if writer or self.way is Way.SENT else None

    def shows(self, *, writer: bool) -> bool:
        """Whether there is anything to be seen: for the others only what has reached them."""
        return writer or self.has_reached or self.sorry_at is not None


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody notes for themselves about a day: that they let it go, that they rely on this again, when to think of it again."""

    lets_go: bool = False
    relies: bool = False
    remind_on: date | None = None


def of_promise(session: Session, promise_id: UUID, *, since: date | None = None) -> dict[date, Standing]:
    """Everything of this kind about one promise, by day; what was said last stands, also where it was longest on its way."""
    query = select(events).where(events.c.promise_id == promise_id, events.c.kind.in_(KINDS)).order_by(events.c.at, events.c.seq)
    found: dict[date, Standing] = {}
    for row in session.execute(query.where(events.c.day >= since) if since else query):
        found[row.day] = _then(session, found.get(row.day, Standing()), row)
    return found


def keep_draft(
    session: Session, promise_id: UUID, day: date, words: Repair, *, bond_id: UUID | None, member_id: UUID, now: datetime
) -> None:
    written = upsert(session, repair_drafts, ("promise_id", "day"), ("member_id", "words", "saved_at"))
    row = {"bond_id": bond_id, "promise_id": promise_id, "day": day, "member_id": member_id, "words": asdict(words), "saved_at": now}
    session.execute(written, sealing.sealed_row(session, repair_drafts, row))


def draft(session: Session, promise_id: UUID, day: date, member_id: UUID) -> Repair | None:
    """What its writer has begun to write; nobody else's to read."""
    mine = (repair_drafts.c.promise_id == promise_id) & (repair_drafts.c.day == day) & (repair_drafts.c.member_id == member_id)
    words = session.execute(select(repair_drafts.c.words).where(mine)).scalar()
    return None if words is None else drafted(session, member_id, words)


def drafted(session: Session, member_id: UUID, words: dict[str, str]) -> Repair:
    """The words of a draft as it lies there."""
    return Repair(**sealing.opened_document(session, repair_drafts.c.words, member_id, words))


def drop_draft(session: Session, promise_id: UUID, day: date) -> None:
    session.execute(delete(repair_drafts).where(repair_drafts.c.promise_id == promise_id, repair_drafts.c.day == day))


def put_mark(session: Session, promise_id: UUID, day: date, mark: Mark, *, bond_id: UUID | None, member_id: UUID, now: datetime) -> None:
    written = upsert(session, private_marks, ("member_id", "promise_id", "day"), ("lets_go", "relies", "remind_on", "at"))
    row = {"bond_id": bond_id, "member_id": member_id, "promise_id": promise_id, "day": day, "at": now}
    session.execute(written, row | asdict(mark))


def mark(session: Session, promise_id: UUID, day: date, member_id: UUID) -> Mark:
    """What this member noted for themselves."""
    mine = (private_marks.c.member_id == member_id, private_marks.c.promise_id == promise_id, private_marks.c.day == day)
    row = session.execute(select(private_marks.c.lets_go, private_marks.c.relies, private_marks.c.remind_on).where(*mine)).first()
    return Mark(*row) if row else Mark()


def standing(session: Session, rows: Iterable[Any]) -> Standing:
    """How a day stands by its rows of the log, in order of arrival."""
    found = Standing()
    for row in rows:
        found = _then(session, found, row)
    return found


def words_of(sent: dict[str, Any]) -> Repair:
    """The words of a repair as the log holds them."""
    return Repair(**{name: sent.get(name, "") for name in WORDS})


def _then(session: Session, before: Standing, row: Any) -> Standing:
    sent = log.opened(session, row)
    match row.kind:
        case "repair":
            linked = UUID(sent["linked"]) if "linked" in sent else before.linked_id
            return replace(before, words=words_of(sent), way=way_of(row.sent), written_at=row.at, linked_id=linked)
        case "sorry":
            return replace(before, sorry_at=before.sorry_at or row.at)
        case "told":
            return replace(before, told_at=before.told_at or row.at)
        case "heard":
            return replace(before, heard=before.heard | {row.member_id})
        case _:
            return replace(before, answers=_answered(before.answers, row.member_id, RepairAnswer(sent["answer"])))


def _answered(before: Iterable[tuple[UUID, RepairAnswer]], member_id: UUID, answer: RepairAnswer) -> tuple[tuple[UUID, RepairAnswer], ...]:
    return (*((who, said) for who, said in before if who != member_id), (member_id, answer))


def way_of(sent: dict[str, Any] | None) -> Way:
    """Whether words were sent, or are said in person."""
    return Way((sent or {}).get("way", Way.SENT))
