"""The bond: its members, its invitation, its review moment, its quiet hours, leaving it."""

from dataclasses import dataclass

from web.views.promises import PauseForm
from web.views.shell import Action, Choice, Input, Link, Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An invitation that nobody has taken yet.

    `url` and `qr` (rows of 0 and 1, as `segno.make(url).matrix` gives them) are there once, right
    after it was made; later only `text` ("made today, ends on Thursday at 18:00").
    """

    text: str
    withdraw: Action
    url: str = ""
    qr: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteForm:
    """Asking somebody in; posts `kind`, which is asked only while the bond is being made."""

    action: str
    kind: Choice | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewForm:
    """When the week ends; posts `weekday` (MO to SU) and `time`, local in the bond's zone."""

    action: str
    weekday: Choice
    time: Input
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietForm:
    """The hours in which nothing arrives, local, both empty for none; posts `quiet_from`, `quiet_until`."""

    action: str
    since: Input
    until: Input


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportNote:
    """On the page of the bond: who supports it and what is open, or how it stands with that."""

    text: str
    link: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgePart:
    """On the page of the bond: a tap for each of the others, how many may reach oneself, whom one hears.

    `said` are sentences on those for whom one has tapped today.
    """

    taps: tuple[Action, ...]
    said: tuple[str, ...]
    choose: str
    most: Choice
    mutes: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsPage:
    """`us/page.html`: filled from the bond; the parts that do not apply are left out."""

    heading: str
    eyebrow: str
    members: tuple[Member, ...]
    invitations: tuple[Invitation, ...] = ()
    invite: InviteForm | None = None
    review: ReviewForm | None = None
    quiet: QuietForm | None = None
    pause: PauseForm | None = None
    leave: Action | None = None
    supporter: SupportNote | None = None
    nudges: NudgePart | None = None
