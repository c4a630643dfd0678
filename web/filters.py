"""The template environment: strict, escaping, translatable, with the drawings as functions."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from web import pictures
from web.views import FRESH, Card

REMEMBERED = 512
"""Some megabytes of cards."""
TEMPLATES = Path(__file__).parent / "templates"


def environment(asset: Callable[[str], str], templates: Path = TEMPLATES) -> Environment:
    """Make the environment; `asset` maps app.css, app.js and htmx.min.js to their addresses."""
    made = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        # What is shipped does not change while it runs; whoever writes templates starts anew.
        auto_reload=False,
        cache_size=-1,
    )
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    made.globals["_"] = made.globals["gettext"] = _said
    made.globals["asset"] = asset
    for name in ("thread", "ring", "bar", "year", "month", "course", "burst", "qr"):
        made.globals[f"{name}_picture"] = getattr(pictures, name)
    made.globals["thread_picture"] = lru_cache(REMEMBERED)(pictures.thread)
    made.globals["card_again"] = _again(made)
    return made


def _said(text: str, /, **words: str) -> Markup:
    """A sentence of ours with somebody's words in their places, as the null translations would say it, which takes ten times as long."""
    return Markup(text) % words if words else _as_it_is(text)  # noqa: S704  # it stands in a template


@lru_cache(REMEMBERED)
def _as_it_is(text: str) -> Markup:
    return Markup(text) % {}  # noqa: S704  # it stands in a template


def filled(text: str, name: Callable[[], str]) -> str:
    """A text in which every FRESH has become an id, each another."""
    first, *others = text.split(FRESH)
    return "".join([first, *(part for other in others for part in (name(), other))]) if others else text


def _again(made: Environment) -> Callable[[Card], Markup]:
    """Draws a card, or gives what was drawn of one that is the same in all that it says: it holds no id yet, and whose it is it says."""

    @lru_cache(REMEMBERED)
    def card_again(card: Card) -> Markup:
        return made.get_template("ui/card.html").module.card(card)  # type: ignore[attr-defined,no-any-return]

    return card_again
