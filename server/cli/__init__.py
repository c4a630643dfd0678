"""The command line: what can be asked for, on one page; what each does is loaded only when it is asked for."""

import gc
import sys
from argparse import Action, ArgumentParser, _SubParsersAction
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn, TypeAlias

COLLECT_AFTER = (50_000, 20, 50)
Commands: TypeAlias = "_SubParsersAction[ArgumentParser]"


class Version(Action):
    """Says which version this is; to find that out is left until it is asked for."""

    def __call__(self, parser: ArgumentParser, *_: Any) -> NoReturn:
        sys.stdout.write(f"weft {import_module('importlib.metadata').version('weft')}\n")
        parser.exit()


def main(words: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0, 1 where it failed, 2 where it was asked for wrongly."""
    # What is being loaded is no garbage: to look through it again and again takes a third of the time.
    gc.set_threshold(*COLLECT_AFTER)
    options = parser().parse_args(words)
    _leave_out_rich()
    done: int = import_module("server.cli.running").run(options)
    return done


def _leave_out_rich() -> None:
    """Let structlog find no rich: it is for tracebacks that show what variables held, ours never do, and it is large."""
    if not sys.modules.keys() & {"rich", "structlog"}:
        sys.modules["rich"] = None  # type: ignore[assignment]
        import_module("structlog")
        del sys.modules["rich"]


def parser() -> ArgumentParser:
    """Everything that can be asked for."""
    whole = ArgumentParser(prog="weft", description="Two people, small promises, and a thread that shows a word given is a word kept.")
    whole.add_argument("--version", action=Version, nargs=0, help="show the program's version number and exit")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _running(commands)
    _looking(commands)
    _keeping(commands)
    _letting_in(commands)
    return whole


def _running(commands: Commands) -> None:
    _add(commands, "serve", "serving:serve", "migrate, make keys, serve, and run the jobs")
    _add(commands, "jobs", "serving:run_jobs", "run the jobs alone, beside servers that have WEFT_JOBS=off")
    _add(commands, "migrate", "keeping:migrate", "bring the database to this version's shape; a copy is made first")
    examine = _add(commands, "doctor", "doctor:examine", "say whether clock, database, keys, jobs and push are well, and what to do")
    examine.add_argument("--json", action="store_true", help="for programs: a list of what was looked at")


def _looking(commands: Commands) -> None:
    _add(commands, "demo", "demo:demo", "serve a story to look at, Noor and Sam, on a throw-away database")
    populate = _add(commands, "populate", "stories:populate", "fill the database with made-up bonds to measure with")
    for name, default, what in (
        ("--bonds", 100, "how many bonds of two"),
        ("--days", 30, "how many days of history, up to today"),
        ("--promises", 4, "how many promises in each bond"),
        ("--seed", 1, "the same seed on the same day makes the same"),
    ):
        populate.add_argument(name, type=int, default=default, metavar="N", help=f"{what}; {default} unless told")
    replay = _add(commands, "replay", "stories:replay", "read a history of check-ins and print what the rules make of it")
    replay.add_argument("file", metavar="FILE", help="JSON Lines, or - for standard input")


def _keeping(commands: Commands) -> None:
    rebuild = _add(commands, "rebuild", "keeping:rebuild", "throw the figures away and fold the log again: the same values")
    rebuild.add_argument("--check", action="store_true", help="change nothing, and fail where a figure is other than the log makes it")
    backup = _add(commands, "backup", "keeping:back_up", "copy everything into one file, while it runs")
    backup.add_argument("file", metavar="FILE", nargs="?", help="a new file; in the data folder's backups unless told")
    restore = _add(commands, "restore", "keeping:restore", "put a copy back; on SQLite what was there is kept beside it")
    restore.add_argument("file", metavar="FILE", help="a copy that weft backup made")
    keys = _add(commands, "keys", "keeping:rotate", "give people's words a new key and seal them anew, while it runs")
    keys.add_argument("what", choices=("rotate",), help="what to do with the keys")


def _letting_in(commands: Commands) -> None:
    link = _add(
        commands, "link", "accounts:link", "make a one-time link for someone who lost every way in; they are shown that it was made"
    )
    token = _add(commands, "token", "accounts:token", "make a personal token for the API and print it; its owner sees it in their list")
    for one in (link, token):
        one.add_argument("--member", required=True, metavar="NAME", help="a member's name, or id where a name is not enough")
    token.add_argument("--scope", choices=("read", "write"), default="write", help="what the token may do; write unless told")
    _add(commands, "vapid", "accounts:vapid", "print the public key that push services know this server by")


def _add(commands: Commands, name: str, does: str, help: str) -> ArgumentParser:
    added: ArgumentParser = commands.add_parser(name, help=help, description=f"{help[0].upper()}{help[1:]}.")
    added.set_defaults(does=does)
    return added
