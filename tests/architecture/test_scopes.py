"""A query is scoped by its bond or its member; only what happens by itself looks across (rule 8)."""

from tests.architecture import code

NARROWS_NOTHING = {"session", "now", "today", "first", "last", "since", "limit"}
ALLOWED = {"server.store.members.count"}  # whether anybody is here yet: the first visitor is welcomed


def queries_across() -> set[str]:
    """Public functions of the store that name nobody: `folds.opening` takes only `now` and `limit`."""
    return {
        code.full_name(path, function)
        for path in code.paths("server/store")
        for function in code.functions(path)
        if "session" in code.parameters(function) <= NARROWS_NOTHING and not function.name.startswith("_")
    }


def test_no_page_looks_across() -> None:
    across = queries_across()
    assert {(path, name) for path in code.paths("server/routes") for name in code.names_used(path) & (across - ALLOWED)} == set()
    assert across
