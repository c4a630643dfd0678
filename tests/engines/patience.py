"""Waiting for what another process does."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
PATIENCE, BREATH = 30.0, 0.02


def until(look: Callable[[], Found], patience: float = PATIENCE) -> Found:
    """Look again until there is something, and return it; AssertionError where it does not come within so many seconds."""
    ends = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < ends, f"not within {patience:.0f} s: {getattr(look, '__name__', look)}"
        time.sleep(BREATH)
    return found
