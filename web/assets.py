"""Styles and scripts, joined in a fixed order and named by their content, without a build step."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

WEB = Path(__file__).parent
STATIC = WEB / "static"

_STYLES = (
    "reset.css",
    "tokens.css",
    "base.css",
    "layout.css",
    "ui/*.css",
    "pages/*.css",
    "utilities.css",
)
_TOGETHER = (*_STYLES, "together/*.css")
_SCRIPTS = {"app.js": "behaviours/*.js", "pages.js": "pages/*.js", "later.js": "later/*.js"}
_SHARED = "shared.js"
_OFFERED = r"window\.weft = (\{[^}]+\})"
_WORKER = ("shell.js", "outbox.js", "pages.js", "push.js", "events.js")
_COMMENT = re.compile(r"^ *//.*\n", re.MULTILINE)
_TYPES = {".css": "text/css", ".js": "text/javascript", ".png": "image/png"}


@dataclass(frozen=True)
class Asset:
    """A file that never changes under its address."""

    name: str
    body: bytes

    @cached_property
    def digest(self) -> str:
        """The first ten hex digits of its SHA-256."""
        return sha256(self.body).hexdigest()[:10]

    @cached_property
    def path(self) -> str:
        """Its address, as `/static/app.1f2e3d4c5b.css`."""
        stem, _, suffix = self.name.rpartition(".")
        return f"/static/{stem}.{self.digest}.{suffix}"

    @property
    def media_type(self) -> str:
        """Its content type."""
        return _TYPES[Path(self.name).suffix]


def load(static: Path = STATIC) -> dict[str, Asset]:
    """Read what is served under `/static/`, by the name that templates know it by."""
    found = (
        Asset("app.css", join_styles(static / "css").encode()),
        Asset("together.css", join_styles(static / "css", _TOGETHER).encode()),
        *(Asset(name, join_scripts(static / "js", name).encode()) for name in _SCRIPTS),
        Asset("htmx.min.js", (static / "vendor" / "htmx.min.js").read_bytes()),
        *(Asset(path.name, path.read_bytes()) for path in sorted((static / "screenshots").glob("*.png"))),
    )
    return {asset.name: asset for asset in found}


def join_styles(css: Path, patterns: Iterable[str] = _STYLES) -> str:
    """Join style sheets from the general to the particular; together.css is app.css and more, for the pages that ask for it."""
    return "\n".join(path.read_text() for path in _in_order(css, patterns))


def join_scripts(js: Path, name: str) -> str:
    """Join behaviours, each in a scope of its own, with what they share: app.js brings it, the others find it on the window.

    Those that come later start one at a time, so that none holds up a finger.
    """
    begins, ends = ("{", "}") if name == "app.js" else ("setTimeout(() => {", "});")
    shared = (js / _SHARED).read_text()
    first = shared if name == "app.js" else f"const {re.findall(_OFFERED, shared)[0]} = window.weft;"
    scoped = "\n".join(f"{begins}\n{_COMMENT.sub('', path.read_text())}{ends}" for path in _in_order(js, [_SCRIPTS[name]]))
    return f'"use strict";\n(() => {{\n{first}\n{scoped}\n}})();\n'


def _in_order(folder: Path, patterns: Iterable[str]) -> Iterable[Path]:
    for pattern in patterns:
        yield from sorted(folder.glob(pattern))


def build(assets: Mapping[str, Asset], web: Path = WEB) -> str:
    """Name this version of all that a phone keeps: assets, templates and the worker itself."""
    whole = sha256()
    for name in sorted(assets):
        whole.update(assets[name].body)
    for path in sorted([*web.glob("templates/**/*.html"), *web.glob("pwa/**/*")]):
        if path.is_file():
            whole.update(path.read_bytes())
    return whole.hexdigest()[:10]


def worker(assets: Mapping[str, Asset], build: str, web: Path = WEB) -> str:
    """Write the service worker with its version and the files that it keeps for offline; its comments stay here."""
    shell = [asset.path for asset in assets.values() if asset.name.endswith((".css", ".js"))]
    parts = "\n".join(path.read_text() for path in _in_order(web / "pwa" / "worker", _WORKER))
    listed = ", ".join(f'"{path}"' for path in shell)
    spoken = _COMMENT.sub("", parts)
    return f'"use strict";\n{spoken}'.replace("__BUILD__", build).replace('"__SHELL__"', listed)


def manifest(assets: Mapping[str, Asset], web: Path = WEB) -> dict[str, Any]:
    """Describe the app to the phone that installs it."""
    described: dict[str, Any] = json.loads((web / "pwa" / "manifest.json").read_text())
    for screenshot in described["screenshots"]:
        screenshot["src"] = assets[screenshot["src"]].path
    return described
