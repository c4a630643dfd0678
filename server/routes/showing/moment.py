"""What a bond has planned, and the form for more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote
from uuid import UUID

from server.db import Session
from server.domain import schedule
from server.domain.moments import LONGEST_WHAT
from server.domain.text import isolated
from server.routes.showing import forms, words
from server.routes.showing.forms import Sent
from server.store import bonds, ids, members, moments
from server.store.bonds import Bond
from server.store.members import Member
from server.store.moments import Moment
from web.views import Action, Link, MomentForm, MomentRow, MomentsPage, Notice


@dataclass(frozen=True, slots=True)
class Found:
    """Who looks and on which day, their bonds with the names of the others in them, and what these have planned from that day on."""

    me: Member
    today: date
    with_whom: dict[Bond, str]
    planned: Sequence[Moment]


def load(session: Session, member_id: UUID, *, now: datetime) -> Found:
    """Read it."""
    me = members.get(session, member_id)
    mine = bonds.of_member(session, me.id)
    people = bonds.people(session, [one.id for one in mine])
    today = schedule.local_day(now, me.zone, me.day_start)
    with_whom = {one: words.listed([other.name for other in people[one.id] if other.id != me.id]) for one in mine}
    return Found(me, today, with_whom, moments.planned(session, [one.id for one in mine], since=today))


def page(found: Found, *, what: str = "", sent: Sent | None = None) -> MomentsPage:
    """The page; a form that was refused stands in it as it was sent."""
    return MomentsPage(
        eyebrow=words.listed([*found.with_whom.values()]),
        heading="Moments",
        rows=tuple(_row(found, one) for one in found.planned),
        form=_form(found, what, sent) if found.with_whom else None,
        empty="Nothing planned yet. Small is good: a walk, a call, an hour without phones."
        if found.with_whom
        else "Moments are for two or more. Ask somebody in first.",
    )


def begun(what: str, *, label: str) -> Link:
    """The way to planning one that has begun to have a name."""
    return Link(label=label, url=f"/moments?what={quote(what[:LONGEST_WHAT])}")


def near(planned: Iterable[Moment], today: date) -> tuple[Notice, ...]:
    """What is planned for today or tomorrow, as a line on Today."""
    link = Link(label="Moments", url="/moments")
    return tuple(Notice(text=f"{words.relative_day(one.on_date, today).capitalize()}: {_line(one)}", link=link) for one in planned)


def _row(found: Found, one: Moment) -> MomentRow:
    day = words.full_date(one.on_date)
    return MomentRow(
        what=isolated(one.what),
        text=", ".join([day, *_when_and_where(one)]),
        cancel=Action(label="Call it off", url=f"/moments/{one.id}/cancel"),
    )


def _line(one: Moment) -> str:
    return ", ".join([isolated(one.what), *_when_and_where(one)])


def _when_and_where(one: Moment) -> Iterable[str]:
    if one.at_time:
        yield f"{one.at_time:%H:%M}"
    if one.place:
        yield isolated(one.place)


def _form(found: Found, what: str, sent: Sent | None) -> MomentForm:
    several = {str(one.id): name for one, name in found.with_whom.items()} if len(found.with_whom) > 1 else {}
    return MomentForm(
        action="/moments",
        id=str(ids.new()),
        what=forms.field("what", what, sent),
        on_date=forms.field("on_date", found.today.isoformat(), sent),
        at_time=forms.field("at_time", "", sent),
        place=forms.field("place", "", sent),
        bond=forms.choice("bond", several, next(iter(several)), sent) if several else None,
        problem=str(sent.refusal) if sent and not sent.refusal.field else "",
    )
