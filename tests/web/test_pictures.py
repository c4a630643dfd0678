import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from web import pictures
from web.gallery import pieces
from web.views import Course, Month, Ring, YearView


def drawn(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def test_a_thread_says_in_words_what_it_shows():
    svg = drawn(pictures.thread(pieces.thread("kkm", "kkk")))
    assert svg.attrib["role"] == "img"
    assert svg.findtext("title") == "The last 3 days, a strand for each of you."
    assert svg.findtext("desc") == "you: 2 kept, 1 missed. Sam: 3 kept."


@pytest.mark.parametrize("members", [1, 2, 3, 4])
def test_a_thread_has_a_strand_for_every_member(members):
    svg = drawn(pictures.thread(pieces.thread(*["kkkk"] * members)))
    assert len(svg.findall("g")) == members


def test_two_strands_mirror_each_other_and_a_third_runs_between():
    def tops(*rows):
        svg = drawn(pictures.thread(pieces.thread(*rows)))
        return [float(re.search(r"C\S+ (\S+)", group[0].attrib["d"])[1]) - 28 for group in svg.findall("g")]

    assert sum(tops("k", "k")) == pytest.approx(0)
    assert tops("k", "k", "k")[1] == 0


@pytest.mark.parametrize(
    ("letter", "line"),
    [("k", "whole"), ("l", "dotted"), ("a", "dashed"), ("e", "dashed"), ("f", "pale"), ("w", "open"), ("n", "thin"), ("m", "whole")],
)
def test_a_day_is_drawn_as_it_stands(letter, line):
    path = drawn(pictures.thread(pieces.thread(letter))).find("g/path")
    assert path.attrib["class"] == f"s {line}"


def test_a_missed_day_has_two_loose_ends_and_a_mended_one_a_gold_stitch():
    assert drawn(pictures.thread(pieces.thread("m"))).find("g/path").attrib["d"].count("q") == 2
    assert [path.attrib["class"] for path in drawn(pictures.thread(pieces.thread("g"))).findall("g/path")] == ["s whole", "s gold"]


def test_neighbouring_days_meet_at_their_knot():
    d = drawn(pictures.thread(pieces.thread("kkkk"))).find("g/path").attrib["d"]
    ends = [(re.match(r"(\S+)", part)[1], re.search(r"(\S+) \S+$", part)[1]) for part in d.split("M")[1:]]
    assert all(before[1] == after[0] for before, after in pairwise(ends))


def test_a_name_cannot_break_out_of_a_picture():
    view = pieces.thread("k")
    hostile = "<script>alert(1)</script>"
    assert hostile not in pictures.thread(type(view)(summary=hostile, strands=view.strands))


@pytest.mark.parametrize(("progress", "length"), [(0.5, 84.8), (1, 169.6), (2, 169.6)])
def test_the_gold_of_a_ring_is_the_way_to_the_next_milestone(progress, length):
    gold = drawn(pictures.ring(Ring(progress=progress))).find("circle[@class='progress']")
    assert float(gold.attrib["stroke-dasharray"].split()[0]) == pytest.approx(length, abs=0.1)


def test_a_ring_without_progress_has_no_gold():
    assert drawn(pictures.ring(Ring(progress=0))).find("circle[@class='progress']") is None


def test_a_bar_stays_within_its_track():
    assert [drawn(pictures.bar(share))[1].attrib["width"] for share in (-3, 40, 130)] == ["0%", "40%", "100%"]


def test_a_year_draws_each_day_once():
    svg = drawn(pictures.year(pieces.YEAR))
    cells = sum(path.attrib["d"].count("M") for path in svg.iter("path"))
    assert (len(svg), cells) == (2, 364)
    assert svg.attrib["aria-label"].startswith("The last year: 203 days kept")


def test_a_year_that_has_just_begun_can_be_drawn():
    view = YearView(summary="One week.", colour=1, weeks=(pieces.days("kkkkkkf"),), months=(), twin=())
    assert len(drawn(pictures.year(view))) == 1


def month(*days, begins=0):
    return drawn(pictures.month(Month(name="Oct", begins=begins, days=days, text="October. you: 2 kept."), (1, 2)))


def stripes(svg):
    """Where each stripe of a member's state is: left, top, width, height."""
    box = re.compile(r"M(\S+) (\S+)h(\S+)v(\S+)h\S+z")
    return {path.attrib["class"]: [tuple(map(float, one)) for one in box.findall(path.attrib["d"])] for path in svg.findall("path")}


def test_a_month_says_in_words_what_it_shows_and_begins_on_its_weekday():
    svg = month(None, ("kept", "kept"), begins=6)
    assert (svg.attrib["role"], svg.findtext("title"), svg.findtext("text")) == ("img", "October. you: 2 kept.", "Oct")
    assert stripes(svg)["ground"] == [(0, 25, 9, 9)]


def test_a_day_is_shared_by_whose_it_is():
    found = stripes(month(("kept", "kept"), ("kept", "none"), ("none", "future")))
    assert found["m1 is-kept"] == [(0, 14, 4.5, 9), (11, 14, 9, 9)]
    assert found["m2 is-kept"] == [(4.5, 14, 4.5, 9)]
    assert len(found["ground"]) == 3


def test_a_day_of_a_calendar_shows_without_colour_how_it_stands():
    found = stripes(month(("late", "none"), ("missed", "none"), ("waiting", "none"), ("mended", "none")))
    heights = {name: boxes[0][3] for name, boxes in found.items()}
    assert heights == {"ground": 9, "m1 is-late": 4.5, "m1 is-missed": 8, "m1 is-waiting": 2.25, "m1 is-mended": 9}


def course(*points):
    return drawn(pictures.course(Course(name="Noor", colour=2, points=points, value="80 %", text="Noor: 40 % one week ago, 80 % now.")))


def test_a_course_rises_from_foot_to_top_and_says_it_in_words():
    svg = course(0, 50, 100)
    assert (svg.findtext("title"), svg.attrib["class"]) == ("Noor: 40 % one week ago, 80 % now.", "course m2")
    assert [path.attrib["d"] for path in svg.findall("path")] == ["M0 3h100", "M0.0 27.0L50.0 15.0L100.0 3.0", "M100.0 3.0h0"]


def test_weeks_of_which_nothing_is_known_leave_the_line_as_it_is():
    line, now = (path.attrib["d"] for path in course(None, 40, None, 80, None).findall("path")[1:])
    assert (line, now) == ("M25.0 17.4L75.0 7.8", "M75.0 7.8h0")


def test_a_long_number_fits_into_its_burst():
    sizes = [int(drawn(pictures.burst(number, "kept in all")).find("text").attrib["font-size"]) for number in ("30", "10000")]
    assert sizes == [64, 48]
    assert len(drawn(pictures.burst("30", "in a row")).findall("g/path")) == 36


def test_a_qr_code_keeps_a_quiet_zone_of_four_modules():
    svg = drawn(pictures.qr(((1, 0), (0, 1))))
    assert svg.attrib["viewBox"] == "0 0 10 10"
    assert svg[1].attrib["d"] == "M4 4h1v1h-1zM5 5h1v1h-1z"
