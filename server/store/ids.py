"""Names for new rows."""

from uuid import UUID

import uuid_utils


def new() -> UUID:
    """A UUID of version 7, which sorts by the time of its making."""
    return UUID(int=uuid_utils.uuid7().int)


def text() -> str:
    """The same as it stands in a form."""
    return str(uuid_utils.uuid7())
