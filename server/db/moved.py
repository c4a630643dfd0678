"""Whose things a transaction has changed: noted where they are written, handed on once it is committed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from sqlalchemy import Connection

NOTED = "moved"
Owners = tuple[UUID | None, UUID | None]


@dataclass(frozen=True, slots=True)
class Moved:
    """Bonds in which something has changed, members for whom alone something has, and bonds of which nothing is told."""

    bonds: set[UUID] = field(default_factory=set)
    members: set[UUID] = field(default_factory=set)
    hushed: set[UUID] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.bonds or self.members)

    def add(self, other: Self) -> None:
        """Let what another transaction has changed be told with this."""
        self.bonds.update(other.bonds)
        self.members.update(other.members)

    def told(self) -> "Moved":
        """What may be told of it."""
        return Moved(self.bonds - self.hushed, self.members)


def begin(session: Connection) -> Moved:
    """Begin to note what this transaction changes."""
    noted = session.info[NOTED] = Moved()
    return noted


def note(session: Connection, owners: Iterable[Owners]) -> None:
    """Note changed rows by their bond, which all in it may see, or where they have none by the one member who may."""
    noted = _noted(session)
    for bond_id, member_id in owners:
        if bond_id is not None:
            noted.bonds.add(bond_id)
        elif member_id is not None:
            noted.members.add(member_id)


def hush(session: Connection, bond_id: UUID, member_id: UUID) -> None:
    """Let whatever this transaction changes in a bond be told to this one member only."""
    noted = _noted(session)
    noted.hushed.add(bond_id)
    noted.members.add(member_id)


def _noted(session: Connection) -> Moved:
    noted: Moved = session.info.setdefault(NOTED, Moved())
    return noted
