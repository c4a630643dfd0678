"""A tap for each of the others, how many reach oneself, and the ones that did."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from server.db import Session
from server.domain import schedule
from server.domain.nudges import CHOICES
from server.routes.showing import choosing, forms
from server.routes.showing.forms import Sent
from server.store import bonds, nudges
from server.store.bonds import Bond
from server.store.members import Member
from web.views import Action, Notice, NudgePart

DAY = timedelta(days=1)


def part(session: Session, me: Member, mine: Sequence[Bond], bond: Bond, *, now: datetime, sent: Sent | None = None) -> NudgePart:
    """What stands of it on the page of a bond: the same for a sender whether they are muted or not."""
    query, day = choosing.query(mine, bond), _day(bond, now)
    others = [one for one in bonds.members_of(session, bond.id) if one.id != me.id]
    tapped, wish = nudges.sent(session, bond.id, me.id, day), nudges.wish(session, me.id)
    return NudgePart(
        taps=tuple(_tap(one, query) for one in others if one.id not in tapped),
        said=tuple(f"You thought of {one.name} today." for one in others if one.id in tapped),
        choose=f"/us/nudges/choices{query}",
        most=forms.choice("most", {str(one): str(one) for one in CHOICES}, str(wish.most), sent),
        mutes=tuple(_mute(one, query, is_muted=(bond.id, one.id) in wish.muted) for one in others),
    )


def above(session: Session, me: Member, mine: Sequence[Bond], *, now: datetime) -> tuple[Notice, ...]:
    """Who thought of one today and, where quiet hours kept it back, yesterday."""
    days = {bond.id: _day(bond, now) for bond in mine}
    people = {one.id: one.name for some in bonds.people(session, days).values() for one in some}
    asked = {day - back for day in days.values() for back in (timedelta(0), DAY)}
    found = nudges.reached(session, me.id, asked, days)
    return tuple(Notice(text=_thought(people[one.from_id], one.day, days[one.bond_id])) for one in found if one.from_id in people)


def _thought(name: str, day: date, today: date) -> str:
    return f"{name} is thinking of you." if day >= today else f"{name} thought of you yesterday."


def _tap(one: Member, query: str) -> Action:
    return Action(label=f"Thinking of {one.name}", url=f"/us/nudges{query}", fields=(("to", str(one.id)),))


def _mute(one: Member, query: str, *, is_muted: bool) -> Action:
    label = f"Hear {one.name} again" if is_muted else f"Let nothing from {one.name} through"
    fields = (("from", str(one.id)), ("mutes", "no" if is_muted else "yes"))
    return Action(label=label, url=f"/us/nudges/mutes{query}", fields=fields)


def _day(bond: Bond, now: datetime) -> date:
    return now.astimezone(schedule.zone_of(bond.zone)).date()
