"""Finding words."""

from dataclasses import dataclass

from web.views.shell import Input


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of words, shown apart where it is what was looked for."""

    text: str
    is_found: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Words that were found: "22 November 2026", what they are, of which promise, and the page that they stand on, if there is one."""

    day: str
    label: str
    title: str
    parts: tuple[Stretch, ...]
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """`search/page.html`; posts `q` to `/search`. `note` says that nothing was found, or that there is more."""

    heading: str
    q: Input
    hits: tuple[Hit, ...] = ()
    note: str = ""
