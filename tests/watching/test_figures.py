"""What is counted, who may ask for it, and that nobody is in it."""

import re
from dataclasses import replace
from datetime import timedelta
from http.client import HTTPConnection

import pytest

from jobs import outbox, schedule
from jobs.schedule import JOBS, Job, Means
from server.domain.errors import TooBusyError
from server.gathering import MOST_OF_ONE, Gatherer
from server.store import health
from server.watching.listening import is_allowed, listening
from tests import make
from tests.push import outbox as pushing
from tests.push import rows
from tests.pushservice import Answer
from tests.served import free_port
from tests.watching.conftest import TOKEN

LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
WORDS = {"what": {one.name for one in JOBS}, "became": {"taken", "known", "refused", "failed", "crowded"}}
BEARER = {"authorization": f"Bearer {TOKEN}"}


def test_nothing_of_anybody_is_in_the_figures(walk, metrics, figure):
    planted = walk()
    page = metrics.page().decode()
    assert [word for word in planted if word in page] == []
    assert figure("weft_requests_total", method="GET", route="/enter/{token}", status="200") == 1
    assert figure("weft_requests_total", method="GET", route="", status="404") == 1


def test_a_label_is_a_word_of_ours_or_a_template(walk, metrics, watched):
    walk()
    templates = {"", *(route.path_format for route in watched.routes)}
    for name, value in LABEL.findall(metrics.page().decode()):
        allowed = {"route": templates, **WORDS}.get(name)
        assert allowed is None or value in allowed, (name, value)
        assert name in {"route", "method", "status", "le", "what", "became", "answer", "ended", "version", "generation"}


def test_check_ins_are_counted_by_what_became_of_them(walk, figure):
    walk()
    found = {became: figure("weft_check_ins_total", became=became) for became in ("taken", "known", "refused", "failed", "crowded")}
    assert found == {"taken": 1, "known": 1, "refused": 1, "failed": 0, "crowded": 0}
    assert figure("weft_check_in_seconds_count") == figure("weft_gathered_sum") == 3
    assert figure("weft_commit_seconds_count") >= 3


def test_check_ins_of_a_batch_are_counted_too(enter, couple, promise, figure):
    taps = [
        {"id": str(make.ids.new()), "promise": str(promise.id), "kind": "kept", "at": f"{make.NOW:%Y-%m-%dT%H:%M:%SZ}"} for _ in range(3)
    ]
    assert enter(couple.noor).post("/api/v1/check-ins/batch", json={"check_ins": taps}).status_code == 200
    assert figure("weft_check_ins_total", became="taken") + figure("weft_check_ins_total", became="refused") == 3


def test_whom_the_queue_turns_away_is_counted(database, clock, metrics, promise, figure):
    gatherer = Gatherer(database, clock, metrics)
    gatherer._is_open = True
    for _ in range(MOST_OF_ONE):
        gatherer.submit(make.tap(promise))
    with pytest.raises(TooBusyError):
        gatherer.submit(make.tap(promise))
    assert (gatherer.waiting, figure("weft_check_ins_total", became="crowded")) == (MOST_OF_ONE, 1)


def test_what_push_services_answer_is_counted(database, clock, tmp_path, metrics, couple, figure):
    with pushing.opened(database, clock, tmp_path) as post:
        phones = [post.phone(couple.sam) for _ in range(2)]
        phones[0].answers = [Answer(410)]
        post.keep_word(couple.noor)
        clock.at += timedelta(minutes=20)
        assert (figure("weft_outbox_waiting"), figure("weft_phones")) == (2, 2)
        assert figure("weft_outbox_oldest_seconds") > 0
        outbox.deliver(database, post.sender, clock, watch=metrics)
    counted = (figure("weft_pushes_total", answer="2xx", became="sent"), figure("weft_pushes_total", answer="4xx", became="dropped"))
    assert (sorted(rows.states(database)), counted) == (["dropped", "sent"], (1, 1))
    assert (figure("weft_outbox_waiting"), figure("weft_outbox_oldest_seconds"), figure("weft_phones")) == (0, 0, 1)


def test_jobs_are_counted_and_lateness_shows(database, clock, tmp_path, metrics, figure):
    def fails(_):
        raise OSError

    means = Means(database, clock, None, tmp_path, metrics)
    with database.write() as session:
        for job in (Job("settle", timedelta(seconds=15), lambda _: 3), Job("remind", timedelta(seconds=30), fails)):
            health.note_run(session, schedule.run(job, means))
    clock.at += timedelta(minutes=11)
    assert (figure("weft_job_runs_total", what="settle", ended="well"), figure("weft_job_runs_total", what="remind", ended="failed")) == (
        1,
        1,
    )
    assert (figure("weft_job_failing", what="settle"), figure("weft_job_failing", what="remind")) == (0, 1)
    assert (figure("weft_job_last_count", what="settle"), figure("weft_job_late_seconds", what="settle")) == (3, 600)
    assert figure("weft_job_last_run_timestamp_seconds", what="nudge") == 0


def test_while_the_database_is_away_the_rest_still_shows(database, metrics, figure, monkeypatch, clock):
    monkeypatch.setattr(type(database), "read", away)
    assert (figure("weft_database_up"), figure("weft_outbox_waiting")) == (0, None)
    assert figure("process_start_time_seconds") > 0


def away(_):
    from sqlalchemy.exc import TimeoutError as WaitedError

    raise WaitedError


@pytest.mark.parametrize(
    "sent", [{}, {"authorization": "Bearer another-token-of-16"}, {"authorization": TOKEN}, {"authorization": f"Basic {TOKEN}"}]
)
def test_for_whoever_has_no_token_there_is_no_such_page(enter, couple, sent):
    for member in (None, couple.noor):
        client = enter(member)
        found = client.get("/metrics", headers=sent)
        assert (found.status_code, "There is no such page" in found.text) == (404, True)
        assert client.get(f"/metrics?token={TOKEN}", headers=sent).status_code == 404


def test_who_has_the_token_is_shown_the_figures_and_nothing_else(enter, database):
    client = enter()
    found = client.get("/metrics", headers=BEARER)
    assert (found.status_code, found.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert "weft_requests_total" in found.text
    assert client.get("/api/v1/me", headers=BEARER).status_code == 401


def test_without_a_token_in_the_settings_the_page_is_nowhere(desk, metrics, build, open_client):
    build(replace(desk, watch=metrics))
    assert open_client().get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_its_own_port_shows_figures_on_one_path_alone(settings, metrics):
    port = free_port()
    with listening(replace(settings, metrics=("127.0.0.1", port), metrics_token=""), metrics):
        assert asked(port, "GET", "/metrics")[0] == 200
        assert [asked(port, *how)[0] for how in (("GET", "/"), ("POST", "/metrics"), ("GET", "/metrics/"))] == [404] * 3
    with pytest.raises(ConnectionRefusedError):
        asked(port, "GET", "/metrics")


def test_its_own_port_asks_for_the_token_where_there_is_one(settings, metrics):
    port = free_port()
    with listening(replace(settings, metrics=("127.0.0.1", port)), metrics):
        assert asked(port, "GET", "/metrics")[0] == 404
        status, page = asked(port, "GET", "/metrics", **BEARER)
        assert (status, b"weft_build" in page) == (200, True)


def asked(port, method, path, **headers):
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("given", "allowed"), [(f"Bearer {TOKEN}", True), (f"bearer {TOKEN} ", True), ("Bearer ", False), ("Bearer é", False)]
)
def test_the_token_is_compared_whole(given, allowed):
    assert is_allowed(given, TOKEN) is allowed
