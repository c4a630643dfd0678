"""A long story, told to a server that runs: nothing that anybody wrote lies open in its database, its copies or its logs."""

import ast
import json
import subprocess
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from jobs import demo, story
from server.db import Database
from server.db.tables import metadata
from server.store import sealing
from tests import make
from tests.served import served, weft

SUNDAY_EVENING = datetime(2026, 11, 22, 18, 40, tzinfo=UTC)
SAID = "Bring the blue umbrella, please"
SHORTEST = 8


@pytest.fixture(scope="module")
def written():
    """Everything of some length that the story may let people write, beside their names."""
    found = {node.value for node in ast.walk(ast.parse(Path(story.__file__).read_text())) if isinstance(node, ast.Constant)}
    return {one for one in found if isinstance(one, str) and len(one) >= SHORTEST and " " in one and "=" not in one}


@pytest.fixture
def told(database_url):
    """A database in which the story was told, closed."""
    database = Database(database_url, make.SEALER).everything()
    cast = demo.tell(database, SUNDAY_EVENING)
    with database.write() as session:
        token = make.token(session, _member(session, cast))
    yield database, token, cast
    database.close()


def _member(session, cast):
    from server.store import members

    return members.get(session, cast.members["Noor"])


def words_in(database):
    """Every text in a sealed column, opened."""
    with database.read() as session:
        for table in {column.table for column in sealing.SEALED}:
            for row in session.execute(table.select()):
                opened = sealing.opened_row(session, table, row._mapping)
                for column, words in sealing.SEALED.items():
                    if column.table is table:
                        yield from _texts(opened[column.name], words.plain)


def _texts(value, plain):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            if name not in plain:
                yield from _texts(one, ())


def lies_open(words, content):
    """Those of these words that stand in some bytes, written plainly or as JSON."""
    return sorted(one for one in words if one.encode() in content or json.dumps(one)[1:-1].encode() in content)


def columns(database):
    """Every value of every column of every table, as bytes."""
    with database.read() as session:
        rows = [row for table in metadata.sorted_tables for row in session.execute(text(f"SELECT * FROM {table.name}"))]
    return "\n".join(f"{value}" if not isinstance(value, bytes) else repr(value) for row in rows for value in row).encode()


def test_nothing_that_was_written_lies_open_in_the_database(told, written):
    database, _, _ = told
    opened = set(words_in(database))
    assert len(opened & written) > 20, "the story lets people write, and what they wrote is read again"
    long = {one for one in opened if len(one) >= SHORTEST and not one.startswith("{")} | written | {"Noor", "Dinner"}
    assert lies_open(long, columns(database)) == []


def test_nothing_lies_open_in_files_copies_and_logs(told, written, tmp_path, database_url):
    database, token, _ = told
    folder = tmp_path / "data"
    with served(folder, database_url, WEFT_LOG="debug") as server:
        body = json.dumps({"id": str(uuid4()), "text": SAID, "to": str(told[2].members["Sam"]), "bond": str(told[2].bond_id)})
        connection = HTTPConnection("127.0.0.1", server.port)
        headers = {"Host": f"localhost:{server.port}", "authorization": f"Bearer {token}", "content-type": "application/json"}
        connection.request("POST", "/api/v1/asks", body, headers)
        answer = connection.getresponse()
        assert (answer.status, SAID in answer.read().decode()) == (201, True)
        connection.request("GET", "/api/v1/asks", headers=headers)
        assert SAID in connection.getresponse().read().decode()
        connection.close()
        copied = weft(folder, database_url, "backup", str(tmp_path / "copy"))
        assert copied.returncode == 0
        assert "Keep" in copied.stderr
        lying = _files(database, tmp_path, tmp_path / "copy")
    lying |= _files(database, tmp_path, tmp_path / "copy")
    words = written | {SAID, "Noor", "Home by 18:30"}
    assert {str(path): found for path, content in lying.items() if (found := lies_open(words, content))} == {}
    assert any(path.name == "data.log" for path in lying)


def _files(database, folder, copy):
    """What lies in the folder and where the database is; a copy of PostgreSQL is unpacked."""
    places = [one for one in folder.rglob("*") if one.is_file()]
    if database.is_sqlite:
        place = Path(database.url.database)
        places += place.parent.glob(f"{place.name}*")
    found = {path: path.read_bytes() for path in places}
    if not database.is_sqlite:
        found[copy] = subprocess.run(["pg_restore", "-f", "-", str(copy)], capture_output=True, check=True).stdout
    return found
