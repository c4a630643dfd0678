"""`weft demo`: a story to look at, on a database that is gone afterwards."""

import shutil
import sys
from argparse import Namespace
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

from jobs import demo as telling
from server import config
from server.actions import links
from server.cli import serving
from server.cli.running import FailedError
from server.clock import SystemClock
from server.config import LOOPBACK, Settings
from server.db import Database, sqlite_url


def demo(options: Namespace) -> int:
    """Serve the story on a database that is gone afterwards."""
    settings, clock = config.from_environment(), SystemClock()
    _refuse_what_is_somebodys(settings)
    folder = Path(mkdtemp(prefix="weft-demo-"))
    own = replace(settings, data=folder, database=sqlite_url(folder / "weft.sqlite3"))

    def prepare(database: Database) -> list[str]:
        sys.stderr.write("Telling the story of Noor and Sam, eleven weeks of it.\n")
        cast = telling.tell(database, clock.now())
        with database.write() as session:
            ways = {name: links.make_link(session, one, now=clock.now()) for name, one in cast.members.items()}
        return [f"{name} {own.origin}/enter/{secret}" for name, secret in ways.items()]

    try:
        with suppress(KeyboardInterrupt):
            serving.run(own, clock, prepare)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _refuse_what_is_somebodys(settings: Settings) -> None:
    """The story lets in whoever has its links, and what it writes is thrown away: neither is for a real place."""
    if settings.host not in LOOPBACK:
        raise FailedError("The demo is for this machine alone: leave WEFT_HOST as it is.")
    untouched = config.from_environment({})
    if settings.database != sqlite_url(settings.data / "weft.sqlite3") or (settings.data != untouched.data and settings.data.exists()):
        raise FailedError("The demo has a throw-away database of its own: leave WEFT_DATABASE and WEFT_DATA out.")
