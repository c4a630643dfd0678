"""The sample pages, rendered, and read as a browser reads them."""

from functools import cache
from html.parser import HTMLParser

from web import filters
from web.gallery import SAMPLES, Sample

NAMES = [sample.name for sample in SAMPLES]


class Reader(HTMLParser):
    """Collects every element with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


@cache
def html(name: str) -> str:
    sample: Sample = next(sample for sample in SAMPLES if sample.name == name)
    environment = filters.environment(asset=lambda asset: f"/static/{asset}")
    return environment.get_template(sample.template).render(**sample.context)


@cache
def read(name: str) -> Reader:
    return Reader(html(name))
