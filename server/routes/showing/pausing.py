"""The form by which days rest, and those that rest already."""

from collections.abc import Iterable

from server.routes.showing import forms, words
from server.routes.showing.forms import Sent
from server.store.promises import Pause
from web.views import PauseForm


def form(action: str, pauses: Iterable[Pause], sent: Sent | None = None) -> PauseForm:
    """The form, as it was sent where it was refused."""
    return PauseForm(
        action=action,
        since=forms.field("from", sent=sent),
        until=forms.field("until", sent=sent),
        pauses=tuple(_resting(one) for one in pauses),
    )


def _resting(pause: Pause) -> str:
    if pause.from_on == pause.until_on:
        return f"Resting on {words.date_of(pause.from_on)}."
    return f"Resting from {words.date_of(pause.from_on)} to {words.date_of(pause.until_on)}."
