"""The bond as one of its members sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import segno

from server.actions import invitations
from server.actions.settings import WEEKDAYS
from server.db import Session
from server.domain import schedule
from server.domain.bonds import Kind, may_grow
from server.domain.text import isolated
from server.routes.showing import choosing, forms, numbers, pausing, words
from server.routes.showing.forms import Sent
from server.store import bonds, members, us
from server.store.bonds import Bond
from server.store.invitations import Invitation
from server.store.members import Member
from server.store.promises import Pause
from web import views
from web.views import Action, InviteForm, Notice, PauseForm, QuietForm, ReviewForm, UsPage

KINDS = {
    Kind.PARTNERS: "Partners",
    Kind.PARENT_CHILD: "Parent and child",
    Kind.FAMILY: "Family",
    Kind.FRIENDS: "Friends",
    Kind.TEAM: "A team",
}
DAYS_OF_YEAR, MONTHS_OF_YEAR = 365, 12
CLOSED = Notice(text="This space is closed.")


@dataclass(frozen=True, slots=True)
class Made:
    """An invitation that was made a moment ago, and the token that is shown this one time."""

    id: str
    token: str


@dataclass(frozen=True, slots=True)
class Found:
    """Who looks and when, their bonds, and of the chosen one its members, since when they are in it, its pauses."""

    me: Member
    now: datetime
    mine: Sequence[Bond]
    invitations: Sequence[Invitation]
    people: Mapping[UUID, Sequence[Member]]
    bond: Bond | None = None
    joined: Mapping[UUID, datetime] = field(default_factory=dict)
    pauses: Sequence[Pause] = ()

    @property
    def today(self) -> date:
        return self.day(self.now)

    @property
    def query(self) -> str:
        return choosing.query(self.mine, self.bond) if self.bond else ""

    def day(self, at: datetime) -> date:
        """The date of an instant where the one who looks is."""
        return at.astimezone(schedule.zone_of(self.me.zone)).date()


def closed(session: Session, me: Member, mine: Sequence[Bond]) -> tuple[Notice, ...]:
    """What somebody is told whose bond another has left, until they are in one again; no more than that."""
    return (CLOSED,) if not mine and us.has_closed(session, me.id) else ()


def load(session: Session, member_id: UUID, bond_id: UUID | None, *, now: datetime) -> Found:
    """Read what the page of a bond says; without a bond, what there is to say to who is alone."""
    me, mine = members.get(session, member_id), bonds.of_member(session, member_id)
    bond = choosing.if_any(mine, bond_id)
    return Found(
        me=me,
        now=now,
        mine=mine,
        invitations=invitations.standing(session, member_id, now=now),
        people=bonds.people(session, [one.id for one in mine]),
        bond=bond,
        joined=us.joined(session, bond.id) if bond else {},
        pauses=us.pauses_from(session, bond.id, schedule.local_day(now, me.zone, me.day_start)) if bond else (),
    )


def notices(found: Found) -> tuple[Notice, ...]:
    """The way to one's other bonds."""
    return tuple(choosing.others(found.mine, found.bond, found.people, found.me, "/us"))


def page(found: Found, origin: str, *, made: Made | None = None, sent: Sent | None = None) -> UsPage:
    """The page; a form that was refused stands in it as it was sent."""
    bond = found.bond
    people = found.people[bond.id] if bond else [found.me]
    return UsPage(
        heading=words.listed([one.name for one in people]) if bond else "Us",
        eyebrow=f"{KINDS[bond.kind]}, {_lasting(found, bond)}" if bond else "Only you so far",
        members=tuple(_member(found, place, one) for place, one in enumerate(people, 1)),
        invitations=tuple(_invitation(found, one, origin, made) for one in found.invitations),
        invite=_invite(found, sent),
        review=_review(found, bond, sent) if bond else None,
        quiet=_quiet(found.me, sent),
        pause=_pause(found, sent) if bond else None,
        leave=Action(label="Leave this space", url=f"/us/leave{found.query}") if bond else None,
    )


def _lasting(found: Found, bond: Bond) -> str:
    """For how long there has been this bond, as in "eleven weeks"."""
    days = (found.today - found.day(bond.made_at)).days
    weeks, months = days // 7, days * MONTHS_OF_YEAR // DAYS_OF_YEAR
    if not weeks:
        return "this week" if days else "from today"
    if weeks <= MONTHS_OF_YEAR:
        return numbers.counted(weeks, "week", "weeks")
    return numbers.counted(months, "month", "months") if months < 2 * MONTHS_OF_YEAR else numbers.counted(months // 12, "year", "years")


def _member(found: Found, place: int, one: Member) -> views.Member:
    joined_on = found.day(found.joined[one.id]) if one.id in found.joined else None
    text = f"here since {_dated(joined_on, found.today)}" if joined_on else ""
    return views.Member(name=isolated(one.name), initial=one.name[:1].upper(), colour=place, text=text)


def _dated(day: date, today: date) -> str:
    return words.date_of(day) if day.year == today.year else f"{words.date_of(day)} {day.year}"


def _invitation(found: Found, one: Invitation, origin: str, made: Made | None) -> views.Invitation:
    made_on = words.relative_day(found.day(one.made_at), found.today)
    ends = f"{words.weekday(found.day(one.expires_at))} at {words.clock(one.expires_at, found.me.zone)}"
    url = f"{origin}/invitation#{made.token}" if made and made.id == str(one.id) else ""
    return views.Invitation(
        text=f"Made {made_on}, ends on {ends}.",
        withdraw=Action(label="Take it back", url=f"/us/invitations/{one.id}/withdraw"),
        url=url,
        qr=tuple(tuple(row) for row in segno.make(url, micro=False).matrix) if url else (),
    )


def _invite(found: Found, sent: Sent | None) -> InviteForm | None:
    """The form for asking somebody in: the kind is asked only by who is in no bond yet."""
    if found.bond is None:
        kinds = {kind.value: label for kind, label in KINDS.items()}
        return InviteForm(action="/us/invitations", kind=forms.choice("kind", kinds, Kind.PARTNERS.value, sent))
    return InviteForm(action=f"/us/invitations{found.query}") if may_grow(found.bond.kind) else None


def _review(found: Found, bond: Bond, sent: Sent | None) -> ReviewForm:
    days = dict(zip(WEEKDAYS, words.DAYS, strict=True))
    return ReviewForm(
        action=f"/us/review{found.query}",
        weekday=forms.choice("weekday", days, WEEKDAYS[bond.review.weekday], sent),
        time=forms.field("time", f"{bond.review.at:%H:%M}", sent),
        zone=bond.zone,
    )


def _quiet(me: Member, sent: Sent | None) -> QuietForm:
    return QuietForm(
        action="/us/quiet-hours",
        since=forms.field("quiet_from", f"{me.quiet_from:%H:%M}" if me.quiet_from else "", sent),
        until=forms.field("quiet_until", f"{me.quiet_until:%H:%M}" if me.quiet_until else "", sent),
    )


def _pause(found: Found, sent: Sent | None) -> PauseForm:
    return pausing.form(f"/us/pauses{found.query}", found.pauses, sent, today=found.today)
