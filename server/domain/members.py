"""What a member may be called and may choose for themselves."""

from datetime import time

from server.domain import text as words
from server.domain.errors import InvalidError
from server.domain.schedule import LATEST_DAY_START

LONGEST_NAME = 80
DAY_START = time(3)
APPEARANCES = ("phone", "light", "dark")
DAY_STARTS = tuple(time(minutes // 60, minutes % 60) for minutes in range(0, LATEST_DAY_START.hour * 60 + 1, 30))


def name_of(text: str, field: str = "name") -> str:
    """A name in any script, as it will be shown; InvalidError where it is empty, too long or would disturb the words beside it."""
    if not words.is_seen(text):
        raise InvalidError("A name is needed here.", field)
    name = words.line_of(text, field)
    if len(name) > LONGEST_NAME:
        raise InvalidError(f"That is longer than {LONGEST_NAME} letters.", field)
    return name


def day_start_of(text: str) -> time:
    """The hour at which a day starts, as HH:MM; InvalidError where it is not one of DAY_STARTS."""
    found = next((one for one in DAY_STARTS if f"{one:%H:%M}" == text), None)
    if found is None:
        raise InvalidError("A day starts between 00:00 and 06:00.", "day_start")
    return found


def appearance_of(text: str) -> str:
    """Light, dark, or as the phone; InvalidError for anything else."""
    if text not in APPEARANCES:
        raise InvalidError("It can be light, dark, or as the phone.", "appearance")
    return text
