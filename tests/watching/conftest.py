from contextlib import ExitStack
from dataclasses import replace

import pytest
from litestar.testing import TestClient

from server import config, logs
from server.cli import watching
from tests import make

TOKEN = "a-token-of-the-operator"
ORCHIDS = "Water the orchids"


@pytest.fixture
def settings(tmp_path):
    return config.from_environment({"WEFT_DATA": str(tmp_path), "WEFT_METRICS_TOKEN": TOKEN})


@pytest.fixture
def metrics(settings, database, clock, database_url):  # a database that nobody else is lent afterwards
    """All figures of a server on this test's own database."""
    return watching.counted(settings, database, clock)


@pytest.fixture
def figure(metrics):
    """Reads one figure."""
    return lambda name, **labels: metrics.registry.get_sample_value(name, labels)


@pytest.fixture
def watched(desk, metrics, settings, build):
    """The application, counted."""
    return build(replace(desk, watch=metrics, settings=settings))


@pytest.fixture
def enter(watched, metrics, desk):
    """Lets somebody in, or nobody, as people come: past the log and the figures."""
    with ExitStack() as stack:

        def enter(member=None, around=lambda app: app):
            client = stack.enter_context(TestClient(watched))
            client.app = logs.RequestLog(around(watched), metrics)
            client.base_url = "http://localhost:8000"
            client.headers["sec-fetch-site"] = "same-origin"
            return make.sign_in(client, desk, member) if member else client

        yield enter


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def promise(database, couple):
    with database.write() as session:
        return make.promise(session, couple.noor, ORCHIDS)


@pytest.fixture
def walk(enter, couple, promise):
    """What people do, with something to find in every place where something could be written down; returns what may be found nowhere."""

    def walk(around=lambda app: app):
        noor = enter(couple.noor, around)
        address = {"user-agent": "Noors-Own-Phone", "x-forwarded-for": "198.51.100.7", "traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"}
        body = {"id": str(make.ids.new()), "promise": str(promise.id), "kind": "kept", "at": f"{make.NOW:%Y-%m-%dT%H:%M:%SZ}"}
        answers = [
            noor.get("/", headers=address),
            noor.post("/api/v1/check-ins", json=body),
            noor.post("/api/v1/check-ins", json=body),
            noor.post("/api/v1/check-ins", json=body | {"id": str(make.ids.new()), "promise": str(make.ids.new())}),
            noor.post("/api/v1/check-ins", content=b"secret-words-that-cannot-be-read", headers={"content-type": "application/json"}),
            noor.get(f"/promises/{promise.id}"),
            noor.get("/search?q=orchids-in-the-query"),
            noor.get("/enter/a-secret-in-the-path", follow_redirects=False),
            noor.get("/calendar/another-secret.ics"),
            noor.get("/there/is/no-such-page"),
            noor.request("ORCHIDS", "/"),
            noor.get("/help"),
        ]
        assert [one.status_code for one in answers[1:4]] == [201, 200, 404]
        planted = (
            "orchids",
            "Orchids",
            "ORCHIDS",
            "Noor",
            "Sam",
            "secret",
            "no-such-page",
            "198.51",
            "testclient",
            "abababab",
            "help",
            TOKEN,
        )
        return [*planted, *noor.cookies.values(), body["id"], *(str(one.id) for one in (promise, couple.bond, couple.noor, couple.sam))]

    return walk
