import json
import os
import signal
from datetime import UTC, datetime, timedelta
from subprocess import CompletedProcess
from time import monotonic

import pytest

from jobs.schedule import JOBS
from server.cli import main, parser
from server.domain.secrets import hash_of
from server.store import health, tokens
from tests import make
from tests.conftest import ON_POSTGRESQL
from tests.naive.histories import history
from tests.served import environment, served, weft

COMMANDS = [
    "serve",
    "jobs",
    "migrate",
    "doctor",
    "demo",
    "populate",
    "replay",
    "rebuild",
    "backup",
    "restore",
    "keys",
    "link",
    "token",
    "vapid",
]
BY_HAND = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none", "Sec-Fetch-User": "?1"}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def run(folder, database_url, monkeypatch, capsys):
    """Runs a command on this test's database, in this process: to load everything anew takes longer than most commands."""
    mask, ending = os.umask(0o022), signal.getsignal(signal.SIGTERM)

    def run(*words, data=folder, url=database_url):
        monkeypatch.setattr(os, "environ", environment(data, url))
        code = main(words)
        return CompletedProcess(words, code, *capsys.readouterr())

    yield run
    os.umask(mask)
    signal.signal(signal.SIGTERM, ending)


def failed(done, code, *words):
    """It failed with one sentence, which holds these words, and no traceback."""
    (sentence,) = done.stderr.splitlines()
    return (done.returncode, done.stdout) == (code, "") and all(word in sentence for word in words)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_says_what_it_does(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: weft {command}")


@pytest.mark.parametrize("words", [[], ["sing"], ["replay"], ["populate", "--bonds", "many"], ["token"], ["rebuild", "--hard"]])
def test_who_asks_wrongly_is_told_how(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: weft" in capsys.readouterr().err


def test_it_says_its_version(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.startswith("weft ")


@pytest.mark.parametrize(
    ("name", "value"), [("WEFT_PORT", "many"), ("WEFT_ORIGIN", "weft"), ("WEFT_LOG", "loud"), ("WEFT_PUSH_SUBJECT", "me")]
)
def test_a_setting_that_cannot_be_used_is_named(folder, database_url, name, value):
    assert failed(weft(folder, database_url, "serve", **{name: value}), 2, name)


def test_a_server_says_where_it_is_and_ends_when_asked(folder, database_url):
    with served(folder, database_url) as server:
        assert server.said == f"Weft is on http://127.0.0.1:{server.port}\n"
        assert [server.get(path)[0] for path in ("/healthz", "/readyz")] == [200, 200]
        assert server.ended() == 0
    assert [path.stat().st_mode & 0o777 for path in (folder, folder / "secrets")] == [0o700, 0o700]
    assert {path.stat().st_mode & 0o77 for path in folder.rglob("*")} == {0}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("command", ["serve", "jobs"])
def test_what_stays_ends_quietly_and_soon(folder, database_url, command, how):
    with served(folder, database_url, command) as server:
        began = monotonic()
        assert server.ended(how) == 0
        assert monotonic() - began < 10
        assert [line for line in server.log.read_text().splitlines() if json.loads(line)["level"] != "info"] == []


@pytest.mark.slow
def test_the_demo_lets_in_as_each_of_them_and_is_gone_afterwards(folder, tmp_path):
    with served(folder, "", "demo", TMPDIR=str(tmp_path)) as server:
        ways = dict(server.says().split() for _ in range(2))
        assert list(ways) == ["Noor", "Sam"]
        assert [server.get(one.removeprefix(f"http://localhost:{server.port}"), **BY_HAND)[0] for one in ways.values()] == [303, 303]
        assert list(tmp_path.glob("weft-demo-*"))
        assert server.ended() == 0
    assert list(tmp_path.glob("weft-demo-*")) == []


def test_a_request_is_logged_without_what_it_carried(folder, database_url):
    with served(folder, database_url) as server:
        server.get("/enter/a-secret-of-mine", Cookie="sid=my-cookie")
        server.ended()
        lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    (logged,) = [line for line in lines if line["event"] == "request"]
    assert (logged["method"], logged["route"], logged["status"]) == ("GET", "/enter/{token}", 200)
    assert [word for word in ("a-secret-of-mine", "my-cookie") if word in server.log.read_text()] == []


def test_a_port_that_is_taken_is_refused_before_anything_is_touched(folder, database_url, tmp_path):
    with served(folder, database_url) as server:
        other = tmp_path / "other"
        assert failed(weft(other, "", "serve", WEFT_PORT=f"{server.port}"), 1, f"{server.port}")
        assert not other.exists()


def test_secrets_that_others_may_read_stop_the_server(folder, database_url):
    (folder / "secrets").mkdir(parents=True, mode=0o700)
    (folder / "secrets").chmod(0o755)
    assert failed(weft(folder, database_url, "serve"), 2, "chmod 700")


def test_a_copy_is_made_while_the_server_runs_and_put_back_only_when_it_does_not(run, folder, database_url, empty_url, tmp_path):
    copy = str(tmp_path / "copy")
    with served(folder, database_url):
        assert (run("backup", copy).stdout, run("backup", copy).returncode) == (f"{copy}\n", 1)
        assert failed(run("restore", copy, url=empty_url), 1, "at work")
    assert run("restore", copy, url=empty_url).stdout.startswith("Restored.")
    assert run("rebuild", "--check", url=empty_url).returncode == 0


def test_a_file_that_is_not_there_cannot_be_put_back(run):
    assert failed(run("restore", "/nowhere"), 1, "There is no file")


def test_a_database_without_tables_is_migrated_once(run, empty_url):
    assert failed(run("rebuild", url=empty_url), 1, "weft migrate")
    first, second = (run("migrate", url=empty_url).stdout for _ in range(2))
    assert first.startswith("Migrated: 0001,")
    assert second == "Nothing to migrate.\n"
    assert run("rebuild", url=empty_url).returncode == 0


def test_a_token_is_printed_alone_and_lets_in(run, database, folder, database_url):
    with database.write() as session:
        noor = make.member(session)
    made = run("token", "--member", "Noor", "--scope", "read")
    (secret,) = made.stdout.splitlines()
    with database.read() as session:
        assert tokens.by_hash(session, hash_of(secret)).member_id == noor.id
    with served(folder, database_url) as server:
        status, body = server.get("/api/v1/me", Authorization=f"Bearer {secret}")
    assert (status, json.loads(body)["name"]) == (200, "Noor")


def test_a_link_lets_in_once(run, database, folder, database_url):
    with database.write() as session:
        make.member(session)
    link = run("link", "--member", "Noor").stdout.strip()
    assert link.startswith("http://localhost:8000/enter/")
    with served(folder, database_url) as server:
        assert [server.get(link.removeprefix("http://localhost:8000"), **BY_HAND)[0] for _ in range(2)] == [303, 404]


TOUCHES_AN_ACCOUNT = {"link": "a sign-in link for you", "token": "a token with which a program can speak for you"}
TOUCHES_NOBODY = {"serve", "jobs", "migrate", "doctor", "demo", "populate", "replay", "rebuild", "backup", "restore", "keys", "vapid"}
"""What runs, copies, measures or folds figures again: it shows nothing that anybody wrote, and opens no account."""


def test_every_command_is_known_for_what_it_does_to_people():
    (commands,) = (one.choices for one in parser()._subparsers._group_actions)
    assert set(commands) == set(TOUCHES_AN_ACCOUNT) | TOUCHES_NOBODY
    asks = {name for name, one in commands.items() if any(action.dest == "member" for action in one._actions)}
    assert asks == set(TOUCHES_AN_ACCOUNT)


@pytest.mark.parametrize("command", list(TOUCHES_AN_ACCOUNT))
def test_what_a_command_does_to_an_account_is_shown_to_its_owner_for_thirty_days(run, database, desk, client, clock, command):
    with database.write() as session:
        noor = make.member(session)
    assert run(command, "--member", "Noor").returncode == 0
    for after, shown in ((timedelta(0), True), (timedelta(days=29), True), (timedelta(days=31), False)):
        clock.at = datetime.now(UTC) + after
        page = make.sign_in(client, desk, noor).get("/me").text
        assert (f"Whoever runs this server made {TOUCHES_AN_ACCOUNT[command]}" in page) == shown


def test_a_name_that_two_have_is_not_enough(run, database):
    with database.write() as session:
        first, second = make.member(session), make.member(session)
    assert failed(run("token", "--member", "Noor"), 1, str(first.id), str(second.id))
    assert run("token", "--member", str(first.id)).returncode == 0
    assert failed(run("token", "--member", "Eve"), 1, "Eve")


def test_the_push_key_stays_the_same(run):
    first, second = (run("vapid").stdout for _ in range(2))
    assert first == second
    assert len(first.strip()) == 87


def test_a_history_is_replayed_from_a_file_or_from_standard_input(run, folder, tmp_path):
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in history(3, 30))
    (tmp_path / "history.jsonl").write_text(text)
    first, second = run("replay", str(tmp_path / "history.jsonl"), url=""), weft(folder, "", "replay", "-", said=text)
    assert (first.returncode, first.stderr, first.stdout) == (0, "", second.stdout)
    assert set(json.loads(first.stdout)) == {"now", "promises", "bonds", "milestones", "refused"}
    assert not folder.exists()


def test_a_history_that_cannot_be_read_is_named(run, tmp_path):
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    assert failed(run("replay", "/nowhere"), 1, "/nowhere")
    assert failed(run("replay", str(tmp_path / "bytes")), 1, "UTF-8")


def test_figures_that_the_log_does_not_make_are_found(run, database):
    assert run("populate", "--bonds", "2", "--days", "5").returncode == 0
    with database.write() as session:
        session.exec_driver_sql("UPDATE weaves SET together = 99")
    checked = run("rebuild", "--check")
    assert (checked.returncode, checked.stdout.count("together is 99")) == (1, 2)
    assert [run("rebuild", *words).returncode for words in ([], ["--check"])] == [0, 0]


def have_run(database):
    with database.read() as session:
        return len(health.runs(session)) == len(JOBS)


def test_the_doctor_fails_where_something_is_to_be_done(run, folder, database, database_url):
    assert run("doctor").returncode == 1
    with served(folder, database_url):
        assert any(have_run(database) for _ in range(100_000))
    found = run("doctor")
    told = [one for one in found.stdout.splitlines() if one.startswith("look")]
    if ON_POSTGRESQL:
        # That of the tests is made to be fast, and it is right to say so.
        assert "fsync is off" in told.pop()
    assert (told, found.returncode) == ([], int(ON_POSTGRESQL))


@pytest.mark.parametrize(("name", "value"), [("WEFT_DATABASE", "sqlite:////tmp/mine"), ("WEFT_HOST", "0.0.0.0"), ("WEFT_DATA", "/tmp")])
def test_the_demo_stays_away_from_what_is_somebodys(folder, name, value):
    assert failed(weft(folder, "", "demo", **{name: value}), 1, name)
