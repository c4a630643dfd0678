"""Nothing is scored against a person: no colour of alarm, no count that grows with misses, no comparison (SAFETY.md 5)."""

import re
from typing import Any

import pytest
from sqlalchemy import Float, Integer

from server.app import create_app
from server.db.tables import metadata
from tests.architecture import code
from web.assets import STATIC

ALARM_HUES = range(10, 50)
QUIET_ENOUGH = 0.121
"""Chroma: the terracotta of the second member's strand, which is a person's colour and tells of nothing that happened."""
GROWS_WITH_MISSES = re.compile(r"miss|broke|fail|late_count|silence")
OF_ONE_DAY = "bond_days.broke"
"""How many of a bond's promises broke on one day, whosever they are: whether that day is woven is folded from it."""
OF_A_PROMISE = "streaks.score"
"""What a promise's consistency is made of (RULES 5), which nobody is compared by."""
RANKS = re.compile(r"rank|score|rating|reliab|trust|place_in|better|worse|leader|level|points|badge")
COLOURS = re.findall(r"--([\w-]+): light-dark\((oklch\([^)]*\)), (oklch\([^)]*\))\);", (STATIC / "css" / "tokens.css").read_text())


@pytest.fixture
def shapes(desk: Any) -> dict[str, Any]:
    """The shapes of the API by name, with their properties."""
    found = create_app(desk).openapi_schema.to_schema()["components"]["schemas"]
    return {name: shape.get("properties", {}) for name, shape in found.items()}


def test_no_colour_is_one_of_alarm() -> None:
    loud = []
    for token, *both in COLOURS:
        for written in both:
            chroma, hue = (float(one) for one in written[6:-1].split()[1:3])
            if int(hue) in ALARM_HUES and chroma > QUIET_ENOUGH:
                loud.append(token)
    assert len(COLOURS) > 20
    assert loud == []


def test_what_frayed_is_drawn_more_quietly_than_what_held() -> None:
    chroma = {token: max(float(one[6:-1].split()[1]) for one in both) for token, *both in COLOURS}
    assert chroma["frayed"] < chroma["ok"] / 1.5


def test_every_colour_of_a_style_is_a_token() -> None:
    literal = re.compile(r":[^;{]*(#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(|\b(?:red|crimson|orange|tomato)\b)", re.IGNORECASE)
    found = {path for path in code.paths("web/static/css", suffixes=(".css",)) if literal.search(code.text(path)) and "tokens" not in path}
    assert found <= {"web/static/css/pages/us.css", "web/static/css/together/print.css"}, "dark on light for scanners, black on paper"


def test_no_column_counts_misses() -> None:
    columns = [column for table in metadata.sorted_tables for column in table.columns]
    numbers = [one for one in columns if isinstance(one.type, Integer | Float)]
    assert len(numbers) > 10
    assert [f"{one}" for one in numbers if GROWS_WITH_MISSES.search(one.name)] == [OF_ONE_DAY]
    assert [f"{one}" for one in columns if RANKS.search(one.name)] == [OF_A_PROMISE]


def test_the_api_counts_misses_of_one_week_only(shapes: dict[str, Any]) -> None:
    counted = {(name, one) for name, properties in shapes.items() for one in properties if GROWS_WITH_MISSES.search(one)}
    assert {shape for shape, _ in counted} <= {shape for shape, _ in _of_weeks(shapes)}
    assert {(name, one) for name, properties in shapes.items() for one in properties if RANKS.search(one)} == set()


def _of_weeks(shapes: dict[str, Any]) -> set[tuple[str, str]]:
    """What a shape of the week, and of nothing longer, holds."""
    return {(name, one) for name, properties in shapes.items() for one in properties if {"due", "told_ahead"} <= properties.keys()}
