"""The template environment: strict, escaping, translatable, with the drawings as functions."""

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web import pictures

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
    )
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    made.globals["asset"] = asset
    for name in ("thread", "ring", "bar", "year", "month", "course", "burst", "qr"):
        made.globals[f"{name}_picture"] = getattr(pictures, name)
    return made
