"""Keeping the data well: migrating, copying, putting back, folding again, and looking at how it is."""

import sys
from argparse import Namespace
from pathlib import Path

from jobs import backup
from jobs import rebuild as rebuilding
from jobs import rotate as rotating
from server import config
from server.cli import data, progress
from server.cli.running import FAILED
from server.clock import SystemClock
from server.db import copies


def migrate(options: Namespace) -> int:
    """Run the migrations that are missing."""
    settings, clock = config.from_environment(), SystemClock()
    with data.unopened(settings) as database:
        run = data.migrate(database, settings, clock)
    sys.stdout.write(f"Migrated: {', '.join(run)}.\n" if run else "Nothing to migrate.\n")
    return 0


def back_up(options: Namespace) -> int:
    """Copy the database into a new file."""
    settings, clock = config.from_environment(), SystemClock()
    with data.opened(settings, clock) as database:
        target = Path(options.file) if options.file else backup.named(data.backups(settings), clock.now(), suffix=data.suffix(database))
        copies.copy(database, target)
    sys.stdout.write(f"{target}\n")
    sys.stderr.write(
        f"Keep {settings.secrets} too, in another place: without its keys nobody can read what is in the copy, or be notified again.\n"
    )
    return 0


def restore(options: Namespace) -> int:
    """Put a copy back."""
    settings, clock = config.from_environment(), SystemClock()
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with data.held(settings, alone=True):
        kept = copies.put_back(settings.database, Path(options.file), aside=f"before-restore-{clock.now():{backup.STAMP}}")
    sys.stdout.write(f"Restored.{f' What was there is now {kept}.' if kept else ''} Start Weft again: weft serve\n")
    return 0


def rotate(options: Namespace) -> int:
    """Seal everything under a new key."""
    settings, clock = config.from_environment(), SystemClock()
    with data.opened(settings, clock) as database:
        aside = f"before-{clock.now():{backup.STAMP}}"
        count, former = rotating.rotate(database, settings.secrets, progress.show, aside=aside)
    sys.stdout.write(f"{count} rows were sealed anew.\n")
    sys.stderr.write(f"Copies made before need the keys in {former}: delete it once none of them is kept.\n")
    return 0


def rebuild(options: Namespace) -> int:
    """Make every figure again from the log, or compare."""
    settings, clock = config.from_environment(), SystemClock()
    with data.opened(settings, clock) as database:
        count, told = rebuilding.rebuild(database, clock, progress.show, only_compare=options.check)
    sys.stdout.write("".join(f"{one}\n" for one in told))
    verb = "is" if options.check else "was"
    sys.stdout.write(f"{count} {verb} other than the log makes it.\n" if count else "Every figure is what the log makes it.\n")
    return FAILED if options.check and count else 0
