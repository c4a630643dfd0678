"""What words may be made of, whoever writes them and wherever: one rule for names, titles, lines and answers."""

import re
import unicodedata

from server.domain.errors import InvalidError

UNSHOWN = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ue000-\uf8ff\ufdd0-\ufdef\ufffd-\uffff"
"""As it stands in a pattern: control signs, what breaks or turns a line, and what is no letter of anybody (U+FFFD stands for
bytes that nobody could read); no surrogates, JSON has none."""
UNSHOWN_IN_LINES = UNSHOWN.replace(r"\x00-\x1f", r"\x00-\x08\x0b\x0c\x0e-\x1f")
UNSEEN_ALONE = r"\s\u00ad\u0300-\u036f\u061c\u115f\u1160\u180e\u200b-\u200f\u2060-\u2065\u206a-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
"""As it stands in a pattern too: what may stand among other signs, but shows nothing by itself."""
NOT_SHOWN = re.compile(rf"[{UNSHOWN}\ud800-\udfff]")
WIDTHLESS = str.maketrans("", "", "\u200b\u2060\ufeff")
"""Signs of no width that no script needs: two names that look alike would differ by them. Joiners stay, Persian and families need them."""
LINE_ENDS = re.compile(r"\r\n?")
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
MOST_MARKS = 8
STACKED = re.compile(rf"[\u0300-\u036f\u0483-\u0489\u0e31-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{{{MOST_MARKS + 1}}}")
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
ISOLATED = "\u2068{}\u2069"


def line_of(text: str, field: str) -> str:
    """Words on one line, as they are kept; InvalidError for a sign that nobody sees, or that disturbs the words beside it."""
    return _checked(_plain(text), field)


def lines_of(text: str, field: str) -> str:
    """Words on any number of lines, as they are kept; InvalidError as for one line."""
    kept = LINE_ENDS.sub("\n", _plain(text))
    _checked(kept.replace("\n", " ").replace("\t", " "), field)
    return kept


def folded(text: str, field: str) -> str:
    """Words of any number of lines as one, as they are kept; InvalidError as for one line."""
    return line_of(" ".join(text.split()), field)


def is_seen(text: str) -> bool:
    """Whether there is anything in it that a person sees."""
    return any(letter not in BLANK and unicodedata.category(letter)[0] in "LNPSC" and not _is_format(letter) for letter in text)


def isolated(words: str) -> str:
    """Somebody's words for the middle of a sentence: where they run from right to left they turn nothing that stands beside them."""
    return (
        ISOLATED.format(words)
        if not words.isascii() and any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in words)
        else words
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(WIDTHLESS).strip()


def _checked(text: str, field: str) -> str:
    if NOT_SHOWN.search(text) or STACKED.search(text):
        raise InvalidError("There is a sign in it that cannot be shown.", field)
    return text


def _is_format(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cf", "Cc", "Cs")
