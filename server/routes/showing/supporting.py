"""What somebody who supports a bond reads: what all in it have opened, and nothing of when they are here."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from server.actions import supporting
from server.db import Session
from server.domain.errors import NotFoundError
from server.domain.text import isolated
from server.routes.showing import opened, words
from server.store import bonds, members, supporters
from server.store.supporters import Supporter
from web.views import Action, Link, Notice, SupportingList, SupportingPage

NOTHING_OPEN = "Nothing is open just now. What is opened, and for how long, is theirs to say."


def listed(session: Session, member_id: UUID) -> SupportingList:
    """Whom one supports."""
    return SupportingList(bonds=tuple(_links(session, member_id)), empty="You support nobody just now.")


def above(supported: Iterable[Sequence[str]]) -> tuple[Notice, ...]:
    """The way there, for who supports somebody: by the names in each bond."""
    names = words.listed([words.listed(one) for one in supported])
    return (Notice(text=f"You support {names}.", link=Link(label="Read", url="/supporting")),) if names else ()


def load(session: Session, bond_id: UUID, member_id: UUID, *, now: datetime) -> SupportingPage:
    """The page of a bond; its own members see just what their supporter sees."""
    supporter = supporters.of_bond(session, bond_id)
    if supporter is None:
        raise NotFoundError(supporting.NONE)
    people = {one.id: one for one in bonds.members_of(session, bond_id)}
    shown = supporting.shown(session, supporter, now=now)
    pieces = opened.load(session, bonds.get(session, bond_id), shown, now=now)
    mine = supporter.member_id == member_id
    return SupportingPage(
        eyebrow="You support" if mine else f"As {_called(session, supporter)} sees it",
        heading=words.listed([one.name for one in people.values()]),
        close="/supporting" if mine else f"/us/supporter?bond={bond_id}",
        areas=opened.areas(pieces, shown, people),
        empty="" if shown else NOTHING_OPEN,
        end=Action(label="Support them no more", url=f"/supporting/{bond_id}/end") if mine else None,
    )


def _called(session: Session, supporter: Supporter) -> str:
    return isolated(members.get(session, supporter.member_id).name if supporter.member_id else supporter.who)


def _links(session: Session, member_id: UUID) -> list[Link]:
    mine = [one.bond_id for one in supporters.of_member(session, member_id)]
    people = bonds.people(session, mine)
    return [Link(label=words.listed([one.name for one in people[bond_id]]), url=f"/supporting/{bond_id}") for bond_id in mine]
