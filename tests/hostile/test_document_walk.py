"""A program that knows nothing but the OpenAPI document tries everything that it says, and everything that it does not."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from server.actions import sessions
from server.domain.limits import Limit
from server.routes.api import slowing
from tests import make
from tests.browser.server import Running, running
from tests.routes.homestead import MAKERS, Homestead

pytestmark = pytest.mark.slow

WALK = str(Path(sys.executable).with_name("schemathesis"))
EXAMPLES = int(os.environ.get("WEFT_TEST_EXAMPLES", "6"))
"""How many bodies are made up for an address; WEFT_TEST_EXAMPLES=200 takes minutes and finds what is rare."""
PATIENCE = 240 + 20 * EXAMPLES
NO_SCHEMA_TELLS = (
    "GET /api/v1/milestones",
    "GET /api/v1/promises/{promise_id}/occurrences",
    "GET /api/v1/weeks/{day}",
    "PATCH /api/v1/promises/{promise_id}",
    "POST /api/v1/asks",
    "POST /api/v1/asks/{ask_id}/answer",
    "POST /api/v1/bonds/{bond_id}/reviews/{to_on}/decisions",
    "POST /api/v1/bonds/{bond_id}/reviews/{to_on}/moments",
    "POST /api/v1/check-ins",
    "POST /api/v1/moments",
    "POST /api/v1/promises",
    "POST /api/v1/promises/{promise_id}/moves/{day}",
    "POST /api/v1/promises/{promise_id}/repairs/{day}",
    "POST /api/v1/promises/{promise_id}/repairs/{day}/words",
    "POST /api/v1/search",
)
"""Where a value of the right shape may still be refused with 422: a day too far away, a rhythm that cannot be, one field beside another."""
SETTINGS = """
[phases.stateful]
enabled = true
[dictionaries]
{dictionaries}
[parameters]
{parameters}
"""
ALLOWANCE = """
[[operations]]
include-name = "{name}"
checks.positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "422"]
"""
SIGNED_IN = """
[auth.openapi.session]
api_key = "{cookie}"
"""
NAMED = {
    "path.promise_id": "promise_id",
    "path.bond_id": "bond_id",
    "path.ask_id": "ask_id",
    "path.moment_id": "moment_id",
    "path.day": "day",
    "path.to_on": "to_on",
    "body.bond": "bond_id",
    "body.promise": "promise_id",
    "body.to": "sam",
}


@pytest.fixture(scope="module")
def weft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A Weft on loopback in which nobody is held back for writing too often."""
    with pytest.MonkeyPatch.context() as patched, running(tmp_path_factory.mktemp("walk") / "data", make.NOW) as running_weft:
        patched.setattr(slowing, "WRITES", Limit(10**9, timedelta(minutes=1)))
        yield running_weft


@pytest.fixture(scope="module")
def home(weft: Running) -> Homestead:
    return Homestead(weft.desk.database)


def settings(home: Homestead) -> str:
    """Where there are things of Noor's, so that the walk does not end at "there is no such thing"."""
    values = {name: [str(home.make(name)) for _ in range(3)] for name in MAKERS if name in NAMED.values()}
    values |= {"sam": [str(home.sam.id)], "day": ["2026-03-18", "2026-03-19", "2026-03-20"], "to_on": ["2026-03-15", "2026-03-22"]}
    listed = "\n".join(f"{name} = {{ values = {json.dumps(some)} }}" for name, some in values.items())
    bound = "\n".join(f'"{where}" = {{ dictionary = "{name}", probability = 0.7 }}' for where, name in NAMED.items())
    return SETTINGS.format(dictionaries=listed, parameters=bound) + "".join(ALLOWANCE.format(name=one) for one in NO_SCHEMA_TELLS)


def walk(weft: Running, home: Homestead, folder: Path, *more: str, headers: Mapping[str, str], cookie: str = "") -> None:
    """Every check, none left out; its report is what a failure shows."""
    told = folder / "schemathesis.toml"
    told.write_text(settings(home) + (SIGNED_IN.format(cookie=cookie) if cookie else ""))
    command = [WALK, "--config-file", str(told), "--no-color", "run", f"{weft.url}/api/v1/openapi.json", "--checks=all", "--seed=1", *more]
    command += ["--continue-on-failure", "--generation-database=none", *(f"--header={name}: {value}" for name, value in headers.items())]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert answer.returncode == 0, answer.stdout[-12_000:] + answer.stderr[-2000:]


def test_a_program_that_writes_meets_only_what_the_document_says(weft: Running, home: Homestead, tmp_path: Path) -> None:
    with weft.desk.database.write() as session:
        headers = {"Authorization": f"Bearer {make.token(session, home.noor)}"}
    walk(weft, home, tmp_path, f"--max-examples={EXAMPLES}", headers=headers)


def test_a_page_of_ours_that_speaks_to_the_api_meets_only_what_the_document_says(weft: Running, home: Homestead, tmp_path: Path) -> None:
    """Signed in as a browser is: by its cookie, from our own site."""
    with weft.desk.database.write() as session:
        cookie = sessions.begin(session, home.noor.id, device="Firefox", now=make.NOW)
    walk(weft, home, tmp_path, f"--max-examples={EXAMPLES}", headers={"Sec-Fetch-Site": "same-origin"}, cookie=cookie)


@pytest.mark.parametrize("scope", ["read", ""])
def test_a_program_that_may_read_or_nothing_meets_only_what_the_document_says(
    weft: Running, home: Homestead, tmp_path: Path, scope: str
) -> None:
    with weft.desk.database.write() as session:
        headers = {"Authorization": f"Bearer {make.token(session, home.noor, scope=scope)}"} if scope else {}
    walk(weft, home, tmp_path, "--phases=fuzzing,stateful", f"--max-examples={max(2, EXAMPLES // 3)}", headers=headers)
