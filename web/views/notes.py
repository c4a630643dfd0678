"""What somebody keeps for themselves; the words come from their phone and are never among these values."""

from dataclasses import dataclass

from web.views.shell import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWeek:
    """A bond to whose week a question can be moved, and the sentence that says where it comes to stand and who reads it."""

    bond: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesPage:
    """`notes/page.html`; the script fills it once a passkey has opened it.

    `shelves` are where a parked question can lie; `most` is how long a question on the page of a week may be.
    """

    heading: str
    shelves: Choice
    most: int
    weeks: tuple[NoteWeek, ...] = ()
