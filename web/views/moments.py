"""Small things that people plan together."""

from dataclasses import dataclass

from web.views.shell import Action, Choice, Input


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentRow:
    """A planned moment: what, "Friday 27 November, 18:00, by the river", and the way to call it off."""

    what: str
    text: str
    cancel: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentForm:
    """A moment to be planned; posts `what`, `on_date`, `at_time`, `place` and, for who is in several, `bond` to `action`."""

    action: str
    id: str
    what: Input
    on_date: Input
    at_time: Input
    place: Input
    bond: Choice | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentsPage:
    """`moments/page.html`: what is planned, the nearest first, and the form; `empty` is said when nothing is."""

    eyebrow: str
    heading: str
    form: MomentForm | None
    rows: tuple[MomentRow, ...] = ()
    empty: str = ""
