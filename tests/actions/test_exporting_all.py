"""An export is whole: what is said between two people in a week and asked of each other, and every table that names somebody."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from server.actions import asks, exporting
from server.db import insert
from server.db.tables import metadata, review_lines, reviews
from server.domain import exported_words, exports
from server.store import ids, sealing
from server.store.asks import Ask
from tests import make
from tests.make import NOW

SUNDAY = date(2026, 3, 22)


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
PASSING = {"ceremonies", "links", "hand_overs", "notices", "review_seats", "operator_acts"}
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
