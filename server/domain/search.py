"""Finding words in what people wrote: in any case, with or without accents, wherever in a word they stand."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from server.domain import text as line
from server.domain.errors import InvalidError

SHORTEST, LONGEST = 2, 100
BEFORE, AFTER = 60, 120
BARE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i", "’": "'", "‘": "'"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words that are looked for, folded; all of them must stand in a text, in any order."""

    words: tuple[str, ...]

    def stand_in(self, text: str) -> bool:
        folded = fold(text)
        return all(word in folded for word in self.words)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an excerpt; `is_found` where it is one of the words that were looked for."""

    text: str
    is_found: bool = False


def fold(text: str) -> str:
    """A text without case and accents: "Ärger" and "arger" are the same, and so are "Straße" and "strasse"."""
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFKD", text.casefold().translate(BARE))
    return "".join(one for one in bare if not unicodedata.combining(one)).casefold()


def wanted(text: str) -> Wanted:
    """What somebody typed, as words; InvalidError where there is too little to look for, or too much."""
    text = line.folded(text, "q")
    if len(text) > LONGEST:
        raise InvalidError(f"Up to {LONGEST} characters, please.", "q")
    # One sign may be a whole word in other scripts.
    words = tuple(dict.fromkeys(fold(text).split()))
    if all(len(word) < SHORTEST and word.isascii() for word in words):
        raise InvalidError("Two letters or more, please.", "q")
    return Wanted(words)


def excerpt(wanted: Wanted, text: str) -> tuple[Part, ...]:
    """The part of a text around the first word that was found, with each found word apart."""
    text = " ".join(text.split())
    spans = _spans(wanted, text)
    first = min((begin for begin, _ in spans), default=0)
    start, end = _edge(text, first - BEFORE), _edge(text, first + AFTER)
    parts = [Part("… ")] if start else []
    parts += _parts(text, spans, start, end)
    return (*parts, Part(" …")) if end < len(text) else (*parts,)


def _spans(wanted: Wanted, text: str) -> list[tuple[int, int]]:
    """Where the words stand, as places in the text itself; a letter may fold to several, or to none."""
    letters = [(fold(letter), place) for place, letter in enumerate(text)]
    places = [*(place for folded, place in letters for _ in folded), len(text)]
    folded = "".join(one for one, _ in letters)
    found = ((at, at + len(word)) for word in wanted.words for at in _occurrences(folded, word))
    return sorted((places[begin], max(places[stop], places[stop - 1] + 1)) for begin, stop in found)


def _occurrences(folded: str, word: str) -> Iterator[int]:
    at = folded.find(word)
    while at >= 0:
        yield at
        at = folded.find(word, at + len(word))


def _edge(text: str, at: int) -> int:
    """The end of the word that stands at a place, so that none is cut in two; 0 and the whole length are ends too."""
    if at <= 0:
        return 0
    found = text.find(" ", at)
    return found if found >= 0 else len(text)


def _parts(text: str, spans: list[tuple[int, int]], start: int, end: int) -> Iterator[Part]:
    at = start
    for begin, stop in spans:
        if begin >= at and stop <= end:
            if begin > at:
                yield Part(text[at:begin].lstrip() if at == start else text[at:begin])
            yield Part(text[begin:stop], is_found=True)
            at = stop
    if at < end:
        yield Part(text[at:end].lstrip() if at == start else text[at:end])
