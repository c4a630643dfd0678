"""Contrast by WCAG 2.2, from OKLCH by the matrices of Björn Ottosson's "A perceptual color space for image processing"."""

import re
from math import cos, radians, sin

import pytest

from web.assets import STATIC

TOKENS = dict(
    re.findall(
        r"--([\w-]+): light-dark\((oklch\([^)]*\), oklch\([^)]*\))\);",
        (STATIC / "css" / "tokens.css").read_text(),
    )
)
WRITTEN = [
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "gold-ground"),
    ("ink", "ok-ground"),
    ("paper", "ink"),
    ("soft", "paper"),
    ("soft", "card"),
    ("soft", "gold-ground"),
    ("ok", "ok-ground"),
    ("soon", "soon-ground"),
    ("m1", "paper"),
    ("m1", "card"),
    ("on", "m1"),
    ("on", "m2-ground"),
    ("on", "m3"),
    ("on", "m4"),
    ("on", "m5"),
    ("on", "m6"),
    ("ink", "soon-ground"),
    ("ink", "rule"),
    ("soft", "ok-ground"),
    ("on-gold", "gold"),
]
DRAWN = [
    *((f"m{n}", ground) for n in range(1, 7) for ground in ("card", "paper")),
    *(("m1", ground) for ground in ("gold-ground", "ok-ground")),
    *((line, ground) for line in ("edge", "soft", "soon", "frayed") for ground in ("card", "paper")),
    ("card", "m2"),
    ("ink", "card"),
    ("paper", "ink"),
]
QUIET = {
    "gold": "it shines beside words and inside lines that stand out by themselves",
    "gold-ground": "a ground: what is written on it says what it is",
    "rule": "parts rows, edges buttons whose words say what they are, and is the ring's way that has not been gone yet",
}
"""What need not stand out from its ground, and why."""
USED = re.compile(r"^\s*([a-z-]+):([^;{]*var\(--[^;]*);", re.MULTILINE)
LINES = re.compile(r"(border|outline|stroke|fill)(-|$)")


def luminance(token, theme):
    lightness, chroma, hue = re.findall(r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)", TOKENS[token])[theme]
    a, b = (float(chroma) * turn(radians(float(hue))) for turn in (cos, sin))
    base = float(lightness) / 100
    long = (base + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (base - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (base - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return sum(share * min(max(light, 0), 1) for share, light in zip((0.2126, 0.7152, 0.0722), (red, green, blue), strict=True))


def contrast(one, other, theme):
    dark, light = sorted((luminance(one, theme), luminance(other, theme)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("pair", WRITTEN, ids="-on-".join)
def test_what_is_written_can_be_read(pair, theme):
    assert contrast(*pair, theme) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("pair", DRAWN, ids="-on-".join)
def test_what_is_drawn_can_be_told_from_its_ground(pair, theme):
    assert contrast(*pair, theme) >= 3


def uses(matches):
    """The tokens that the style sheets use in such declarations; a member's own colour is that of each member."""
    found = set()
    for path in (STATIC / "css").rglob("*.css"):
        for name, value in USED.findall(re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)):
            if matches(name):
                found |= set(re.findall(r"var\(--([\w-]+)", value))
    return ({*TOKENS} & found) | ({f"m{n}" for n in range(1, 7)} if "own" in found else set())


def test_every_colour_that_is_written_in_is_read_on_some_ground():
    assert uses(lambda name: name == "color") - {one for one, _ in WRITTEN} == set()


def test_every_colour_that_is_drawn_in_stands_out_from_some_ground():
    drawn = uses(lambda name: LINES.match(name) is not None)
    grounds = {ground for _, ground in WRITTEN}
    assert drawn - {one for one, _ in (*DRAWN, *WRITTEN)} - grounds - QUIET.keys() == set()


def test_every_ground_has_something_on_it_that_can_be_told_from_it():
    grounds = uses(lambda name: name in ("background", "background-color"))
    assert grounds - {ground for _, ground in (*WRITTEN, *DRAWN)} - QUIET.keys() == set()


def test_every_colour_is_held_against_another():
    assert TOKENS.keys() - {token for pair in (*WRITTEN, *DRAWN) for token in pair} == set()
    assert QUIET.keys() <= TOKENS.keys()


def test_the_members_are_none_of_them_an_alarm():
    for name in ("m1", "m2", "m3", "m4", "m5", "m6", "frayed"):
        assert all(float(chroma) < 0.15 for chroma in re.findall(r"% ([\d.]+)", TOKENS[name]))
