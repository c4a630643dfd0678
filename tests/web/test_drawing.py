"""The pictures that are shared, as they are drawn."""

import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from math import cos, radians, sin

import pytest
from PIL import Image

from web import drawing
from web.assets import STATIC
from web.drawing import lettering, sheet, strands
from web.gallery import pieces
from web.views import Picture

TOKENS = (STATIC / "css" / "tokens.css").read_text()
LIFE = "kkmkgkl"
WEEK = Picture(
    number="31",
    unit="small promises kept",
    sentence="Five more than the week before.",
    dates="16 – 22 November 2026",
    thread=pieces.thread(LIFE, "kaekwnf"),
)
RAYS = Picture(number="30", unit="in a row", sentence="Thirty times, as promised.", dates="", thread=pieces.thread("k" * 14), rays=True)


def pixels(picture):
    return Image.open(BytesIO(drawing.png(picture))).convert("RGB")


def rgb(colour):
    return tuple(int(colour[n : n + 2], 16) for n in (1, 3, 5))


def count(image, colour, box=None):
    part = image.crop(box) if box else image
    return sum(many for many, one in part.getcolors(1 << 24) if one == rgb(colour))


@pytest.mark.parametrize(
    "picture", [WEEK, RAYS, replace(WEEK, names="Noor & Sam"), replace(WEEK, thread=None)], ids=["week", "rays", "names", "bare"]
)
def test_a_picture_is_1080_by_1350_and_light(picture):
    assert pixels(picture).size == (1080, 1350)
    assert len(drawing.png(picture)) <= 200_000


def test_it_stands_on_paper_in_the_colours_of_the_app():
    image = pixels(WEEK)
    assert image.getpixel((3, 3)) == rgb(sheet.PAPER)
    across = (0, sheet.THREAD_AT - 120, 1080, sheet.THREAD_AT + 120)
    for colour in sheet.MEMBERS[:2]:
        assert count(image, colour, across) > 500, colour
    assert count(image, sheet.MEMBERS[0], (96, 200, 984, 520)) > 10_000


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("paper", sheet.PAPER),
        ("ink", sheet.INK),
        ("soft", sheet.SOFT),
        ("gold", sheet.GOLD),
        *((f"m{n}", one) for n, one in enumerate(sheet.MEMBERS, 1)),
    ],
)
def test_its_colours_are_the_light_ones_of_the_style_sheet(name, drawn):
    first = re.search(rf"--{name}: light-dark\((oklch\([^)]*\))", TOKENS)
    assert as_hex(first[1]) == drawn


def as_hex(token):
    """A light colour of the tokens in sRGB, by the matrices of Björn Ottosson's "A perceptual color space for image processing"."""
    lightness, chroma, hue = (float(one) for one in token.split("(")[1].split(")")[0].replace("%", "").split())
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness / 100 + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness / 100 - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness / 100 - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    light = (12.92 * one if one <= 0.0031308 else 1.055 * one ** (1 / 2.4) - 0.055 for one in linear)
    return "#" + "".join(f"{round(255 * min(max(one, 0), 1)):02x}" for one in light)


def test_a_name_is_drawn_and_nothing_else_changes():
    plain, named = pixels(WEEK), pixels(replace(WEEK, names="Noor & Sam"))
    names = (0, 1120, 1080, 1210)
    assert count(plain, sheet.INK, names) == 0
    assert count(named, sheet.INK, names) > 300
    for box in ((0, 0, 1080, 1120), (0, 1210, 1080, 1350)):
        assert plain.crop(box).tobytes() == named.crop(box).tobytes()


@pytest.mark.parametrize("names", ["W" * 80, "Noor & Sam", " & ".join(["Wilhelmina"] * 6)])
def test_names_of_any_length_stay_within_the_margins(names):
    image = pixels(replace(WEEK, names=names))
    for side in ((0, 1120, 90, 1210), (990, 1120, 1080, 1210)):
        assert image.crop(side).getcolors() == [(90 * 90, rgb(sheet.PAPER))]


@pytest.mark.parametrize("number", ["1", "7", "100", "10000"])
def test_a_long_number_fits_into_its_rays(number):
    wide = lettering.fitting(number, 210, lettering.BOLD, 380).getlength(number)
    assert wide <= 380
    assert pixels(replace(RAYS, number=number)).size == (1080, 1350)


def test_a_sentence_is_broken_into_even_lines_that_fit():
    face = lettering.font(64, lettering.BOLD)
    found = lettering.lines("Five more than the week before.", face, 888)
    assert [*found] == ["Five more than", "the week before."]
    assert " ".join(lettering.lines("one two three four five six seven eight nine ten", face, 400)).split()[-1] == "ten"


@pytest.mark.parametrize(("letter", "line"), [("k", "whole"), *((one, "thin") for one in "lamgewn"), ("f", "pale")])
def test_of_a_day_only_shows_that_it_was_kept(letter, line):
    assert [stroke.line for stroke in strands.strokes(pieces.thread(letter))] == [line]


@pytest.mark.parametrize("members", [1, 2, 3, 4])
def test_a_thread_has_a_strand_for_each(members):
    found = [*strands.strokes(pieces.thread(*["kkkk"] * members))]
    assert len({stroke.colour for stroke in found}) == members


def test_strands_lie_over_and_under_by_turns_where_both_days_are_whole():
    over = [
        (round(stroke.points[0][0] + strands.OVER), stroke.colour)
        for stroke in strands.strokes(pieces.thread("kkkkk", "kkkmk"))
        if stroke.over
    ]
    assert over == [(1, 2), (2, 1), (4, 1)]


def test_what_draws_is_loaded_with_the_first_picture_alone():
    seen = "import sys, server.app; print('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.parametrize(
    ("text", "can"), [("Noor & Sam", True), ("Zoë Ñandú Łukasz", True), ("Юля", True), ("サム", False), ("نور", False), ("", True)]
)
def test_what_has_no_letter_is_known(text, can):
    assert drawing.can_write(text) is can
