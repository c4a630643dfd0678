"""A query is scoped by its bond or its member; only what happens by itself looks across (rule 8)."""

from tests.architecture import code

NARROWS_NOTHING = {"session", "now", "today", "first", "last", "since", "until", "limit", "part", "size"}
ALLOWED = {"server.store.members.count"}  # whether anybody is here yet: the first visitor is welcomed

ACROSS = {
    "server/app.py": "who is in which bond, before open pages are told",
    "server/cli/data.py": "the operator, and the jobs",
    "server/cli/doctor.py": "the operator",
    "server/db/copies.py": "a copy holds everything",
    "server/db/database.py": "defines it",
    "server/db/upgrade.py": "migrations",
    "server/routes/deleting.py": "what others were told of somebody goes with them",
    "server/store/health.py": "asks only for the version",
}


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


def test_a_request_reaches_the_database_by_its_own_desk() -> None:
    """On PostgreSQL it holds each request to its member; whoever looks across says so, in the few places that have to."""
    everything = {path for path in code.paths("server", "jobs") if ".everything()" in code.text(path)}
    assert everything == {*ACROSS}
    by_the_state = {path for path in code.paths("server/routes") if "state.desk" in code.text(path)}
    assert by_the_state == {"server/routes/access.py"}
