"""`make bench`: run every part, print its tables; named parts run alone."""

import gc
import os
import platform
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from server.cli import COLLECT_AFTER
from tests.bench import check_ins, footprint, jobs, push, table, today
from tests.bench.table import Line

Part = Callable[[Path, bool], Iterator[tuple[str, list[Line]]]]
"""Given a folder of its own and whether it is to be small, gives a title and its lines, table by table."""

PARTS: Mapping[str, Part] = {
    "check-ins": check_ins.tables,
    "today": today.tables,
    "footprint": footprint.tables,
    "jobs": jobs.tables,
    "push": push.tables,
}


def machine() -> str:
    """What was measured on, and how busy it was when that began."""
    said = dict(one.split("\t: ", 1) for one in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if "\t: " in one)
    chip, load = said.get("model name", platform.machine()), os.getloadavg()[0]
    return (
        f"{os.cpu_count()} processors ({chip}), {platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}; {load:.1f} at work when it began\n\n"
    )


def main(names: list[str], *, small: bool) -> None:
    """Run these parts, or all; a small one says whether it runs, not how fast Weft is."""
    gc.set_threshold(*COLLECT_AFTER)
    sys.stdout.write(machine())
    for name in names or PARTS:
        with TemporaryDirectory() as folder:
            for title, lines in PARTS[name](Path(folder), small):
                sys.stdout.write(table.shown(title, lines) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main([one for one in sys.argv[1:] if one != "--small"], small="--small" in sys.argv)
