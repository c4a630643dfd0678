"""Which of a member's bonds a page is of; most are in one."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from server.domain.errors import NotFoundError
from server.routes.showing import words
from server.store.bonds import Bond
from server.store.members import Member
from web.views import Link, Notice


def chosen(mine: Sequence[Bond], bond_id: UUID | None) -> Bond:
    """The bond that was asked for, without a wish the first; NotFoundError for one that is not theirs, and where there is none."""
    found = next((one for one in mine if bond_id in (None, one.id)), None)
    if found is None:
        raise NotFoundError("There is no such bond.")
    return found


def if_any(mine: Sequence[Bond], bond_id: UUID | None) -> Bond | None:
    """The same, but None for who is in no bond and asked for none."""
    return chosen(mine, bond_id) if mine or bond_id else None


def query(mine: Sequence[Bond], bond: Bond) -> str:
    """What an address adds to stay with a bond, for who is in several."""
    return f"?bond={bond.id}" if len(mine) > 1 else ""


def others(mine: Sequence[Bond], bond: Bond | None, people: Mapping[UUID, Sequence[Member]], me: Member, path: str) -> tuple[Notice, ...]:
    """The way to the same page of one's other bonds."""
    return tuple(
        Notice(
            text=f"You are also with {words.listed([member.name for member in people[one.id] if member.id != me.id])}.",
            link=Link(label="Look there", url=f"{path}?bond={one.id}"),
        )
        for one in mine
        if bond and one.id != bond.id
    )
