"""An export: what is one's own, and of the others only who they are and on which days they kept their word (SAFETY.md, 10)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from server.domain.exported_words import (
    OwnAnswerToMove,
    OwnCheckIn,
    OwnDraft,
    OwnMark,
    OwnMove,
    OwnNote,
    OwnNotesKey,
    OwnOwning,
    OwnPause,
    OwnPromise,
    OwnProposal,
    OwnQuestion,
    OwnRepair,
    OwnWord,
)

VERSION = 1


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """Oneself and one's own settings; `day_start` and the quiet hours are local times, HH:MM."""

    id: UUID
    name: str
    zone: str
    day_start: str
    appearance: str
    hides_streaks: bool
    quiet_from: str | None
    quiet_until: str | None
    made_at: datetime
    recovery_codes_left: int


class OwnAct(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever runs the server did to one's account in the last 30 days: made a `link` that signs in, or a `token`."""

    act: str
    at: datetime


class OtherMember(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in one's bond, by name."""

    id: UUID
    name: str


class OwnBond(msgspec.Struct, frozen=True, kw_only=True):
    """A bond that one is or was in; who else is in it is named while one is in it and it is not closed."""

    id: UUID
    kind: str
    zone: str
    review_weekday: int
    review_time: str
    joined_at: datetime
    left_at: datetime | None
    is_closed: bool
    others: list[OtherMember]


class OwnMoment(msgspec.Struct, frozen=True, kw_only=True):
    """A moment that one planned; `at_time` is local to the bond's zone."""

    id: UUID
    bond: UUID
    what: str
    place: str
    on_date: date
    at_time: str | None
    made_at: datetime
    is_called_off: bool


class OwnMilestone(msgspec.Struct, frozen=True, kw_only=True):
    """Something that one reached, or together with one's bond; for a mend `day` is the day that was mended."""

    id: UUID
    kind: str
    count: int
    bond: UUID | None
    promise: UUID | None
    day: date | None
    reached_on: date


class OwnAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What one said to a milestone."""

    milestone: UUID
    line: str
    at: datetime


class OwnWeek(msgspec.Struct, frozen=True, kw_only=True):
    """One's own figures in a week of a bond."""

    bond: UUID
    from_on: date
    to_on: date
    figures: dict[str, Any]


class OwnLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one said while a week was gone through together; `to_on` names the week."""

    id: UUID
    bond: UUID
    to_on: date
    kind: str
    text: str
    promise: UUID | None
    said_at: datetime


class OwnAsk(msgspec.Struct, frozen=True, kw_only=True):
    """What one asked of another."""

    id: UUID
    bond: UUID
    text: str
    asked_at: datetime
    is_taken_back: bool


class OwnAnswerToAsk(msgspec.Struct, frozen=True, kw_only=True):
    """What one answered to another's ask, with one's own `counter`; `promise` is what one promised upon it.

    Of one that was taken back there is the `counter` alone.
    """

    ask: UUID
    answer: str | None
    counter: str
    answered_at: datetime | None
    promise: UUID | None


class OwnSupporter(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody from outside whom one proposed for a bond."""

    id: UUID
    bond: UUID
    who: str
    proposed_at: datetime
    ended_at: datetime | None


class OwnOpening(msgspec.Struct, frozen=True, kw_only=True):
    """An area that one has opened to a bond's supporter."""

    bond: UUID
    area: str
    open_until: datetime
    lapses: bool


class OwnNudges(msgspec.Struct, frozen=True, kw_only=True):
    """What one wants of nudges: at most so many a day, and none from some others."""

    most: int
    muted_in: list[UUID]


class OwnInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation that one made."""

    id: UUID
    bond: UUID | None
    kind: str
    made_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None


class OwnCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """One's calendar address, without its secret, and what it shows."""

    has_theirs: bool
    has_personal: bool
    made_at: datetime


class WayIn(msgspec.Struct, frozen=True, kw_only=True):
    """A device, a passkey, a phone that takes notices or a token; never its secret."""

    kind: str
    name: str
    made_at: datetime
    used_on: date | None


class KeptByOther(msgspec.Struct, frozen=True, kw_only=True):
    """Of another's promise to one's bond, the days on which it was kept; nothing else."""

    promise: UUID
    kept_on: list[date]


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """A day of another's promise that both let go, with the hurt side's own words and the repair that was given to them."""

    promise: UUID
    day: date
    outcome: str
    let_go_on: date
    repair: dict[str, str] | None
    check_ins: list[OwnCheckIn]
    words: list[OwnWord]
    marks: list[OwnMark]
    answers: list[OwnAnswer]


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is one's own, and of the others only who they are and on which days they kept what they promised."""

    version: int
    made_at: datetime
    profile: Profile
    ways_in: list[WayIn]
    operator_acts: list[OwnAct]
    bonds: list[OwnBond]
    promises: list[OwnPromise]
    pauses: list[OwnPause]
    check_ins: list[OwnCheckIn]
    repairs: list[OwnRepair]
    words: list[OwnWord]
    drafts: list[OwnDraft]
    marks: list[OwnMark]
    ownings: list[OwnOwning]
    moves: list[OwnMove]
    answers_to_moves: list[OwnAnswerToMove]
    proposals: list[OwnProposal]
    moments: list[OwnMoment]
    milestones: list[OwnMilestone]
    answers: list[OwnAnswer]
    weeks: list[OwnWeek]
    review_lines: list[OwnLine]
    asks: list[OwnAsk]
    answers_to_asks: list[OwnAnswerToAsk]
    invitations: list[OwnInvitation]
    supporters: list[OwnSupporter]
    openings: list[OwnOpening]
    nudges: list[OwnNudges]
    calendars: list[OwnCalendar]
    private_notes: list[OwnNote]
    private_keys: list[OwnNotesKey]
    week_questions: list[OwnQuestion]
    let_go: list[Episode]
    kept_by_others: list[KeptByOther]
