"""Owning a miss in words, and what the other says to it."""

from dataclasses import dataclass

from web.views.shell import Action, Choice, Input, Link
from web.views.week import AreaWeek


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairForm:
    """Five answers in order and a folded sixth; posts to `action` with `way` in_person or sent, or to `draft_action`.

    `landed_label` and the two buttons name the other; `promises_it` is whether the prevention is to become the promise `new_promise`.
    """

    action: str
    draft_action: str
    id: str
    did: Input
    landed: Input
    mine: Input
    right: Input
    prevent: Input
    reason: Input
    new_promise: Input
    landed_label: str
    in_person: str
    sent: str
    note: str
    promises_it: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairLine:
    """One of the answers as it was written."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkForm:
    """What one notes for oneself about this day: two boxes and a date, all three seen by nobody else."""

    action: str
    lets_go: bool
    relies: bool
    remind_on: Input


@dataclass(frozen=True, slots=True, kw_only=True)
class OwningForm:
    """What the promiser calls their miss and what got in the way, each theirs alone until its box is ticked.

    `lately` draws how often each cause got in their own way in twelve weeks.
    """

    action: str
    label: Choice
    cause: Choice
    shares_label: bool
    shares_cause: bool
    lately: tuple[AreaWeek, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairPage:
    """`repairs/page.html`: to the promiser the form, or what was written; to the other what has reached them, with equal answers.

    `notes` say in a sentence each how it stands; `kept_since` is "kept since: 2 of 3", `linked` the promise that it became. `easier` leads
    to a smaller promise, `let_go` to letting all of it go, both of them; `thanks` are said beside the answers, and may lead to a `plan`.
    """

    eyebrow: str
    heading: str
    title: str
    about: str
    close_url: str
    easier: Link | None = None
    form: RepairForm | None = None
    sorry: Action | None = None
    lines: tuple[RepairLine, ...] = ()
    notes: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    foot: str = ""
    thanks: tuple[Action, ...] = ()
    plan: Link | None = None
    kept_since: str = ""
    linked: Link | None = None
    owning: OwningForm | None = None
    mark: MarkForm | None = None
    let_go: Action | None = None
