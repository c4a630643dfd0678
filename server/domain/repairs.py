"""Mending in words: what a repair says, how it reaches the other, and what may be answered (RULES.md 5)."""

import unicodedata
from dataclasses import asdict, dataclass
from enum import StrEnum
from uuid import UUID

from server.domain.errors import InvalidError

LONGEST = 4000
UNSEEN = frozenset({"Cc", "Cs"})
LINES = "\n\r\t"


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


def check(words: Repair) -> None:
    """Refuse a repair without what keeps it from happening again, or with words that are too long or cannot be shown (InvalidError)."""
    if not words.prevent.strip():
        raise InvalidError("Say how you will keep it from happening again; one small thing.", "prevent")
    check_draft(words)


def check_draft(words: Repair) -> None:
    """Refuse words that are too long or cannot be shown (InvalidError); a draft may be as unfinished as it likes."""
    for field, text in asdict(words).items():
        if len(text) > LONGEST:
            raise InvalidError(f"Each answer takes {LONGEST} characters at most.", field)
        if any(unicodedata.category(one) in UNSEEN and one not in LINES for one in text):
            raise InvalidError("There is a sign in it that cannot be shown.", field)
