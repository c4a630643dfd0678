"""A supporter: what members see of them, what they see, and what is printed."""

from dataclasses import dataclass

from web.views.shell import Action, Choice, Input, Link
from web.views.us import Invitation


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPiece:
    """One thing of one member: a title, what stands beside it, and their words."""

    who: str
    title: str
    note: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenArea:
    """An area that all have opened."""

    heading: str
    pieces: tuple[OpenPiece, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportingList:
    """`supporting/list.html`: whom one supports."""

    bonds: tuple[Link, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportingPage:
    """`supporting/page.html`: what both have opened; `end` is for the supporter, `close` is where the ✕ leads."""

    eyebrow: str
    heading: str
    close: str
    areas: tuple[OpenArea, ...] = ()
    empty: str = ""
    end: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeForm:
    """Proposing somebody; posts `who`."""

    action: str
    who: Input
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupporterQuestion:
    """Something that is asked once, with answers of one size."""

    text: str
    hint: str
    answers: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRow:
    """An area, what it holds and how it stands, and the tap that opens or closes it for oneself."""

    name: str
    holds: str
    text: str
    action: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class SupporterPage:
    """`us/supporter.html`: how it stands with a supporter; the parts that do not apply are left out."""

    eyebrow: str
    heading: str
    close: str
    text: str
    propose: ProposeForm | None = None
    questions: tuple[SupporterQuestion, ...] = ()
    invite: Action | None = None
    invitation: Invitation | None = None
    areas: tuple[AreaRow, ...] = ()
    shown: Link | None = None
    end: Action | None = None
    print: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintPage:
    """`us/print.html`: what its authors let be printed; the form holds one's own lines, ticked or not, and posts `line`."""

    eyebrow: str
    heading: str
    close: str
    action: str
    own: tuple[tuple[str, Choice], ...] = ()
    areas: tuple[OpenArea, ...] = ()
    empty: str = ""
