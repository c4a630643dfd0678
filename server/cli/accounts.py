"""Letting somebody in again, and letting programs in; nothing here reads what anybody wrote."""

import sys
from argparse import Namespace
from contextlib import suppress
from uuid import UUID

from server import config
from server.actions import links, operating, tokens
from server.actions.operating import Act
from server.cli import data
from server.cli.running import FailedError
from server.clock import SystemClock
from server.db import Session
from server.push import keys
from server.store import erasing, members, operator


def link(options: Namespace) -> int:
    """Print a one-time link."""
    settings, clock = config.from_environment(), SystemClock()
    with data.opened(settings, clock) as database, database.write() as session:
        secret = links.make_link(session, _member(session, options.member), now=clock.now())
    sys.stdout.write(f"{settings.origin}/enter/{secret}\n")
    sys.stderr.write("It lets in once, within 24 hours. They are shown for 30 days that it was made.\n")
    return 0


def token(options: Namespace) -> int:
    """Print a personal token."""
    settings, clock = config.from_environment(), SystemClock()
    with data.opened(settings, clock) as database, database.write() as session:
        member_id = _member(session, options.member)
        secret = tokens.make(session, member_id, name="Made by the operator", scope=options.scope, now=clock.now())
        operating.note(session, member_id, Act.TOKEN, now=clock.now())
    sys.stdout.write(f"{secret}\n")
    sys.stderr.write("They are shown for 30 days that it was made, and can end it.\n")
    return 0


def vapid(options: Namespace) -> int:
    """Print the public key, and make the pair where there is none."""
    settings = config.from_environment()
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    sys.stdout.write(f"{keys.load(settings.secrets).public}\n")
    return 0


def _member(session: Session, name: str) -> UUID:
    """The one member of this name, or of this id."""
    with suppress(ValueError):
        member_id = members.get(session, UUID(name)).id
        if not erasing.is_stone(session, member_id):
            return member_id
    found = operator.named(session, name)
    if not found:
        raise FailedError(f"There is no member named {name}.")
    if len(found) > 1:
        raise FailedError(f"{len(found)} members are named {name}. Say which: {', '.join(map(str, found))}")
    return found[0]
