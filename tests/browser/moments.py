"""The pauses that people make, on their phone's own clock."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page

A_MOMENT = timedelta(seconds=1)


def a_moment_later(page: Page) -> None:
    """Let it be a moment later: within 700 ms nobody takes back what they have just said, and Weft takes it for a double tap."""
    page.context.clock.set_system_time(datetime.fromtimestamp(page.evaluate("Date.now()") / 1000, UTC) + A_MOMENT)
