"""What people are told, when, and how long it stays worth telling."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from server.domain import schedule
from server.domain.milestones import MilestoneKind
from server.domain.schedule import DAY

LEAD = timedelta(minutes=15)
LEAD_OF_A_DAY = timedelta(hours=6)
NEWS_LASTS = timedelta(hours=24)
WEEK_LASTS = timedelta(hours=48)
ANSWERED_AFTER = timedelta(seconds=15)
MOST_TRIES = 6
FIRST_WAIT = timedelta(seconds=30)


class NoticeKind(StrEnum):
    """What a notice tells. None of them tells of another's miss or silence; `ANSWERED` takes a reminder's place on one's other phones."""

    REMINDER = "reminder"
    KEPT = "kept"
    MILESTONE = "milestone"
    WEEK = "week"
    NUDGE = "nudge"
    ANSWERED = "answered"


class Urgency(StrEnum):
    """How soon a phone that saves its battery should wake (RFC 8030, 5.3)."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


URGENCY = {
    NoticeKind.REMINDER: Urgency.HIGH,
    NoticeKind.KEPT: Urgency.NORMAL,
    NoticeKind.MILESTONE: Urgency.NORMAL,
    NoticeKind.WEEK: Urgency.LOW,
    NoticeKind.NUDGE: Urgency.NORMAL,
    NoticeKind.ANSWERED: Urgency.LOW,
}
IN_QUIET_HOURS = frozenset({NoticeKind.REMINDER, NoticeKind.ANSWERED})
KEEPS_BOTH = "https://web.push.apple.com/"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell one member once: (member, kind, subject) names it; `about` holds the facts for its words."""

    member_id: UUID
    kind: NoticeKind
    subject: str
    expires_at: datetime
    bond_id: UUID | None = None
    promise_id: UUID | None = None
    day: date | None = None
    about: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where and with which keys (base64url) a phone's push service takes messages (RFC 8030, RFC 8291)."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local times between which nothing arrives that comes from the other; equal ones mean none."""

    begin: time
    end: time
    zone: str


def reminder(
    member_id: UUID,
    promise_id: UUID,
    day: date,
    *,
    bond_id: UUID | None,
    last_day: date,
    title: str,
    due_time: time | None,
    expires_at: datetime,
) -> Notice:
    """Remind the promiser of an occurrence until it settles; a tap on it speaks of its last day."""
    about = {"title": title, "last_day": f"{last_day}"} | ({"due": f"{due_time:%H:%M}"} if due_time else {})
    return Notice(member_id, NoticeKind.REMINDER, f"{promise_id}:{day}", expires_at, bond_id, promise_id, day, about)


def kept(member_id: UUID, promise_id: UUID, day: date, *, bond_id: UUID, title: str, name: str, now: datetime) -> Notice:
    """Tell a member that `name` kept a promise on a day."""
    about = {"title": title, "name": name}
    return Notice(member_id, NoticeKind.KEPT, f"{promise_id}:{day}", now + NEWS_LASTS, bond_id, promise_id, day, about)


def milestone(
    member_id: UUID,
    milestone_id: UUID,
    *,
    kind: MilestoneKind,
    count: int,
    bond_id: UUID | None,
    title: str = "",
    name: str = "",
    now: datetime,
) -> Notice:
    """Tell a member of a milestone; `title` where it is a promise's, `name` where it is a member's."""
    about = {"reached": kind.value, "count": count, "title": title, "name": name}
    return Notice(member_id, NoticeKind.MILESTONE, str(milestone_id), now + NEWS_LASTS, bond_id, about=about)


def week(member_id: UUID, bond_id: UUID, to_on: date, *, now: datetime) -> Notice:
    """Tell a member that the page of the week that ends on a date is there."""
    return Notice(member_id, NoticeKind.WEEK, f"{bond_id}:{to_on}", now + WEEK_LASTS, bond_id, day=to_on)


def nudge(member_id: UUID, from_id: UUID, day: date, *, bond_id: UUID, name: str, now: datetime) -> Notice:
    """Tell a member that `name` thinks of them: once a day, with no words of theirs."""
    return Notice(member_id, NoticeKind.NUDGE, f"{bond_id}:{from_id}:{day}", now + NEWS_LASTS, bond_id, about={"name": name})


def may_run_late(reminder: Notice, until: datetime) -> Notice:
    """Let a reminder be answered with a heads-up until what it is of is due."""
    return replace(reminder, about={**reminder.about, "late_until": until.isoformat()})


def of_ones_own(milestone: Notice) -> Notice:
    """Tell a member of what they have reached themselves: nobody thanks themselves."""
    return replace(milestone, about={**milestone.about, "own": 1})


def answered(reminder: Notice) -> Notice:
    """Let a reminder that was answered on one of its member's phones leave the others."""
    return replace(reminder, kind=NoticeKind.ANSWERED, about={})


def gives_way(endpoint: str) -> bool:
    """Whether a later notice takes an earlier one's place on this phone; Apple's would show both."""
    return not endpoint.startswith(KEEPS_BOTH)


def remind_at(due_at: datetime, due_time: time | None) -> datetime:
    """When to remind: shortly before a due time, else in the evening of the last day."""
    return due_at - (LEAD if due_time else LEAD_OF_A_DAY)


def not_before(kind: NoticeKind, now: datetime, quiet: QuietHours | None) -> datetime:
    """The first instant at which this may arrive: after the quiet hours, unless it is of one's own doing."""
    if quiet is None or kind in IN_QUIET_HOURS:
        return now
    today = now.astimezone(schedule.zone_of(quiet.zone)).date()
    for day in (today - DAY, today):
        begins = schedule.instant(day, quiet.begin, quiet.zone)
        ends = schedule.instant(day if quiet.begin <= quiet.end else day + DAY, quiet.end, quiet.zone)
        if begins <= now < ends:
            return ends
    return now


def next_try(tries: int, now: datetime, *, asked: timedelta | None, jitter: float) -> datetime | None:
    """When to try again after so many tries, or None for never.

    The wait grows fourfold from 30 seconds, times `jitter` (0 to 1) plus a half; the service may have `asked` for more.
    """
    if tries >= MOST_TRIES:
        return None
    return now + max(FIRST_WAIT * 4.0 ** (tries - 1) * (0.5 + jitter), asked or timedelta(0))
