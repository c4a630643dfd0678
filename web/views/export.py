"""Taking along what is one's own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPage:
    """`export/page.html`; `url` answers with the file."""

    url: str
