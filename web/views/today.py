"""Today, and what a tap on it is answered with."""

from dataclasses import dataclass

from web.views.shell import Action, Card, Link, Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A day that waits for a word; `id` is `card-<promise>-<day>`, so that the answer takes its place.

    `title` is "Thursday, Call Mum:" and `text` "nothing said yet. Did it happen?"
    """

    id: str
    title: str
    text: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCount:
    """How much of a member's day is kept; `id` is `count-yours`, `count-theirs` or one of its kind."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSection:
    """One member's cards of today ("Yours", "Sam’s"); `empty` is said when there are none."""

    heading: str
    count: MemberCount
    cards: tuple[Card, ...]
    empty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What of one's own waits for a word, as the ids of its cards with spaces between.

    `today` is what is due today and stands on the app's icon, `waits` all that can still be answered; `at` is when that was so,
    in milliseconds.
    """

    today: str
    waits: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayPage:
    """`today/page.html`: filled from the folds of what is due today, at every visit; `at_once` answers several asks in one tap.

    With `offers_reminders` a phone that was never asked may offer to remind.
    """

    date: str
    greeting: str
    sections: tuple[MemberSection, ...]
    thread: Thread | None = None
    asks: tuple[Ask, ...] = ()
    at_once: tuple[Action, ...] = ()
    milestones: tuple[Link, ...] = ()
    due: Due | None = None
    offers_reminders: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TapAnswer:
    """`today/_answer.html`: a check-in's answer, the card and what moved with it; `said` is how it stands, for who hears the page."""

    card: Card
    said: str = ""
    thread: Thread | None = None
    counts: tuple[MemberCount, ...] = ()
    due: Due | None = None
