from collections import Counter

import pytest

from tests.web.pages import NAMES, html, read
from web.filters import TEMPLATES
from web.gallery import SAMPLES


@pytest.mark.parametrize("name", NAMES)
def test_a_page_carries_nothing_that_its_content_policy_refuses(name):
    page = read(name)
    assert not page.all("style")
    assert all("src" in script for script in page.all("script"))
    for tag, attributes in page.elements:
        for attribute, value in attributes.items():
            assert attribute != "style", tag
            assert not attribute.startswith(("on", "hx-on")), (tag, attribute)
            assert "js:" not in value, (tag, attribute)


@pytest.mark.parametrize("name", NAMES)
def test_every_form_works_without_script(name):
    page = read(name)
    for form in page.all("form"):
        assert form["method"] == "post"
        assert form["action"].startswith("/")
        assert form.get("hx-post", form["action"]) == form["action"]


@pytest.mark.parametrize("name", NAMES)
def test_an_id_stands_once_in_a_page(name):
    counted = Counter(attributes["id"] for _, attributes in read(name).elements if "id" in attributes)
    assert [key for key, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_swap_has_its_target_in_the_page(name):
    page = read(name)
    ids = {attributes.get("id") for _, attributes in page.elements}
    for form in page.all("form"):
        if "hx-target" in form:
            assert form["hx-target"].removeprefix("#") in ids


@pytest.mark.parametrize("name", NAMES)
def test_every_field_that_is_seen_has_a_name_to_be_read_by(name):
    page = read(name)
    labelled = {label.get("for") for label in page.all("label")}
    for field in page.all("input", "select", "textarea"):
        assert field.get("type") == "hidden" or "id" not in field or field["id"] in labelled


@pytest.mark.parametrize("name", [name for name in NAMES if name != "answer"])
def test_a_page_has_one_heading_and_one_main_part(name):
    page = read(name)
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1


def test_a_tap_is_answered_with_its_card_and_apart_from_it_what_moved():
    answer = read("answer")
    apart = {attributes["id"] for _, attributes in answer.elements if "hx-swap-oob" in attributes}
    assert answer.elements[0][1]["id"] == "card-dinner-2026-11-22"
    assert apart == {"thread", "count-yours"}


def test_what_a_tap_moves_has_its_place_on_today():
    ids = {attributes.get("id") for _, attributes in read("today").elements}
    assert {"thread", "count-yours", "count-theirs", "card-mum-2026-11-19"} <= ids


def test_every_page_of_the_templates_is_in_the_gallery():
    shown = {sample.template for sample in SAMPLES}
    whole = {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.glob("*/*.html")
        if path.parent.name not in {"ui", "layouts"} and not path.name.startswith("_")
    }
    assert whole <= shown


@pytest.mark.parametrize("word", ["streak at risk", "failed", "failure", "points", "score", "trust score", "oops"])
def test_no_page_blames_counts_down_or_scores(word):
    assert [name for name in NAMES if word in html(name).lower()] == []


def test_a_change_asks_neither_for_whom_nor_from_when():
    asked = {field.get("name") for field in read("change").all("input", "select") if field.get("type") != "hidden"}
    assert {"title", "rhythm", "due_time"} <= asked
    assert not asked & {"starts_on", "audience"}


def test_a_fold_that_holds_an_error_is_open():
    assert '<details class="fold" open>' in html("change")
    assert '<details class="fold">' in html("form")
