"""Weeks of Noor and Sam in Berlin, over the day on which clocks go forward."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from server.actions import settling
from server.store.promises import Promise
from tests import make

MONDAY = datetime(2026, 3, 16, 6, tzinfo=UTC)
SUNDAY = datetime(2026, 3, 22, 17, tzinfo=UTC)
"""The first review moment, 18:00 in Berlin; what is due at 18:30 that day is still to come."""
NEXT = datetime(2026, 3, 29, 16, tzinfo=UTC)
"""The second one, after clocks went forward."""
DAY = timedelta(days=1)
KINDS = {"k": "kept", "m": "missed", "s": "reserve"}


def lives(database: Any, promise: Promise, days: str, since: datetime = MONDAY) -> Promise:
    """Let days pass: k kept, m missed, s a spare day, a dot for nothing said."""
    with database.write() as session:
        for n, letter in enumerate(days):
            settling.open_ahead(session, now=since + n * DAY, limit=100)
            if letter != ".":
                make.check_in(session, promise, KINDS[letter], now=since + n * DAY)
    return promise


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.text)))
