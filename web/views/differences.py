"""Two words about one day, side by side and without a judge."""

from dataclasses import dataclass

from web.views.shell import Action, Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one of them said, in a sentence."""

    name: str
    initial: str
    colour: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferencePage:
    """`differences/page.html`: the promiser's word and the others', equal in size.

    `notes` say how it stands and what becomes of it by itself, `actions` what the one who looks may do, `foot` what that means; `link`
    leads to putting it right in words, where it was agreed on.
    """

    eyebrow: str
    heading: str
    title: str
    about: str
    close_url: str
    sides: tuple[Side, ...]
    notes: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    foot: str = ""
    link: Link | None = None
