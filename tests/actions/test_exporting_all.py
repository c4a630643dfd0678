"""An export is whole: what is said between two people in a week and asked of each other, and every table that names somebody."""

from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from server.actions import asks, exporting, leaving, operating, promises
from server.db import insert
from server.db.tables import metadata, review_lines, reviews
from server.domain import exported_words, exports
from server.store import ids, sealing
from server.store.asks import Ask
from tests import make
from tests.make import NOW

SUNDAY = date(2026, 3, 22)
DAY = timedelta(days=1)


def taken(session, member):
    """The export as it is written."""
    return msgspec.json.decode(msgspec.json.encode(exporting.gather(session, member.id, now=NOW)))


@pytest.fixture
def couple(session):
    return make.couple(session)


def test_what_was_asked_is_in_hers_and_what_was_answered_in_his(session, couple):
    first, second, third = (Ask(ids.new(), couple.bond.id, couple.noor.id, couple.sam.id, text, NOW) for text in ("Call", "Cook", "Sing"))
    for one in (first, second, third):
        asks.ask(session, one, now=NOW)
    asks.counter(session, first.id, "Write", member_id=couple.sam.id, now=NOW)
    asks.decline(session, second.id, member_id=couple.sam.id, now=NOW)
    asks.take_back(session, third.id, member_id=couple.noor.id, now=NOW)
    hers, his = taken(session, couple.noor), taken(session, couple.sam)
    assert [(one["text"], one["is_taken_back"]) for one in hers["asks"]] == [("Call", False), ("Cook", False), ("Sing", True)]
    assert [(one["answer"], one["counter"]) for one in his["answers_to_asks"]] == [("countered", "Write"), ("declined", "")]
    assert (hers["answers_to_asks"], his["asks"]) == ([], [])


def test_of_an_offer_whose_ask_was_taken_back_he_keeps_his_own_words_only(session, couple):
    one = Ask(ids.new(), couple.bond.id, couple.noor.id, couple.sam.id, "Call", NOW)
    asks.ask(session, one, now=NOW)
    asks.counter(session, one.id, "Write", member_id=couple.sam.id, now=NOW)
    asks.take_back(session, one.id, member_id=couple.noor.id, now=NOW)
    (answer,) = taken(session, couple.sam)["answers_to_asks"]
    assert (answer["counter"], answer["answer"], answer["answered_at"]) == ("Write", None, None)


def test_what_was_said_of_the_week_is_in_the_file_of_who_said_it(session, couple):
    week = {"bond_id": couple.bond.id, "to_on": SUNDAY}
    session.execute(insert(session, reviews).values(**week, step=0, minutes=30, on_one_phone=False, begun_at=NOW, seconds=0))
    for member, text in ((couple.noor, "Thank you for Tuesday"), (couple.sam, "Danke")):
        line = {"id": ids.new(), "member_id": member.id, "kind": "thanks", "text": text, "said_at": NOW}
        session.execute(insert(session, review_lines).values(sealing.sealed_row(session, review_lines, {**week, **line})))
    (line,) = taken(session, couple.noor)["review_lines"]
    assert (line["text"], line["to_on"], line["kind"]) == ("Thank you for Tuesday", "2026-03-22", "thanks")


def test_what_was_done_to_her_account_from_outside_is_in_hers_alone(session, couple):
    operating.note(session, couple.noor.id, operating.Act.LINK, now=NOW - timedelta(days=31))
    operating.note(session, couple.noor.id, operating.Act.TOKEN, now=NOW)
    assert taken(session, couple.noor)["operator_acts"] == [{"act": "token", "at": "2026-03-20T16:00:00Z"}]
    assert taken(session, couple.sam)["operator_acts"] == []


def test_when_the_other_left_is_not_told_by_what_ended_with_it(session, couple):
    """What Sam himself ended, also with the very day, keeps its date; so does what Noor's leaving ended, in Noor's own file."""
    _, _, call, swim = (
        make.promise(session, member, title, personal=title == "Swim", now=NOW - 3 * DAY)
        for member, title in ((couple.noor, "Dinner"), (couple.sam, "Walk"), (couple.sam, "Call"), (couple.sam, "Swim"))
    )
    for one in (call, swim):
        promises.release(session, one.id, member_id=couple.sam.id, now=NOW - timedelta(minutes=1))
    leaving.leave(session, couple.bond.id, member_id=couple.noor.id, now=NOW)
    his = {one["title"]: one["released_on"] for one in taken(session, couple.sam)["promises"]}
    assert his == {"Walk": None, "Call": "2026-03-21", "Swim": "2026-03-21"}
    assert [one["released_on"] for one in taken(session, couple.noor)["promises"]] == ["2026-03-21"]


def test_in_a_family_that_goes_on_and_then_closes_only_the_last_is_not_told(session):
    noor, sam, cleo = (make.member(session, name) for name in ("Noor", "Sam", "Cleo"))
    bond = make.bond(session, noor, sam, cleo, kind="family")
    for member in (noor, sam, cleo):
        make.promise(session, member, now=NOW - 3 * DAY)
    for member, days in ((cleo, 2), (noor, 1)):
        leaving.leave(session, bond.id, member_id=member.id, now=NOW - days * DAY)
    found = [taken(session, member)["promises"][0]["released_on"] for member in (cleo, noor, sam)]
    assert found == ["2026-03-19", "2026-03-20", None]


KEPT_ELSEWHERE = {
    "bond_members": "bonds",
    "sessions": "ways_in",
    "passkeys": "ways_in",
    "push_subscriptions": "ways_in",
    "tokens": "ways_in",
    "recovery_codes": "profile",
    "events": "check_ins",
    "occurrences": "promises",
    "streaks": "promises",
    "stitches": "promises",
    "repair_drafts": "drafts",
    "private_marks": "marks",
    "milestone_answers": "answers",
    "pauses": "pauses",
    "calendars": "calendars",
    "let_goes": "let_go",
    "members": "profile",
    "supporter_consents": "supporters",
    "supporter_openings": "openings",
    "nudge_choices": "nudges",
    "nudge_mutes": "nudges",
}
PASSING = {"ceremonies", "links", "hand_overs", "notices", "review_seats"}
AFTERWARDS = {"closings", "past_spaces", "stones"}
NOT_TAKEN = {"printed_lines"} | PASSING | AFTERWARDS
"""What lasts for minutes or days and is shown meanwhile, repeats what stands elsewhere, or only says that something is over."""


def names_members(column):
    return any(key.target_fullname == "members.id" for key in column.foreign_keys)


def test_every_table_with_somebody_in_it_is_in_the_export_or_left_out_for_a_reason(session):
    parts = taken(session, make.eve(session))
    with_somebody = {
        table.name for table in metadata.sorted_tables if table.name == "members" or any(names_members(one) for one in table.columns)
    }
    assert {KEPT_ELSEWHERE.get(name, name) for name in with_somebody - NOT_TAKEN} - set(parts) == set()


@pytest.mark.parametrize("module", [exported_words, exports], ids=["words", "file"])
def test_every_field_is_documented(module):
    shapes = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, msgspec.Struct)]
    text = (Path(__file__).parents[2] / "docs/export.md").read_text()
    assert [(one.__name__, name) for one in shapes for name in one.__struct_fields__ if f"`{name}`" not in text] == []
    assert shapes
