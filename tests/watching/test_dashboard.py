"""What the dashboard and the alerts ask for is there, and docs/watching.md says what to do."""

import json
import re

import yaml

from server.cli import watching
from tests.architecture.code import ROOT

NAME = re.compile(r"\b((?:weft|process|python_gc)_[a-z0-9_]+)\b")
LABELS = re.compile(r"([a-z_0-9]+)\{([^}]*)\}")
FROM_OUTSIDE = {"job", "instance"}
"""Labels that Prometheus itself gives each server."""


def dashboard():
    return [target["expr"] for panel in board()["panels"] for target in panel["targets"]]


def board():
    return json.loads((ROOT / "deploy" / "grafana" / "weft.json").read_text())


def rules():
    return [rule for group in yaml.safe_load((ROOT / "deploy" / "alerts.yaml").read_text())["groups"] for rule in group["rules"]]


def shown(metrics):
    """Every series of a server's figures by its name, with its labels."""
    found = {}
    for family in metrics.registry.collect():
        names = {family.name, *(f"{family.name}{end}" for end in ends(family))}
        labels = {label for sample in family.samples for label in sample.labels}
        for name in names:
            found.setdefault(name, set()).update(labels)
    return found


def ends(family):
    return {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(family.type, [])


def test_every_figure_that_is_asked_for_exists(metrics, watched):
    watching.Watching(metrics).around(watched)
    there = set(shown(metrics))
    asked = {name for text in [*dashboard(), *(rule["expr"] for rule in rules())] for name in NAME.findall(text)}
    assert asked - there == set()


def test_every_label_that_is_asked_for_exists(walk, metrics, watched):
    watching.Watching(metrics).around(watched)
    walk()
    metrics.pushed(201, "sent")
    metrics.ran("settle", 0.1, failed=True)
    there = shown(metrics)
    for text in [*dashboard(), *(rule["expr"] for rule in rules())]:
        for name, labels in LABELS.findall(text):
            asked = set(re.findall(r"(\w+)(?:=|!=|=~|!~)\"", labels))
            assert asked - FROM_OUTSIDE <= there.get(name, set()), text
        grouped = {label.strip() for labels in re.findall(r"by \(([^)]*)\)", text) for label in labels.split(",")}
        assert grouped - FROM_OUTSIDE <= set().union(*there.values()), text


def test_every_figure_of_ours_stands_on_the_dashboard(metrics, watched):
    watching.Watching(metrics).around(watched)
    asked = {name for text in dashboard() for name in NAME.findall(text)}
    ours = {family.name for family in metrics.registry.collect() if family.name.startswith("weft_")}
    assert {name for name in ours if not any(one.startswith(name) for one in asked)} == set()


def test_the_panels_lie_side_by_side():
    places = [one["gridPos"] for one in board()["panels"]]
    cells = [(x, y) for at in places for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    assert len({one["id"] for one in board()["panels"]}) == len(places)


def test_of_each_alert_the_page_says_what_to_do():
    page = (ROOT / "docs" / "watching.md").read_text()
    documented = re.findall(r"^\| `(Weft\w+)` \|.+\|.+\|$", page, re.MULTILINE)
    assert documented == [rule["alert"] for rule in rules()]
    assert {rule["labels"]["severity"] for rule in rules()} == {"page", "ticket"}
    assert all(rule["annotations"]["summary"] for rule in rules())
