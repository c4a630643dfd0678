"""Where on a page somebody's words that run from right to left stand beside ours, or beside another's, and are not held apart from them."""

import re
import unicodedata
from html.parser import HTMLParser

HELD = re.compile("\u2068[^\u2069]*\u2069")
ATTRIBUTES = ("aria-label", "title", "alt", "placeholder", "content", "data-text", "label")
INLINE = frozenset({"a", "b", "i", "em", "strong", "small", "span", "time", "q", "mark", "abbr", "code", "s", "sub", "sup", "label"})
VOID = frozenset({"meta", "link", "input", "img", "br", "hr", "source"})
BOXES = ("avatar", "unseen")
"""Pieces in a line that the style sheets make boxes of their own."""
UNREAD = frozenset({"script", "style"})


def is_turned(words: str) -> bool:
    """Whether words of two directions stand in it side by side, once what is held apart is taken out."""
    kinds = {unicodedata.bidirectional(letter) for letter in HELD.sub("", words)}
    return bool(kinds & {"R", "AL"}) and bool(kinds & {"L", "EN"})


class Turned(HTMLParser):
    """The lines of a page, and the labels that are read aloud, in which something may be turned."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._lines = [""]
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found += [f"{tag} {name}: {given[name]}" for name in ATTRIBUTES if is_turned(given.get(name, ""))]
        if tag not in VOID:
            is_line = tag not in INLINE or any(one in given.get("class", "").split() for one in BOXES)
            self._open.append((tag, is_line))
            self._lines += [""] if is_line else []

    def handle_endtag(self, tag: str) -> None:
        while self._open and any(tag == one for one, _ in self._open):
            last, is_line = self._open.pop()
            words = self._lines.pop() if is_line else ""
            if last not in UNREAD and is_turned(words):
                self.found.append(" ".join(words.split()))
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        self._lines[-1] += data
