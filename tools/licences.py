"""The licence of everything that a running Weft is made of, as a table: `.venv/bin/python tools/licences.py > docs/licences.md`."""

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==", re.MULTILINE)
TEXT = """# What Weft is made of, and under which licences

Weft brings none of these along: they come from the package registries, by the hashes of the locks.
All of them may be used, changed and passed on by anybody who runs Weft; LGPL and MPL ask only that
changes to those very libraries are passed on too. This page is written by `tools/licences.py`.

| package | licence |
| --- | --- |
"""


def licence_of(name: str) -> str:
    """What a package says of itself: its SPDX expression, else the short form of what it wrote."""
    told = metadata(name)
    named = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or [] if one.startswith("License ::")]
    written = (told.get("License") or "").partition("\n")[0]
    return told.get("License-Expression") or " or ".join(named) or written


def packages() -> Iterator[tuple[str, str]]:
    """Each locked package that is installed on this kind of machine, and what comes from npm."""
    for name in sorted(set(LOCKED.findall((ROOT / "requirements.lock").read_text()))):
        try:
            yield name, licence_of(name)
        except PackageNotFoundError:
            continue
    for path, one in json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"].items():
        if path:
            yield path.removeprefix("node_modules/"), one["license"]


def page() -> str:
    """The whole page."""
    return TEXT + "".join(f"| {name} | {licence} |\n" for name, licence in packages())


if __name__ == "__main__":
    sys.stdout.write(page())
