"""The bench itself runs; how fast Weft is, a shared machine does not say."""

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from server.db import Database
from server.store import bonds, weeks
from server.store import standing as parts
from tests import postgres
from tests.bench import jobs, push, sink, street
from tests.bench.__main__ import main

pytestmark = pytest.mark.slow


def test_every_check_in_of_a_small_bench_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check-ins"], small=True)
    told = capsys.readouterr().out
    databases = 2 if postgres.is_here() else 1
    assert told.count("### ") == 2 * databases + 1
    assert re.findall(r"share of errors \| (\S+) ", told) == ["0", "0"] * databases


def test_the_jobs_of_a_small_bench_run_within_memory_and_keep_nobody_out(capsys: pytest.CaptureFixture[str]) -> None:
    main(["jobs"], small=True)
    told = capsys.readouterr().out
    assert told.count("### ") == (5 if postgres.is_here() else 3)
    assert all(float(one) < 400 for one in re.findall(r"peak memory, MB \| (\S+) ", told))
    assert re.findall(r"share of errors \| (\S+) ", told) == ["0"]


def test_row_by_row_comes_to_what_the_jobs_come_to(tmp_path: Path) -> None:
    store = jobs.Files(tmp_path)
    jobs.build(store.empty(), 3)
    found = []
    for forms in (jobs.JOBS, {name: _whole(form) for name, form in jobs.BY_ROW.items()}):
        with jobs.opened(store.copy()) as database:
            assert all(form(database, jobs.DUE[name]) for name, form in forms.items())
            with database.read() as session:
                every = bonds.every(session)
                summaries = [one for bond in every for one in weeks.of_bond(session, bond.id)]
                found.append((parts.read(session, parts.parts(session)), summaries, [bond.next_review_at for bond in every]))
    assert found[0] == found[1]


def _whole(form: Callable[[Database, datetime, int], int]) -> Callable[[Database, datetime], int]:
    return lambda database, now: form(database, now, 10_000)


def test_today_of_a_small_bench_asks_four_things(capsys: pytest.CaptureFixture[str]) -> None:
    main(["today"], small=True)
    told = capsys.readouterr().out
    assert told.count("### ") == 3
    assert re.findall(r"statements of the page after \w+ \w+ \| (\S+) ", told) == ["4", "4"]


def test_a_server_of_a_small_bench_starts_and_holds_less_than_twice_and_a_half_of_the_bare_one(capsys: pytest.CaptureFixture[str]) -> None:
    main(["footprint"], small=True)
    told = capsys.readouterr().out
    assert told.count("### ") == 2
    assert re.findall(r"share of errors \| (\S+) ", told) == ["0"]
    assert all(float(one) < 2.5 for one in re.findall(r"at rest \(RSS\) \| (\S+) ", told))
    assert all(float(one) < 160 for one in re.findall(r"at rest, RSS \| (\S+) ", told))


def test_a_small_bench_loses_no_message_and_no_check_in_beside_them(capsys: pytest.CaptureFixture[str]) -> None:
    main(["push"], small=True)
    told = capsys.readouterr().out
    assert told.count("### ") == 3
    assert re.findall(r"share (?:that did not arrive once|of errors) \| (\S+) ", told) == ["0", "0", "0"]


def test_every_message_of_a_small_outbox_arrives_once_and_decrypts(tmp_path: Path) -> None:
    with sink.open_sink(tmp_path, keeps=True) as service:
        there = street.build(tmp_path, service, bonds=3, messages=60)
        sent = push.send(there, service, tmp_path / "copy")
        assert service.kept
        came = [(path, json.loads(there.phones[path].decrypt(body))) for path, body in sink.bodies(service.kept)]
    assert (sent.took.count, sent.astray) == (60, 0)
    assert Counter(path for path, _ in came) == there.waiting
    assert len({(path, said["notification"]["tag"]) for path, said in came}) == 60
