"""The promises: the list, the form in its two steps, and one promise with its history."""

from dataclasses import dataclass

from web.views.drawn import Course
from web.views.shell import Action, Card, Choice, Dot, Figure, Input, Link, State, Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRow:
    """A promise in a list; `note` says "paused until 3 December" or "ended 2 May"."""

    title: str
    url: str
    colour: int
    when: str
    area: str
    streak: str = ""
    note: str = ""
    dots: tuple[Dot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseGroup:
    """Promises under one heading ("Yours", "Sam’s", "Only yours"); `empty` is said when there are none."""

    heading: str
    rows: tuple[PromiseRow, ...]
    aside: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseList:
    """`promises/page.html`: every promise that the member may see; the ended ones are folded away."""

    groups: tuple[PromiseGroup, ...]
    ended: tuple[PromiseRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A small promise that others make; `url` is `/promises/new?template=…`."""

    title: str
    when: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateArea:
    """The templates of one area."""

    name: str
    templates: tuple[Template, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplatesPage:
    """`promises/templates.html`: the first of two taps; `own_url` opens an empty form."""

    areas: tuple[TemplateArea, ...]
    own_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseForm:
    """`promises/form.html`: a promise to be made or changed; a field's name is the attribute's name.

    `audience` is bond or personal; `rhythm` is daily, weekdays, weekly, times, monthly, yearly, once or own and
    decides which of `days` (MO to SU, repeated), `times`, `month_day` and `rule` counts;
    `grace` is in minutes. `hint` is said to the promiser alone. A change takes
    `audience` along unseen and does not ask for `starts_on`. `ask` is the id of what it answers, sent along unseen.
    """

    heading: str
    action: str
    submit: str
    back: str
    title: Input
    done_when: Input
    cue: Input
    area: Choice
    audience: Choice
    rhythm: Choice
    days: Choice
    times: Choice
    month_day: Input
    rule: Input
    due_time: Input
    grace: Choice
    starts_on: Input
    problem: str = ""
    hint: str = ""
    note: str = ""
    is_change: bool = False
    ask: str = ""

    @property
    def is_wrong_within(self) -> bool:
        """Whether a field of the folded part has an error to be seen."""
        return any(field.error for field in (self.done_when, self.cue, self.area, self.audience))


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthMark:
    """The week of a year view at which a month begins, counted from 0."""

    week: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YearView:
    """52 weeks of seven days, oldest first; `twin` says the same in one sentence a month."""

    summary: str
    colour: int
    weeks: tuple[tuple[State, ...], ...]
    months: tuple[MonthMark, ...]
    twin: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One day in words: "Thursday", "kept at 18:22"; `said` are the words that came with it, `link` leads to what was said about a miss."""

    day: str
    text: str
    state: State
    colour: int
    said: tuple[str, ...] = ()
    link: Link | None = None
    actions: tuple[Action, ...] = ()
    folded: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryWeek:
    """The days of one week, newest first."""

    heading: str
    lines: tuple[HistoryLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseForm:
    """Days to pause, both dates included; posts `from` and `until` to `action`."""

    action: str
    since: Input
    until: Input
    pauses: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisePage:
    """`promises/promise.html`: one promise; `edit_url`, `pause` and `release` are its promiser's alone."""

    title: str
    by: str
    colour: int
    area: str
    when: str
    done_when: str = ""
    cue: str = ""
    note: str = ""
    cards: tuple[Card, ...] = ()
    figures: tuple[Figure, ...] = ()
    thread: Thread | None = None
    course: Course | None = None
    year: YearView | None = None
    history: tuple[HistoryWeek, ...] = ()
    older: str = ""
    linked: tuple[Link, ...] = ()
    edit_url: str = ""
    pause: PauseForm | None = None
    release: Action | None = None
