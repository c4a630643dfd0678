"""What a server at home loads and holds while nobody asks it for anything."""

import re
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from jobs.schedule import JOBS
from server.db import Database, sqlite_url
from server.store import health
from tests import make
from tests.served import served

PATIENCE = 60
MOST_MEMORY = 160
LATER = {
    "PIL": "a picture is shared",
    "aiohttp": "a message leaves for a phone",
    "alembic": "a database of an earlier version comes up",
    "attrs": "nothing of ours uses it",
    "cbor2": "a passkey is shown",
    "icalendar": "a calendar asks",
    "jwt": "a message leaves for a phone",
    "mako": "a database of an earlier version comes up",
    "opentelemetry.sdk": "spans are asked for",
    "procrastinate": "WEFT_DISPATCH asks for it",
    "prometheus_client": "figures are asked for",
    "psycopg": "the database is PostgreSQL",
    "pydantic": "a message leaves for a phone",
    "pygments": "nothing of ours uses it",
    "redis": "WEFT_REDIS asks for it",
    "rich": "nothing of ours uses it",
    "webauthn": "a passkey is shown",
    "webpush": "a message leaves for a phone",
}
"""What is large, and when it is loaded."""
TELLS_WHAT_IT_LOADED = """
import atexit, sys
from pathlib import Path
atexit.register(lambda: Path(sys.argv[1]).write_text(" ".join(name for name, module in sys.modules.items() if module)))
from server.cli import main
sys.exit(main(["serve"]))
"""


@pytest.fixture
def at_rest(tmp_path):
    """A server in a new folder that has answered, and each of whose jobs has run; and the file in which it says what it has loaded."""
    loaded = tmp_path / "loaded"
    with served(tmp_path / "data", program=[sys.executable, "-c", TELLS_WHAT_IT_LOADED, str(loaded)]) as server:
        assert server.get("/sign-in")[0] == 200
        database = Database(sqlite_url(tmp_path / "data" / "weft.sqlite3"), make.SEALER).everything()
        until = monotonic() + PATIENCE
        while ran(database) != {job.name for job in JOBS} and monotonic() < until:
            sleep(0.05)
        assert ran(database) == {job.name for job in JOBS}
        database.close()
        yield server, loaded


def ran(database):
    with database.read() as session:
        return set(health.runs(session))


@pytest.mark.slow
def test_a_server_at_rest_has_loaded_nothing_that_only_some_requests_need(at_rest):
    server, loaded = at_rest
    assert server.ended() == 0
    modules = loaded.read_text().split()
    assert "litestar" in modules
    assert {name: when for name, when in LATER.items() if name in modules} == {}


@pytest.mark.slow
def test_a_server_at_rest_holds_little_memory(at_rest):
    server, _ = at_rest
    told = Path(f"/proc/{server.process.pid}/status")
    if not told.exists():
        pytest.skip("only Linux says in this way how much memory a process holds")
    assert int(re.search(r"VmRSS:\s+(\d+) kB", told.read_text())[1]) < MOST_MEMORY * 1024
