"""A Sunday evening: when it is, where the review is, and what is read and sent there."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

from server.actions import settling, summaries
from server.domain.reviews import STEPS

MONDAY = datetime(2026, 3, 16, 6, tzinfo=UTC)
SUNDAY = datetime(2026, 3, 22, 17, tzinfo=UTC)
"""The first review moment in Berlin."""
TO_ON = date(2026, 3, 22)
PATH = f"/weeks/{TO_ON}/review"
DAY = timedelta(days=1)


def made(database, clock, now):
    clock.at = now
    with database.write() as session:
        settling.open_ahead(session, now=now, limit=1000)
        settling.settle(session, now=now, limit=1000)
        summaries.summarise(session, now=now, limit=1000)


def text(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def form(page, action):
    """What is hidden in a form, as its page sends it."""
    found = page.text.split(f'action="{action}"')[1].split("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found))


def goes_on(*people, steps=STEPS):
    for step in steps:
        for one in people:
            page = one.post(f"{PATH}/next", data={"step": step.value})
    return page
