"""Who taps comes first: what can wait rests while taps arrive."""

import time

LASTS = 0.25


class Haste:
    """When somebody last waited for an answer, in this process."""

    def __init__(self) -> None:
        self._noted_at = float("-inf")

    def note(self) -> None:
        """Somebody waits, or did just now."""
        self._noted_at = time.monotonic()

    @property
    def is_on(self) -> bool:
        """Whether somebody did within the last moment, so that the next one is likely to come."""
        return time.monotonic() - self._noted_at < LASTS
