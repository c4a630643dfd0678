"""`make bench`: run everything, print the table."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from server import config
from server.cli import data
from server.clock import SystemClock
from tests.bench import check_ins, table, town
from tests.bench.check_ins import House


def main(*, small: bool) -> None:
    """Run the bench; a small one says whether it runs, not how fast Weft is."""
    bonds, rounds = (20, 1) if small else (500, 5)
    with TemporaryDirectory() as name:
        house = _house(Path(name), bonds=bonds, days=10)
        for clients in (32, 256):
            lines = check_ins.measured(house, Path(name), count=rounds, clients=clients, wanted="≥ 0.5")
            sys.stdout.write(table.shown(f"Check-ins on SQLite, {clients} clients", lines) + "\n")
            sys.stdout.flush()


def _house(folder: Path, *, bonds: int, days: int) -> House:
    settings = config.from_environment({"WEFT_DATA": str(folder / "town")})
    with data.opened(settings, SystemClock(), migrates=True) as database:
        return House(settings.data, town.build(database, bonds=bonds, days=days, now=datetime.now(UTC)))


if __name__ == "__main__":
    main(small="--small" in sys.argv)
