"""A week gone through together, and what people ask of each other."""

from dataclasses import dataclass
from typing import Literal

from web.views.shell import Action, Choice, Input, Link, Thanks
from web.views.week import WeekPage

Shows = Literal["begin", "thanks", "held", "frayed", "adjust", "plan", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewStep:
    """One of the five steps: `state` is done, now or coming; one that is over can be looked at again."""

    label: str
    state: Literal["done", "now", "coming"]
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTime:
    """A quiet sense of time: "about 10 of 30 minutes", and the same as a share of 100."""

    text: str
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewBegin:
    """How to begin; without `minutes` it has begun and one joins."""

    action: str
    submit: str
    sentence: str
    minutes: Choice | None = None
    phones: Choice | None = None
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineForm:
    """One line to be said; posts `id`, `kind` and `text` to `action`."""

    action: str
    id: str
    kind: str
    label: str
    text: Input
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrayedLine:
    """A day on which it went otherwise, in words, and the way to what can be said of it."""

    text: str
    colour: int
    link: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustForm:
    """A promise's time, grace and days as they stand; posts to `action`, and holds from the next day."""

    action: str
    id: str
    promise: str
    due_time: Input | None
    grace: Choice | None
    days: Choice | None
    times: Choice | None
    back: str
    more_url: str
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A promise and what becomes of it; only its promiser has the ways to say so. `decided` is what was said last."""

    title: str
    when: str
    colour: int
    decided: str = ""
    keep: Action | None = None
    adjust: Link | None = None
    retire: Action | None = None
    form: AdjustForm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRow:
    """What somebody asks, and what was said to it; an open one has its answers where it is one's own to give, all equally large."""

    text: str
    by: str
    said: str = ""
    accept: Link | None = None
    counter: Action | None = None
    decline: Action | None = None
    take_back: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForm:
    """One ask; posts `id`, `ask` and, where there are several to ask, `to` to `action`."""

    action: str
    id: str
    label: str
    ask: Input
    to: Choice | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanForm:
    """A moment to be planned; posts `id`, `what`, `on_date`, `at_time` and `place` to `action`."""

    action: str
    id: str
    what: Input
    on_date: Input
    at_time: Input
    place: Input


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said under one heading of a review that is closed, in people's own words where it is quoted."""

    heading: str
    lines: tuple[Thanks, ...]
    is_quoted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """`reviews/page.html`: `shows` is which of its parts; the rest is given where that part shows it.

    `live_url` is where an open page says that it is open, and learns of `step`; without it nobody counts as here.
    """

    eyebrow: str
    heading: str
    shows: Shows
    week_url: str
    label: str = ""
    step: str = ""
    live_url: str = ""
    here: str = ""
    steps: tuple[ReviewStep, ...] = ()
    time: ReviewTime | None = None
    paused: str = ""
    problem: str = ""
    begin: ReviewBegin | None = None
    week: WeekPage | None = None
    thanks: tuple[Thanks, ...] = ()
    lines: tuple[Thanks, ...] = ()
    brought: tuple[Thanks, ...] = ()
    line_form: LineForm | None = None
    frayed: tuple[FrayedLine, ...] = ()
    left: str = ""
    left_frayed: tuple[FrayedLine, ...] = ()
    left_lines: tuple[Thanks, ...] = ()
    empty: str = ""
    mine: tuple[Decision, ...] = ()
    theirs: tuple[Decision, ...] = ()
    asks: tuple[AskRow, ...] = ()
    ask_form: AskForm | None = None
    moments: tuple[str, ...] = ()
    plan_form: PlanForm | None = None
    said: tuple[Said, ...] = ()
    went_on: Link | None = None
    next: Action | None = None
    next_hint: str = ""
    stay: Action | None = None
    pause: Action | None = None
    back: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AsksPage:
    """`asks/page.html`: what one is asked, what one asked, and the form for more; `empty` is said when there is neither."""

    eyebrow: str
    heading: str
    asked: tuple[AskRow, ...] = ()
    mine: tuple[AskRow, ...] = ()
    form: AskForm | None = None
    empty: str = ""
    problem: str = ""
