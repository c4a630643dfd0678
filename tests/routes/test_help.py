"""Help, and leaving a page in a hurry (SAFETY 11)."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from server import config, logs
from server.app import create_app
from server.config import SettingsError
from server.domain.contacts import Contact
from tests import make

UNTOLD = ("/help", "/help/kept", "/leave")
THEIRS = {"en": (Contact("A line", "tel:116016", "day and night"),), "de": (Contact("Ein Telefon", "tel:116016"),)}
TOLD_OF = timedelta(days=2)


@pytest.fixture
def set_up(desk, open_client):
    """A browser on a server whose operator wrote down whom to turn to."""
    browser = open_client()
    browser.app = create_app(replace(desk, settings=replace(desk.settings, contacts=THEIRS)))
    return browser


@pytest.mark.parametrize("path", ["/help", "/help/kept"])
def test_there_are_numbers_to_call_where_the_operator_set_nothing(client, path):
    page = client.get(path)
    assert page.status_code == 200
    assert re.findall(r'href="tel:(\d+)"', page.text) == ["112", "911", "999", "000"]


@pytest.mark.parametrize("path", ["/help", "/help/kept"])
def test_the_operator_sets_whom_to_turn_to_by_language(set_up, path):
    assert "Ein Telefon" in set_up.get(path, headers={"Accept-Language": "de-CH"}).text
    page = set_up.get(path, headers={"Accept-Language": "en"}).text
    assert "A line" in page
    assert "day and night" in page
    assert "tel:911" not in page


def test_what_a_phone_keeps_of_it_is_the_same_for_everybody(client, desk, database):
    with database.write() as session:
        noor = make.member(session)
    nobody_s = client.get("/help/kept").text
    assert make.sign_in(client, desk, noor).get("/help/kept").text == nobody_s
    assert str(noor.id) not in nobody_s


def test_every_phone_keeps_it_and_fetches_it_anew_when_it_changed(client, set_up):
    workers = [one.get("/sw.js").text for one in (client, set_up)]
    assert all('"/help/kept"' in one for one in workers)
    assert workers[0] != workers[1]


def test_no_line_and_no_figure_tells_that_somebody_looked_for_help(client, desk, database):
    with database.write() as session:
        noor = make.member(session)
    make.sign_in(client, desk, noor)
    client.get("/me")
    watched = []
    client.app = logs.RequestLog(client.app, _Watching(watched))
    with capture_logs() as lines:
        for path in (*UNTOLD, "/me"):
            assert client.get(path).status_code == 200
    assert [line["route"] for line in lines] == watched == ["/me"]


class _Watching:
    def __init__(self, routes):
        self.routes = routes

    def answered(self, _method, route, _status, _seconds):
        self.routes.append(route)


def test_leaving_opens_a_page_that_tells_nothing_and_forgets_the_one_before(client):
    left = client.get("/leave")
    assert left.headers["Clear-Site-Data"] == '"cache"'
    assert left.headers["Cache-Control"] == "no-store"
    seen = re.sub(r"(?s)<head>.*?</head>|<aside.*?</aside>|<template.*?</template>|<[^>]+>", " ", left.text)
    assert seen.split() == ["Skip", "to", "the", "page", "A", "blank", "page"]


def test_what_waits_to_be_sent_is_no_cache_and_stays(client):
    """Only the cache is cleared: the taps of a phone lie in its storage."""
    assert "storage" not in client.get("/leave").headers["Clear-Site-Data"]


def test_leaving_works_from_every_page_that_needs_it_also_without_script(client, desk, database):
    with database.write() as session:
        couple = make.couple(session, now=make.NOW - TOLD_OF)
        promise = make.promise(session, couple.noor, starts_on=(make.NOW - TOLD_OF).date(), now=make.NOW - TOLD_OF)
        make.check_in(session, promise, "missed", day=(make.NOW - TOLD_OF / 2).date())
    noor = make.sign_in(client, desk, couple.noor)
    for path in ("/help", "/help/kept", f"/promises/{promise.id}/repairs/{(make.NOW - TOLD_OF / 2).date()}", "/notes"):
        assert re.search(r'<a [^>]*href="/leave" data-leave', noor.get(path).text), path


def test_a_file_that_cannot_be_read_stops_the_start_with_a_sentence(tmp_path):
    written = tmp_path / "contacts.toml"
    written.write_text('[[en]]\nlabel = "A line"\nurl = "tel:1"')
    assert config.from_environment({"WEFT_CONTACTS": str(written)}).contacts == {"en": (Contact("A line", "tel:1"),)}
    written.write_text("[[en]]")
    for path in (written, tmp_path / "nowhere"):
        with pytest.raises(SettingsError, match="WEFT_CONTACTS could not be read"):
            config.from_environment({"WEFT_CONTACTS": str(path)})
