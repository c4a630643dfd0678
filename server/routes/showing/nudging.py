"""A tap for each of the others, how many reach oneself, and the ones that did."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from server.db import Session
from server.domain import schedule
from server.domain.nudges import CHOICES
from server.domain.text import isolated
from server.routes.showing import choosing, forms
from server.routes.showing.forms import Sent
from server.store import bonds, nudges
from server.store.bonds import Bond
from server.store.members import Member
from server.store.nudges import Nudge
from web.views import Action, Notice, NudgePart

DAY = timedelta(days=1)


def part(session: Session, me: Member, mine: Sequence[Bond], bond: Bond, *, now: datetime, sent: Sent | None = None) -> NudgePart:
    """What stands of it on the page of a bond: the same for a sender whether they are muted or not."""
    query, day = choosing.query(mine, bond), _day(bond, now)
    others = [one for one in bonds.members_of(session, bond.id) if one.id != me.id]
    tapped, wish = nudges.sent(session, bond.id, me.id, day), nudges.wish(session, me.id)
    return NudgePart(
        taps=tuple(_tap(one, query) for one in others if one.id not in tapped),
        said=tuple(f"You thought of {isolated(one.name)} today." for one in others if one.id in tapped),
        choose=f"/us/nudges/choices{query}",
        most=forms.choice("most", {str(one): str(one) for one in CHOICES}, str(wish.most), sent),
        mutes=tuple(_mute(one, query, is_muted=(bond.id, one.id) in wish.muted) for one in others),
    )


def days(mine: Sequence[Bond], *, now: datetime) -> frozenset[date]:
    """The days whose nudges are told of: today and, where quiet hours kept one back, yesterday."""
    return frozenset(_day(bond, now) - back for bond in mine for back in (timedelta(0), DAY))


def above(reached: Sequence[Nudge], people: Mapping[UUID, Sequence[Member]], mine: Sequence[Bond], *, now: datetime) -> tuple[Notice, ...]:
    """Who thought of one today and, where quiet hours kept it back, yesterday."""
    today = {bond.id: _day(bond, now) for bond in mine}
    names = {one.id: isolated(one.name) for some in people.values() for one in some}
    return tuple(Notice(text=_thought(names[one.from_id], one.day, today[one.bond_id])) for one in reached if one.from_id in names)


def _thought(name: str, day: date, today: date) -> str:
    return f"{name} is thinking of you." if day >= today else f"{name} thought of you yesterday."


def _tap(one: Member, query: str) -> Action:
    return Action(label=f"Thinking of {isolated(one.name)}", url=f"/us/nudges{query}", fields=(("to", str(one.id)),))


def _mute(one: Member, query: str, *, is_muted: bool) -> Action:
    label = f"Hear {isolated(one.name)} again" if is_muted else f"Let nothing from {isolated(one.name)} through"
    fields = (("from", str(one.id)), ("mutes", "no" if is_muted else "yes"))
    return Action(label=label, url=f"/us/nudges/mutes{query}", fields=fields)


def _day(bond: Bond, now: datetime) -> date:
    return now.astimezone(schedule.zone_of(bond.zone)).date()
