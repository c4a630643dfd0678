"""Mending in words: what a repair says, how it reaches the other, and what may be answered (RULES.md 5)."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from uuid import UUID

from server.domain import text as rules
from server.domain.errors import InvalidError

LONGEST = 4000


class Way(StrEnum):
    """How the words reach the other: said in person, so that they stay with who wrote them, or sent."""

    IN_PERSON = "in_person"
    SENT = "sent"


class RepairAnswer(StrEnum):
    """What the other may say to a repair; saying nothing is as good."""

    HEARD = "heard"
    ACCEPTED = "accepted"
    NOT_YET = "not_yet"
    RATHER_NOT = "rather_not"


@dataclass(frozen=True, slots=True)
class Repair:
    """What I did, how it landed, that it was on me, what I will do to put it right, how I will keep it from happening again.

    `reason` is why it happened, for who wants to explain after all that.
    """

    did: str = ""
    landed: str = ""
    mine: str = ""
    right: str = ""
    prevent: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Giving:
    """How a repair is given: its `way`, the title of the promise that its prevention becomes, and the id that the sender made for it."""

    way: Way = Way.SENT
    new_promise: str = ""
    id: UUID | None = None


def said(words: Repair) -> Repair:
    """A repair as it is kept; InvalidError without what keeps it from happening again, or with words too long or that cannot be shown."""
    if not rules.is_seen(words.prevent):
        raise InvalidError("Say how you will keep it from happening again; one small thing.", "prevent")
    return draft_of(words)


def draft_of(words: Repair) -> Repair:
    """Words as they are kept, as unfinished as they like; InvalidError for what is too long or cannot be shown."""
    return Repair(**{field: _kept(field, text) for field, text in asdict(words).items()})


def _kept(field: str, text: str) -> str:
    if len(text) > LONGEST:
        raise InvalidError(f"Each answer takes {LONGEST} characters at most.", field)
    return rules.lines_of(text, field)
