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
class TodayPage:
    """`today/page.html`: filled from the folds of what is due today, at every visit."""

    date: str
    greeting: str
    sections: tuple[MemberSection, ...]
    thread: Thread | None = None
    asks: tuple[Ask, ...] = ()
    milestones: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TapAnswer:
    """`today/_answer.html`: a check-in's answer, the card and what moved with it."""

    card: Card
    thread: Thread | None = None
    counts: tuple[MemberCount, ...] = ()
