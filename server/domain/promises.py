"""What a promise may be called, and the areas of life that it belongs to."""

from server.domain import text as rules
from server.domain.errors import InvalidError

AREAS = ("time", "staying_in_touch", "money", "home", "presence", "honesty", "care", "self")
LONGEST = {"title": 120, "done_when": 280, "cue": 280}
NAMES = {"title": "What you promise", "done_when": "What done looks like", "cue": "When, and what then"}
LONGEST_AREA = 32


def words_of(**words: str | None) -> dict[str, str | None]:
    """A title and lines as they are kept; InvalidError for one that is empty, too long, or holds what cannot be shown."""
    return {field: _line(field, text) for field, text in words.items()}


def area_of(area: str) -> str:
    """An area's name as it is kept (InvalidError); areas are the couple's own, AREAS are where one starts."""
    kept = rules.line_of(area, "area")
    if not rules.is_seen(kept) or len(kept) > LONGEST_AREA:
        raise InvalidError("An area has a short name.", "area")
    return kept


def _line(field: str, text: str | None) -> str | None:
    if text is None and field != "title":
        return None
    kept = rules.line_of(text or "", field)
    if not rules.is_seen(kept):
        raise InvalidError(f"{NAMES[field]} needs a few words.", field)
    if len(kept) > LONGEST[field]:
        raise InvalidError(f"{NAMES[field]} takes {LONGEST[field]} characters at most.", field)
    return kept
