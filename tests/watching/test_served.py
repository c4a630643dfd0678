"""A running Weft that is watched."""

import json
import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from server import config
from server.cli import doctor
from server.config import SettingsError
from tests.redis import RedisService
from tests.served import free_port, served, weft

TOKEN = "a-token-of-the-operator"


def asked(port, path, **headers):
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"} | headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.headers), answer.read().decode()
    finally:
        connection.close()


@contextmanager
def collector():
    """Somebody who takes spans, and all that was sent there."""
    sent = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self):
            sent.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server.server_port, sent
        server.shutdown()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


def test_a_server_shows_its_figures_on_a_port_of_their_own(folder, database_url):
    port = free_port()
    with served(folder, database_url, WEFT_METRICS=f"127.0.0.1:{port}") as server:
        asked(server.port, "/enter/a-secret-of-mine")
        status, _, page = asked(port, "/metrics")
        assert (status, asked(server.port, "/metrics")[0]) == (200, 404)
        assert server.ended() == 0
    assert 'weft_requests_total{method="GET",route="/enter/{token}"' in page
    assert 'weft_job_runs_total{ended="well",what="settle"}' in page
    assert "weft_database_up 1.0" in page
    assert "a-secret-of-mine" not in page


def test_jobs_alone_show_theirs_too(folder, database_url):
    port = free_port()
    with served(folder, database_url, "jobs", WEFT_METRICS=f"127.0.0.1:{port}"):
        assert 'weft_job_last_run_timestamp_seconds{what="settle"}' in asked(port, "/metrics")[2]


def test_a_port_for_figures_that_is_taken_is_named(folder, database_url):
    port = free_port()
    with served(folder, database_url, WEFT_METRICS=f"127.0.0.1:{port}"):
        other = weft(folder.with_name("other"), "", "serve", WEFT_METRICS=f"127.0.0.1:{port}", WEFT_PORT=f"{free_port()}")
    assert (other.returncode, "WEFT_METRICS" in other.stderr, len(other.stderr.splitlines())) == (1, True, 1)


def test_spans_reach_a_collector_and_carry_no_secret(folder, database_url):
    with collector() as (port, sent), served(folder, database_url, WEFT_OTEL=f"http://127.0.0.1:{port}") as server:
        asked(server.port, "/enter/a-secret-of-mine?also=in-the-query", Cookie="sid=my-cookie")
        asked(server.port, "/help")
        assert server.ended() == 0
    assert {path for path, _ in sent} == {"/v1/traces"}
    told = b"".join(body for _, body in sent)
    assert [one for one in (b"GET /enter/{token}", b"job settle", b"SELECT") if one not in told] == []
    assert [one for one in (b"a-secret-of-mine", b"in-the-query", b"my-cookie", b"/help", b"127.0.0.1") if one in told] == []


def test_an_answer_carries_the_id_of_its_line_in_the_log(folder, database_url):
    with served(folder, database_url, WEFT_LOG_FORMAT="json") as server:
        answer = asked(server.port, "/healthz", **{"x-request-id": "made-up-elsewhere"})
        asked(server.port, "/help")
        server.ended()
        lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    (line,) = [one for one in lines if one["event"] == "request"]
    assert set(line) == {"event", "level", "timestamp", "method", "route", "status", "ms", "request"}
    assert (line["route"], line["request"]) == ("/healthz", answer[1]["x-request-id"])
    assert all(one["job"] for one in lines if one["event"] == "job")


def test_logs_may_be_text_for_people(folder, database_url):
    with served(folder, database_url, WEFT_LOG_FORMAT="text") as server:
        asked(server.port, "/healthz")
        server.ended()
        (line,) = [one for one in server.log.read_text().splitlines() if "request" in one]
    assert "route=/healthz" in line
    assert not line.startswith("{")


def test_the_doctor_speaks_to_programs_too(folder, database_url):
    done = weft(folder, database_url, "doctor", "--json")
    found = json.loads(done.stdout)
    assert {frozenset(one) for one in found} == {frozenset({"is", "what", "what_to_do"})}
    assert {bool(one["what_to_do"]) for one in found if one["is"] == "look"} == {True}
    assert done.returncode == 1


def test_a_redis_that_is_away_is_found():
    with RedisService() as there:
        here = config.from_environment({"WEFT_REDIS": there.url})
        assert [one.word for one in doctor._redis(here)] == ["well"]
        there.goes()
        assert [one.word for one in doctor._redis(here)] == ["look"]
        there.comes()
    assert [*doctor._redis(config.from_environment({}))] == []


@pytest.mark.parametrize(
    "env",
    [
        {"WEFT_METRICS": "9464"},
        {"WEFT_METRICS": "127.0.0.1:many"},
        {"WEFT_METRICS": "0.0.0.0:9464"},
        {"WEFT_METRICS_TOKEN": "short"},
        {"WEFT_METRICS_TOKEN": "with a space in its middle"},
        {"WEFT_OTEL": "collector:4318"},
        {"WEFT_LOG_FORMAT": "xml"},
    ],
    ids=lambda env: "=".join(*env.items()),
)
def test_a_setting_that_would_show_too_much_or_nothing_is_refused(env):
    with pytest.raises(SettingsError, match=next(iter(env))):
        config.from_environment(env)


def test_beyond_this_machine_figures_are_shown_with_a_token():
    found = config.from_environment({"WEFT_METRICS": "0.0.0.0:9464", "WEFT_METRICS_TOKEN": TOKEN})
    assert (found.metrics, found.is_counted, TOKEN in repr(found)) == (("0.0.0.0", 9464), True, False)
