"""The repository as the architecture tests read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("server", "jobs", "web")
Function = ast.FunctionDef | ast.AsyncFunctionDef
GENERATED = ("server/db/migrations/versions/", "web/static/vendor/")


def paths(*folders: str, suffixes: tuple[str, ...] = (".py",)) -> list[str]:
    """Files below the folders, relative to the root, without what is generated."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in suffixes)
    return sorted(name for name in (path.relative_to(ROOT).as_posix() for path in found) if not name.startswith(GENERATED))


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree(path: str) -> ast.Module:
    return ast.parse(text(path), path)


def functions(path: str) -> Iterator[Function]:
    for node in ast.walk(tree(path)):
        if isinstance(node, Function):
            yield node


def full_name(path: str, function: Function) -> str:
    """`jobs.settle.open_ahead` for a function of jobs/settle.py."""
    return f"{path.removesuffix('.py').replace('/', '.')}.{function.name}"


def parameters(function: Function) -> set[str]:
    given = function.args
    return {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)}


def names_used(path: str) -> set[str]:
    """Full dotted names that a file reads or imports, whatever it calls them: `datetime.datetime.now`, `os.environ`."""
    full = imports(path)
    used = (ast.unparse(node).partition(".") for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute))
    return {f"{full.get(root, root)}.{rest}" for root, _, rest in used} | {*full.values()}


@cache
def imports(path: str) -> dict[str, str]:
    """What a file imports, the full dotted name by the name that it gives it: `bonds` is `server.store.bonds`."""
    found = {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            above = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            found |= {alias.asname or alias.name: above + alias.name for alias in node.names}
    return found
