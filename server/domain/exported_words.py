"""What one has promised, said, written and noted, as an export holds it: one shape a noun, documented in docs/export.md."""

from datetime import date, datetime
from uuid import UUID

import msgspec


class OwnTerms(msgspec.Struct, frozen=True, kw_only=True):
    """When a promise comes due, from `from_on` until newer terms begin; `grace` is in minutes."""

    from_on: date
    rule: str
    times: int | None
    due_time: str | None
    grace: int
    zone: str
    day_start: str


class OwnDay(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one's promise on one day; for n times a week `day` is the Monday and `done` counts the days kept."""

    day: date
    last_day: date
    due_at: datetime
    outcome: str
    value: float | None
    done: int
    told_ahead: bool
    witnessed: bool


class OwnStreak(msgspec.Struct, frozen=True, kw_only=True):
    """How one's promise holds: `kept` of `valued`, `consistency` from 0 to 1, and `stitches` ever kept."""

    current: int
    best: int
    stitches: int
    kept: int
    valued: int
    consistency: float


class OwnPromise(msgspec.Struct, frozen=True, kw_only=True):
    """A promise that one made; `bond` is null for a personal one, `released_on` where it runs or its space was closed by another."""

    id: UUID
    bond: UUID | None
    title: str
    area: str
    done_when: str | None
    cue: str | None
    made_at: datetime
    starts_on: date
    released_on: date | None
    grown_from: UUID | None
    terms: list[OwnTerms]
    streak: OwnStreak | None
    days: list[OwnDay]


class OwnCheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """A check-in that one made, also on another's promise; a `seen` with a `line` is a thank you in words."""

    id: UUID
    promise: UUID
    kind: str
    day: date | None
    at: datetime
    received_at: datetime
    extra: bool
    to: str | None
    target: UUID | None
    label: str | None
    line: str | None


class OwnRepair(msgspec.Struct, frozen=True, kw_only=True):
    """A repair that one wrote; `linked` is the promise that its prevention became."""

    id: UUID
    promise: UUID
    day: date
    at: datetime
    way: str
    did: str
    landed: str
    mine: str
    right: str
    prevent: str
    reason: str
    linked: UUID | None


class OwnWord(msgspec.Struct, frozen=True, kw_only=True):
    """One word that one said about a missed day: `sorry`, `told`, `heard`, or `answered` with the `answer`."""

    id: UUID
    promise: UUID
    day: date
    at: datetime
    kind: str
    answer: str | None


class OwnDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A repair that one has begun to write."""

    promise: UUID
    day: date
    words: dict[str, str]
    saved_at: datetime


class OwnMark(msgspec.Struct, frozen=True, kw_only=True):
    """What one notes for oneself about a day."""

    promise: UUID
    day: date
    lets_go: bool
    relies: bool
    remind_on: date | None
    at: datetime


class OwnOwning(msgspec.Struct, frozen=True, kw_only=True):
    """What one calls a miss of one's own, and what got in the way."""

    promise: UUID
    day: date
    label: str | None
    cause: str | None
    shares_label: bool
    shares_cause: bool
    at: datetime


class OwnPause(msgspec.Struct, frozen=True, kw_only=True):
    """A pause that one made, both days included: of a promise, of a bond, or without either of oneself."""

    promise: UUID | None
    bond: UUID | None
    from_on: date
    until_on: date
    at: datetime


class OwnNote(msgspec.Struct, frozen=True, kw_only=True):
    """A page of one's journal or a parked question as the phone encrypted it: base64url, by docs/private-notes.md."""

    id: UUID
    kind: str
    version: int
    sealed: str
    made_on: date
    changed_on: date


class OwnNotesKey(msgspec.Struct, frozen=True, kw_only=True):
    """The key to one's notes as one passkey wraps it; it opens with that passkey alone."""

    credential: str
    mark: str
    salt: str
    wrapped: str


class OwnQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question that one moved to the page of the week that holds `to_on`."""

    id: UUID
    bond: UUID
    to_on: date
    text: str
    moved_at: datetime


class OwnMove(msgspec.Struct, frozen=True, kw_only=True):
    """One's ask to move a day of a promise; `linked` is the promise that came of it."""

    promise: UUID
    day: date
    to_on: date
    asked_at: datetime
    linked: UUID | None


class OwnAnswerToMove(msgspec.Struct, frozen=True, kw_only=True):
    """What one answered to another's ask to move a day."""

    promise: UUID
    day: date
    agreed: bool
    answered_at: datetime


class OwnProposal(msgspec.Struct, frozen=True, kw_only=True):
    """One's proposal to let a day go, to which nobody has said yes."""

    promise: UUID
    day: date
    proposed_at: datetime
