"""Spans hold words of ours alone."""

import json

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from server.db import timing
from server.watching.traces import Traced, tracing

ALLOWED = {"http.request.method", "http.route", "http.response.status_code", "weft.request"}


@pytest.fixture
def exporter():
    return InMemorySpanExporter()


@pytest.fixture
def traced(exporter, database, database_url):
    """Tracing of this test's own database, and all spans once it has ended."""
    with tracing("http://127.0.0.1:9", "0", exporter) as found:
        timing.watch_statements(database, found)
        yield found


def told(exporter, found):
    found.provider.force_flush()
    return exporter.get_finished_spans()


def test_nothing_of_anybody_is_in_a_span(walk, traced, exporter):
    planted = walk(lambda app: Traced(app, traced))
    spans = told(exporter, traced)
    written = "\n".join(f"{one.to_json()} {one.status.description}" for one in spans)
    assert [word for word in planted if word in written] == []
    assert {name for one in spans for name in one.attributes} == ALLOWED
    assert [event for one in spans for event in one.events] == []


def test_a_span_is_named_by_its_route(walk, traced, exporter):
    walk(lambda app: Traced(app, traced))
    spans = [one for one in told(exporter, traced) if one.parent is None]
    names = {one.name for one in spans}
    assert {
        "GET /",
        "POST /api/v1/check-ins",
        "GET /promises/{promise_id}",
        "GET /enter/{token}",
        "GET /calendar/{name}",
        "GET",
        "other",
    } <= names
    (taken,) = [one for one in spans if one.attributes["http.response.status_code"] == 201]
    assert (taken.name, len(taken.attributes["weft.request"])) == ("POST /api/v1/check-ins", 12)


def test_statements_are_spans_within_what_runs_them(walk, traced, exporter):
    walk(lambda app: Traced(app, traced))
    spans = told(exporter, traced)
    names = {one.context.span_id: one.name for one in spans}
    within = {(names[one.parent.span_id], one.name.split()[0]) for one in spans if one.parent}
    assert ("GET /promises/{promise_id}", "SELECT") in within
    assert any("promises" in one.name for one in spans if one.parent)


def test_what_fails_is_said_to_have_failed_and_not_how(traced, exporter):
    with pytest.raises(ValueError, match="orchids"), traced.span("job settle"):
        raise ValueError("orchids")
    (span,) = told(exporter, traced)
    assert json.loads(span.to_json())["status"] == {"status_code": "ERROR"}
    assert "orchids" not in span.to_json()


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("SELECT promises.id FROM promises JOIN promise_terms ON true WHERE title = 'Orchids'", "SELECT promises promise_terms"),
        ("BEGIN; SET LOCAL weft.members = '{0190-noor}'", "other members"),
        ("insert into events values (1)", "INSERT events"),
        ("", "other"),
    ],
)
def test_a_statement_is_told_by_its_verb_and_tables(statement, name):
    assert timing.named(statement) == name
