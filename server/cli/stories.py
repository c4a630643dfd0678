"""Made-up load to measure with, and histories read from elsewhere."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from jobs import populate as making
from jobs import replay as replaying
from server import config
from server.cli import data, progress
from server.cli.running import FailedError
from server.clock import SystemClock


def populate(options: Namespace) -> int:
    """Fill the database with made-up bonds."""
    settings, clock = config.from_environment(), SystemClock()
    amount = making.Amount(options.bonds, options.days, options.promises, options.seed)
    with data.opened(settings, clock, migrates=True) as database:
        count = making.populate(database, clock.now(), amount, progress.show)
    sys.stdout.write(f"{amount.bonds} bonds with {count} check-ins.\n")
    return 0


def replay(options: Namespace) -> int:
    """Print what the rules make of a history."""
    try:
        found = replaying.replay(_lines(options.file))
    except OSError as error:
        raise FailedError(f"{options.file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise FailedError(f"{options.file} is not text in UTF-8.") from None
    sys.stdout.buffer.write(replaying.as_text(found).encode())
    return 0


def _lines(name: str) -> Iterator[str]:
    if name == "-":
        yield from (line.decode() for line in sys.stdin.buffer)
        return
    with Path(name).open(encoding="utf-8") as file:
        yield from file
