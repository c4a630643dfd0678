"""What another app shares with Weft, as the words of a promise that is still to be said."""

import re

from server.domain.promises import LONGEST
from server.domain.text import NOT_SHOWN

LONGEST_TITLE = LONGEST["title"]
LONGEST_READ = 4000
ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def title_of(*, title: str = "", text: str = "", url: str = "") -> str:
    """What was shared on one line, at most as long as a title: its own words before its heading, its address where it fits."""
    told, heading = _clean(text), _clean(title)
    address = next(iter(ADDRESS.findall(f"{_clean(url)} {told} {heading}")), "")
    words = _without_addresses(told) or _without_addresses(heading)
    if address and len(words) + len(address) < LONGEST_TITLE:
        return f"{words} {address}".strip()
    return _shortened(words)


def _clean(text: str) -> str:
    """One line without what nobody can see or what turns the line around."""
    return " ".join(NOT_SHOWN.sub(" ", text[:LONGEST_READ]).split())


def _without_addresses(text: str) -> str:
    return " ".join(ADDRESS.sub(" ", text).split())


def _shortened(words: str) -> str:
    if len(words) <= LONGEST_TITLE:
        return words
    whole = words[:LONGEST_TITLE].rpartition(" ")[0]
    return f"{whole or words[: LONGEST_TITLE - 1]}…"
