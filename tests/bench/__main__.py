"""`make bench`: run every part, print its tables; named parts run alone."""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

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


def main(names: list[str], *, small: bool) -> None:
    """Run these parts, or all; a small one says whether it runs, not how fast Weft is."""
    for name in names or PARTS:
        with TemporaryDirectory() as folder:
            for title, lines in PARTS[name](Path(folder), small):
                sys.stdout.write(table.shown(title, lines) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main([one for one in sys.argv[1:] if one != "--small"], small="--small" in sys.argv)
