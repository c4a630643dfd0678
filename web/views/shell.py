"""The values that every page shares: who looks, what can be tapped, what is drawn."""

from dataclasses import dataclass
from typing import Literal

State = Literal["kept", "late", "ahead", "missed", "mended", "future", "excused", "waiting", "none"]
"""How a day is drawn.

An outcome maps so: `kept` kept · `late`, and `partly` that holds: late · `pending`: future, or
ahead after a heads-up · `excused`, `open`, dormant: excused · `missed`, `partly` that breaks,
closed `unreported`: missed · `mended` mended · waiting `unreported`: waiting · nothing due: none.
"""

Tab = Literal["today", "promises", "week", "us", ""]
Theme = Literal["", "light", "dark"]
Tone = Literal["ok", "soon", "quiet"]

FRESH = "\ue000"
"""Stands in a page for an id that nobody has used yet, until the page is sent: no words of anybody hold this sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A label and the page it opens."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of the bond; `colour` is 1 to 6 in the order of joining, on every phone alike."""

    name: str
    initial: str
    colour: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One quiet sentence above the page: what was saved, what is ready, what was refused."""

    text: str
    link: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What surrounds every page; filled once a request from the member's settings and bond.

    `tab` is the navigation's current page; without `signed_in` there is no navigation. `me` is the id of the member who looks.
    A page that `stands` is what its address gives whenever it is asked again: no refused form, no problem.
    """

    title: str
    build: str
    tab: Tab = ""
    theme: Theme = ""
    lang: str = "en"
    direction: Literal["ltr", "rtl"] = "ltr"
    signed_in: bool = True
    me: str = ""
    stands: bool = False
    members: tuple[Member, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer of a choice."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The answers to one question of a form, and what is wrong with the one given."""

    options: tuple[Option, ...]
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """What stands in one field of a form, and what is wrong with it."""

    value: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A field that an action asks for before it is sent."""

    name: str
    label: str
    type: Literal["text", "date", "time"] = "text"
    value: str = ""
    most: int = 280


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A form that is one button: posts `fields` to `url`.

    `id` makes it a check-in: a fresh UUID, or FRESH, which becomes one when the page is sent; the page renews it at each tap
    and adds `at`. With `choices` or `entry` the button unfolds and asks first. `target` is the
    element that htmx swaps for the answer; empty for an ordinary post.
    """

    label: str
    url: str
    id: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    name: str = ""
    choices: tuple[Option, ...] = ()
    entry: Entry | None = None
    target: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A few words on how the occurrence stands: "kept 18:22", "in 40 min", "on time"."""

    text: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One of the last seven days of a promise."""

    state: State
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """The button of a card; `progress` to the next milestone is 0 to 1, `text` stands inside ("2/3")."""

    progress: float
    state: State = "future"
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strand:
    """One member's part of the thread, oldest day first; `text` says it in words."""

    name: str
    colour: int
    days: tuple[State, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The woven picture of some days; `summary` says in a sentence what it shows.

    `heading` ("19 days woven") and `aside` ("1 mend") stand above it when given, `marks` (one a
    day, "M", "T") below it. All strands have the same number of days.
    """

    summary: str
    strands: tuple[Strand, ...]
    heading: str = ""
    aside: str = ""
    marks: tuple[str, ...] = ()

    @property
    def has_mend(self) -> bool:
        """Whether a gold stitch is to be seen, and so to be explained."""
        return any("mended" in strand.days for strand in self.strands)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number and what it counts, both ready to read."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanks:
    """A word of thanks as it was written, and "Sam, Thursday"."""

    text: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One occurrence on one day; `id` is `card-<promise>-<day>`.

    `tap` is what the ring says (kept, or undo); without it the ring is a picture. `folded` are the
    actions behind "More". `problem` is a refusal's sentence, shown in the card that was tapped; `link` leads on from the note.
    `cue` is its promiser's "When … I will …", on top while it is about due.
    """

    id: str
    promise: str
    day: str
    title: str
    url: str
    colour: int
    when: str
    ring: Ring
    ring_label: str
    tap: Action | None = None
    chip: Chip | None = None
    dots: tuple[Dot, ...] = ()
    streak: str = ""
    cue: str = ""
    note: str = ""
    link: Link | None = None
    problem: str = ""
    actions: tuple[Action, ...] = ()
    folded: tuple[Action, ...] = ()
