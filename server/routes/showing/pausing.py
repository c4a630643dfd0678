"""The form by which days rest, and those that rest already."""

from collections.abc import Iterable
from datetime import date, timedelta

from server.routes.showing import forms, words
from server.routes.showing.forms import Sent
from server.store.promises import Pause
from web.views import PauseForm

A_WEEK = timedelta(days=6)
"""From its first day to its last."""


def form(action: str, pauses: Iterable[Pause], sent: Sent | None = None, *, today: date) -> PauseForm:
    """The form, as it was sent where it was refused; a week from today is in it, so that resting takes no more taps than leaving."""
    return PauseForm(
        action=action,
        since=forms.field("from", f"{today}", sent),
        until=forms.field("until", f"{today + A_WEEK}", sent),
        pauses=tuple(_resting(one) for one in pauses),
    )


def _resting(pause: Pause) -> str:
    if pause.from_on == pause.until_on:
        return f"Resting on {words.date_of(pause.from_on)}."
    return f"Resting from {words.date_of(pause.from_on)} to {words.date_of(pause.until_on)}."
