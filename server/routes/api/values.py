"""Values that every part of the API writes and reads alike."""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated

from msgspec import Meta

from server.domain.schedule import LONGEST_GRACE
from server.domain.text import UNSEEN_ALONE, UNSHOWN, UNSHOWN_IN_LINES

MINUTE = timedelta(minutes=1)
SOME = "Text on one line with something in it to see, which is kept in NFC."

Instant = Annotated[datetime, Meta(tz=True, description="RFC 3339 with an offset; answers are in UTC and end with Z.")]
Clock = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", max_length=5, description="A local time, HH:MM.")]
Minutes = Annotated[int, Meta(ge=0, le=LONGEST_GRACE // MINUTE)]
Plain = Annotated[str, Meta(pattern=rf"^[^{UNSHOWN}]*$", description="Text on one line, which is kept in NFC.")]
Words = Annotated[str, Meta(pattern=rf"^[^{UNSHOWN}]*[^{UNSHOWN}{UNSEEN_ALONE}][^{UNSHOWN}]*$", min_length=1, description=SOME)]
Lines = Annotated[str, Meta(pattern=rf"^[^{UNSHOWN_IN_LINES}]*$", description="Text, which is kept in NFC and may have lines.")]


def utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def clock(wall: time) -> str:
    return f"{wall:%H:%M}"


def wall(text: str | None) -> time | None:
    return time.fromisoformat(text) if text is not None else None
