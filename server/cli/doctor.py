"""`weft doctor`: whether this server is well."""

import sys
from argparse import Namespace

from jobs import doctor
from server import config
from server.cli.running import FAILED
from server.clock import SystemClock
from server.db import Database


def examine(options: Namespace) -> int:
    """Say what is well and what is not."""
    settings, clock = config.from_environment(), SystemClock()
    database = Database(settings.database)
    try:
        findings = doctor.examine(database, settings, clock)
    finally:
        database.close()
    sys.stdout.write("".join(f"{one}\n" for one in findings))
    return FAILED if any(not one.is_well for one in findings) else 0
