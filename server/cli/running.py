"""Runs a command, and turns what fails into one sentence and an exit code."""

import os
import signal
import sys
from argparse import Namespace
from collections.abc import Callable
from importlib import import_module
from typing import NoReturn

from server.config import SettingsError
from server.db.belts import RoleError
from server.db.copies import CopyError
from server.db.procrastinate import TakenError
from server.db.sealing import UnsealedError
from server.db.upgrade import NewerError
from server.domain.errors import RefusedError

FAILED, WRONGLY_ASKED, INTERRUPTED = 1, 2, 130
FOR_US_ALONE = 0o077


class FailedError(Exception):
    """What was asked for cannot be done; the message says why."""


def run(options: Namespace) -> int:
    """Run the command that was asked for and return its exit code."""
    os.umask(FOR_US_ALONE)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _command(options.does)(options)
    except SettingsError as error:
        return _say(str(error), WRONGLY_ASKED)
    except (FailedError, RefusedError, CopyError, NewerError, UnsealedError, RoleError, TakenError) as error:
        return _say(str(error), FAILED)
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


def _command(does: str) -> Callable[[Namespace], int]:
    module, _, name = does.partition(":")
    found: Callable[[Namespace], int] = getattr(import_module(f"server.cli.{module}"), name)
    return found


def _say(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code


def _interrupt(*_: object) -> NoReturn:
    """Being told to end unwinds like Ctrl-C, so that everything is put away."""
    raise KeyboardInterrupt
