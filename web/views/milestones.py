"""A milestone's page."""

from dataclasses import dataclass

from web.views.shell import Action, Link, Thanks, Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestonePage:
    """`milestones/page.html`: one celebration.

    `answers` are kind words to tap, `own_line` one's own; the promiser gets neither, but `said`.
    """

    number: str
    unit: str
    heading: str
    text: str
    close_url: str
    thread: Thread | None = None
    answers: tuple[Action, ...] = ()
    own_line: Action | None = None
    said: tuple[Thanks, ...] = ()
    plan: Link | None = None
    picture_url: str = ""
