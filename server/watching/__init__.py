"""Watching a server from outside: figures, and nothing of anybody (docs/watching.md)."""

from collections.abc import Iterable, Sequence
from typing import Protocol


class Watch(Protocol):
    """What is told what happens, to count it; whoever has none tells nobody. No call may fail, nor wait."""

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered; `route` is its template, empty where there is none."""

    def said(self, answers: Iterable[object]) -> None:
        """Check-ins were taken or refused."""

    def crowded(self) -> None:
        """A check-in was turned away, because too many waited."""

    def gathered(self, waited: Sequence[float]) -> None:
        """Check-ins were committed together and answered, each so many seconds after it had arrived."""

    def committed(self, seconds: float) -> None:
        """A transaction was committed."""

    def pushed(self, status: int | None, became: str) -> None:
        """A push service answered, or did not (None), and what became of the message."""

    def ran(self, job: str, seconds: float, *, failed: bool) -> None:
        """A job ran."""

    def page(self) -> bytes:
        """All figures as Prometheus reads them."""
