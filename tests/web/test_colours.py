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
]
DRAWN = [*((f"m{n}", "card") for n in range(1, 7)), ("edge", "paper"), ("edge", "card"), ("card", "m2")]


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


def test_the_members_are_none_of_them_an_alarm():
    for name in ("m1", "m2", "m3", "m4", "m5", "m6", "frayed"):
        assert all(float(chroma) < 0.15 for chroma in re.findall(r"% ([\d.]+)", TOKENS[name]))
