"""What every tap carries beside its words: its id, its moment, and who was signed in when it was made."""

from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from server.domain.errors import InvalidError, SignInNeededError
from server.routes.access import Viewer
from server.store import ids


class Tapped(Protocol):
    """A form that may have waited on a phone: the id and the moment that the page gave it, and who was signed in then."""

    @property
    def id(self) -> str: ...

    @property
    def at(self) -> str: ...

    @property
    def by(self) -> str: ...


def read(reader: Any, text: str, field: str) -> Any:
    """What stands in a field, None where it is empty; InvalidError with a sentence for what cannot be read."""
    try:
        return reader(text) if text else None
    except (ValueError, OverflowError):
        raise InvalidError(f"The field {field} could not be read.", field) from None


def instant(text: str) -> datetime:
    """An instant with its offset; ValueError without one."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return found.astimezone(UTC)


def check_owner(viewer: Viewer, by: str) -> None:
    """SignInNeededError for a tap that waited on a phone while somebody else signed in: it is not theirs and stays for its owner."""
    if read(UUID, by, "by") not in (None, viewer.member_id):
        raise SignInNeededError("Somebody else tapped that on this phone. It waits for them.")


def stamped(viewer: Viewer, form: Tapped) -> tuple[UUID, datetime | None]:
    """A tap's own id, a new one where it has none, and its moment; SignInNeededError for somebody else's."""
    check_owner(viewer, form.by)
    return read(UUID, form.id, "id") or ids.new(), read(instant, form.at, "at")
