import io
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from jobs import replay
from server import cli
from tests.naive import fold
from tests.naive.histories import histories, history

HISTORIES = sorted((Path(__file__).parent.parent / "replay").glob("*.jsonl"))
EXAMPLE = next(path for path in HISTORIES if path.stem == "example")
WHY = re.compile(r'(?<="why": )".*"$', re.MULTILINE)
AS_MANY = max(settings().max_examples // 16, 1)
"""Six told anew each time; `pytest tests/jobs/test_replay.py --hypothesis-profile=long` asks for two hundred."""


def without_why(text: str) -> str:
    return WHY.sub('""', text)


def document(found: dict[str, Any]) -> dict[str, Any]:
    """What both readings must agree on: all but the wording of refusals."""
    refused = [{"line": one["line"], "status": one["status"]} for one in found["refused"]]
    return {**found, "refused": refused}


def refused(*lines: str) -> list[tuple[int, int]]:
    return [(one["line"], one["status"]) for one in replay.replay(lines)["refused"]]


def written(lines: Iterable[dict[str, Any]]) -> list[str]:
    return [json.dumps(line) for line in lines]


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_a_history_comes_to_what_the_rules_make_of_it(path):
    lines = path.read_text().splitlines()
    found = replay.replay(lines)
    assert without_why(replay.as_text(found)) == without_why(path.with_suffix(".json").read_text())
    assert document(fold.replay(lines)) == document(found)


def test_every_history_says_what_its_lines_are_there_for():
    readme = (EXAMPLE.parent / "README.md").read_text()
    assert [path.stem for path in HISTORIES if f"## {path.stem}\n" not in readme] == []


def test_the_same_history_gives_the_same_bytes_in_another_process():
    command = [sys.executable, "-c", "import sys; from server import cli; sys.exit(cli.main(['replay', sys.argv[1]]))", str(EXAMPLE)]
    again = subprocess.run(command, check=True, capture_output=True, env={"PYTHONHASHSEED": "7"}, cwd=EXAMPLE.parent.parent.parent)
    assert again.stdout == EXAMPLE.with_suffix(".json").read_bytes()
    assert again.stderr == b""


def test_a_history_can_come_from_standard_input(monkeypatch, capsysbinary):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(EXAMPLE.read_bytes())))
    assert cli.main(["replay", "-"]) == 0
    assert capsysbinary.readouterr().out == EXAMPLE.with_suffix(".json").read_bytes()


def test_a_history_that_is_not_there_is_said_so(tmp_path, capsys):
    assert cli.main(["replay", str(tmp_path / "none.jsonl")]) == 1
    assert "none.jsonl" in capsys.readouterr().err


def test_no_line_is_no_history():
    assert replay.replay([]) == {"now": None, "promises": {}, "bonds": {}, "milestones": [], "refused": []}


TICK = '{"now": "2026-03-20T08:00:00Z", "do": "tick"}'


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "null",
        "7",
        '"tick"',
        pytest.param("[" * 100_000, id="very deep"),
        '{"now": "2026-03-20T08:00:00Z", "do": "member", "id": "\\ud800", "name": "N", "zone": "UTC"}',
        '{"now": "2026-03-20T08:00:00Z", "do": "tick", "now": "soon"}',
        '{"now": "2026-03-20T08:00:00Z"}',
        '{"now": "2026-03-20T08:00:00Z", "do": "__class__"}',
        '{"now": "0001-01-01T00:00:00Z", "do": "tick"}',
        '{"now": "9999-12-31T23:59:59Z", "do": "tick"}',
        '{"now": "0001-01-01T00:00:00+14:00", "do": "tick"}',
        '{"now": "2026-03-20T08:00:60Z", "do": "tick"}',
        '{"now": "2026-03-20 08:00:00", "do": "tick"}',
        '{"now": 1774000000, "do": "tick"}',
        '{"now": "2026-03-20T07:59:59Z", "do": "tick"}',
    ],
)
def test_a_line_that_makes_no_sense_is_refused_and_the_others_stand(line):
    assert refused(TICK, line, TICK) == [(2, 422)]


def test_blank_lines_are_passed_over_but_counted():
    assert refused("", TICK, "  ", "\n", "x") == [(5, 422)]


def test_what_makes_no_sense_is_refused_before_anybody_is_looked_for():
    pause = {"now": "2026-03-20T12:00:00Z", "do": "pause", "member": "nobody", "from": "2026-03-22", "until": "2026-03-20"}
    assert refused(json.dumps(pause)) == [(1, 422)]


def test_a_refused_line_changes_nothing():
    lines = EXAMPLE.read_text().splitlines()
    wrong = '{"now": "%s", "do": "check_in", "id": "wrong", "by": "eve", "promise": "call", "kind": "kept"}'
    woven = [text for line in lines for text in (line, wrong % json.loads(line)["now"])]
    found = replay.replay(woven)
    assert {one["status"] for one in found.pop("refused")} == {404, 403}
    expected = replay.replay(lines)
    expected.pop("refused")
    assert found == expected


def test_what_turns_on_the_instant_of_a_line_is_looked_at_after_it():
    """Silence of the 2nd closes when the word of the 5th is taken back: there were never three in a row."""
    at = {"now": "2026-03-02T08:00:00Z"}
    said = [
        {**at, "do": "member", "id": "noor", "name": "Noor", "zone": "UTC", "day_start": "00:00"},
        {
            **at,
            "do": "promise",
            "id": "read",
            "by": "noor",
            "title": "Read",
            "area": "self",
            "rule": "FREQ=DAILY",
            "starts_on": "2026-03-02",
        },
    ]
    tap = {"do": "check_in", "by": "noor", "promise": "read"}
    said += [{**tap, "now": f"2026-03-0{day}T20:00:00Z", "id": f"{day}", "kind": "kept"} for day in (3, 4, 5)]
    said += [{**tap, "now": "2026-03-06T00:00:00Z", "id": "6", "kind": "undo", "target": "5"}]
    found = replay.replay(written(said))
    assert (found["promises"]["read"]["current"], found["milestones"], found["refused"]) == (2, [], [])


@pytest.mark.parametrize("seed", [3, 24, 57, 141])
def test_a_told_history_comes_to_the_same_in_the_naive_reading(seed):
    lines = written(history(seed, 70))
    assert document(replay.replay(lines)) == document(fold.replay(lines))


@settings(max_examples=AS_MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories(max_size=60))
def test_any_history_comes_to_the_same_in_the_naive_reading(lines):
    assert document(replay.replay(written(lines))) == document(fold.replay(written(lines)))
