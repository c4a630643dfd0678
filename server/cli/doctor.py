"""`weft doctor`: whether this server is well."""

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from importlib import import_module

from jobs import doctor
from jobs.findings import Finding
from server import config
from server.cli.running import FAILED
from server.clock import SystemClock
from server.config import Settings
from server.db import Database


def examine(options: Namespace) -> int:
    """Say what is well and what is not; it fails where something harms."""
    settings, clock = config.from_environment(), SystemClock()
    database = Database(settings.database)
    try:
        findings = [*doctor.examine(database.everything(), settings, clock), *_redis(settings)]
    finally:
        database.close()
    sys.stdout.write(_as_json(findings) if options.json else "".join(f"{one}\n" for one in findings))
    return FAILED if any(one.is_harm for one in findings) else 0


def _redis(settings: Settings) -> Iterator[Finding]:
    """The jobs know no Redis, so it is asked from here."""
    if not settings.redis:
        return
    if import_module("server.routes.redis").answers(settings.redis):
        yield Finding("Redis answers.")
    else:
        yield Finding("Redis does not answer: pages see what others do only when they are next looked at.", "Start it, or see WEFT_REDIS.")


def _as_json(findings: list[Finding]) -> str:
    return json.dumps([{"is": one.word, "what": one.what, "what_to_do": one.what_to_do} for one in findings], indent=2) + "\n"
