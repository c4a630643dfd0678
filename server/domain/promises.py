"""What a promise may be called, and the areas of life that it belongs to."""

import unicodedata

from server.domain.errors import InvalidError

AREAS = ("time", "staying_in_touch", "money", "home", "presence", "honesty", "care", "self")
LONGEST = {"title": 120, "done_when": 280, "cue": 280}
NAMES = {"title": "What you promise", "done_when": "What done looks like", "cue": "When, and what then"}
LONGEST_AREA = 32
UNSEEN = frozenset({"Cc", "Cs"})
DISTURBING = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")


def check_words(**words: str | None) -> None:
    """Refuse a title or a line that is empty, too long, or holds characters that nobody can see (InvalidError)."""
    for field, text in words.items():
        if field not in LONGEST or (text is None and field != "title"):
            continue
        if not text or not text.strip():
            raise InvalidError(f"{NAMES[field]} needs a few words.", field)
        if len(text) > LONGEST[field]:
            raise InvalidError(f"{NAMES[field]} takes {LONGEST[field]} characters at most.", field)
        if not _can_be_shown(text):
            raise InvalidError(f"{NAMES[field]} holds characters that cannot be shown.", field)


def check_area(area: str) -> None:
    """Refuse an area without a name (InvalidError); areas are the couple's own, these are where one starts."""
    if not area.strip() or len(area) > LONGEST_AREA or not _can_be_shown(area):
        raise InvalidError("An area has a short name.", "area")


def _can_be_shown(text: str) -> bool:
    return not any(unicodedata.category(one) in UNSEEN or one in DISTURBING for one in text)
