"""What somebody keeps for themselves: their own alone, never written over, and moved to a week only by them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from server.actions import exporting, passkeys, private, summaries
from server.db import moved
from server.domain import private as rules
from server.domain.errors import ConflictError, InvalidError, NotFoundError
from server.domain.private import FORMAT, SEALED, Kind
from server.store import ids, questions, weeks
from server.store import passkeys as passkey_store
from server.store import private as store
from server.store.passkeys import Passkey
from server.store.private import Note
from server.store.weeks import Summary
from tests import make
from tests.make import NOW

DAY = timedelta(days=1)
SUNDAY = date(2026, 3, 22)
MARK, OTHER_MARK = b"m" * 16, b"o" * 16


def sealed(fill=0xFF, size=SEALED[0]):
    return bytes([FORMAT]) + bytes([fill]) * (size - 1)


@pytest.fixture
def couple(session):
    return make.couple(session)


def kept(session, member, kind=Kind.QUESTION, **parts):
    return private.write(session, Note(member.id, ids.new(), kind, 1, sealed(), NOW.date(), NOW.date(), **parts))


def passkey(session, member):
    made = Passkey(ids.new(), member.id, ids.new().bytes, b"key", 0, "A phone", NOW)
    passkey_store.insert(session, made)
    return made


def wrap(session, one, member, *, mark=MARK, fill=b"w"):
    private.keep_key(session, one.credential_id, member_id=member.id, mark=mark, salt=b"s" * 32, wrapped=bytes([FORMAT]) + fill * 60)


def test_the_same_sent_twice_is_one_note(session, couple):
    one = kept(session, couple.noor)
    assert private.write(session, one) == one
    assert store.notes(session, couple.noor.id) == [one]
    with pytest.raises(ConflictError):
        private.write(session, replace(one, sealed=sealed(0xFE)))


def test_nothing_is_written_over_that_another_phone_has_changed(session, couple):
    one, later = kept(session, couple.noor), NOW + DAY
    change = {"member_id": couple.noor.id, "now": later}
    changed = private.change(session, one.id, 2, sealed(0xFE), **change)
    assert private.change(session, one.id, 2, sealed(0xFE), **change) == changed
    for version in (1, 2, 4):
        with pytest.raises(ConflictError):
            private.change(session, one.id, version, sealed(0xFD), **change)
    with pytest.raises(ConflictError):
        private.remove(session, one.id, 1, member_id=couple.noor.id)
    assert store.notes(session, couple.noor.id) == [replace(one, version=2, sealed=sealed(0xFE), changed_on=later.date())]


def test_it_is_not_there_for_the_partner(session, couple):
    one = kept(session, couple.noor)
    sam = {"member_id": couple.sam.id}
    for tries in (
        lambda: private.change(session, one.id, 2, sealed(), now=NOW, **sam),
        lambda: private.remove(session, one.id, 1, **sam),
        lambda: private.move(session, one.id, couple.bond.id, "How long?", now=NOW, **sam),
        lambda: private.take_back(session, one.id, **sam),
    ):
        with pytest.raises(NotFoundError):
            tries()
    assert (store.notes(session, couple.sam.id), store.notes(session, couple.noor.id)) == ([], [one])


def test_the_room_is_bounded_in_number_and_in_size(session, couple, monkeypatch):
    monkeypatch.setattr(private, "MOST_NOTES", 2)
    one = kept(session, couple.noor)
    kept(session, couple.noor)
    with pytest.raises(InvalidError, match="no more room"):
        kept(session, couple.noor)
    monkeypatch.setattr(private, "MOST_BYTES", 3 * SEALED[0])
    with pytest.raises(InvalidError, match="no more room"):
        private.change(session, one.id, 2, sealed(size=SEALED[1]), member_id=couple.noor.id, now=NOW)
    kept(session, couple.sam)


def test_each_passkey_wraps_the_one_key_and_no_second_key_comes_beside_it(session, couple):
    first, second = passkey(session, couple.noor), passkey(session, couple.noor)
    wrap(session, first, couple.noor)
    wrap(session, second, couple.noor)
    wrap(session, second, couple.noor, fill=b"x")
    with pytest.raises(ConflictError):
        wrap(session, second, couple.noor, mark=OTHER_MARK)
    assert [(key.wrapped[1:2], credential) for key, credential in store.keys(session, couple.noor.id)] == [
        (b"w", first.credential_id),
        (b"x", second.credential_id),
    ]


def test_nobody_wraps_a_key_for_another_s_passkey(session, couple):
    with pytest.raises(NotFoundError):
        wrap(session, passkey(session, couple.sam), couple.noor)


def test_a_passkey_that_is_taken_away_takes_its_wrapping_along(session, couple):
    first, second = passkey(session, couple.noor), passkey(session, couple.noor)
    for one in (first, second):
        wrap(session, one, couple.noor)
    passkeys.remove(session, first.id, member_id=couple.noor.id)
    assert [credential for _, credential in store.keys(session, couple.noor.id)] == [second.credential_id]


def test_a_question_waits_for_the_next_week_s_page_and_can_be_taken_back_until_it_is_there(session, couple):
    one, noor = kept(session, couple.noor), {"member_id": couple.noor.id}
    asked = private.move(session, one.id, couple.bond.id, " How  long? ", now=NOW, **noor)
    assert (asked.to_on, asked.text, asked.is_shown) == (SUNDAY, "How long?", False)
    with pytest.raises(ConflictError):
        private.move(session, one.id, couple.bond.id, "How long?", now=NOW, **noor)
    private.take_back(session, one.id, **noor)
    private.take_back(session, one.id, **noor)
    assert questions.of_member(session, couple.noor.id) == []
    private.move(session, one.id, couple.bond.id, "How long?", now=NOW, **noor)
    summaries.summarise(session, now=NOW + 3 * DAY, limit=10)
    with pytest.raises(ConflictError, match="is there"):
        private.take_back(session, one.id, **noor)
    assert [found.text for found in questions.of_week(session, couple.bond.id, SUNDAY)] == ["How long?"]


def test_where_no_page_was_made_for_a_while_it_stands_on_the_first_that_is(session, couple):
    asked = private.move(session, kept(session, couple.noor).id, couple.bond.id, "How long?", member_id=couple.noor.id, now=NOW)
    later = SUNDAY + 21 * DAY
    for to_on in (later, later + 7 * DAY):
        weeks.put(session, [Summary(couple.bond.id, to_on - 6 * DAY, to_on, NOW, NOW, {"members": {}})])
    assert questions.of_week(session, couple.bond.id, later) == [replace(asked, page_on=later)]
    assert questions.of_week(session, couple.bond.id, later + 7 * DAY) == []


def test_on_the_evening_itself_it_comes_to_the_page_that_is_there(session, couple):
    one, evening = kept(session, couple.noor), NOW + 2 * DAY + timedelta(hours=2)
    summaries.summarise(session, now=evening, limit=10)
    asked = private.move(session, one.id, couple.bond.id, "How long?", member_id=couple.noor.id, now=evening)
    assert (asked.to_on, asked.is_shown) == (SUNDAY, True)


def test_the_others_hear_nothing_of_it_before_the_page_of_the_week_is_there(session, couple):
    one, two, noted = kept(session, couple.noor), kept(session, couple.noor), moved.begin(session)
    private.move(session, one.id, couple.bond.id, "How long?", member_id=couple.noor.id, now=NOW)
    private.take_back(session, one.id, member_id=couple.noor.id)
    assert (noted.bonds, noted.members) == (set(), {couple.noor.id})
    evening = NOW + 2 * DAY + timedelta(hours=2)
    summaries.summarise(session, now=evening, limit=10)
    noted = moved.begin(session)
    private.move(session, two.id, couple.bond.id, "How long?", member_id=couple.noor.id, now=evening)
    assert noted.bonds == {couple.bond.id}


@pytest.mark.parametrize(
    ("latest", "is_closed", "today", "week"),
    [
        (None, False, date(2026, 3, 20), SUNDAY),
        (date(2026, 3, 15), False, date(2026, 3, 15), date(2026, 3, 15)),
        (date(2026, 3, 15), False, date(2026, 3, 16), date(2026, 3, 15)),
        (date(2026, 3, 15), False, date(2026, 3, 17), SUNDAY),
        (date(2026, 3, 15), True, date(2026, 3, 15), SUNDAY),
    ],
    ids=["before-the-first", "that-evening", "the-day-after", "later", "closed"],
)
def test_which_week_takes_it(latest, is_closed, today, week):
    assert rules.week_of(latest, is_closed=is_closed, coming=SUNDAY, today=today) == week


def test_a_page_of_the_journal_is_not_moved_nor_a_question_into_another_s_bond(session, couple):
    other = make.other_couple(session)
    with pytest.raises(InvalidError):
        private.move(session, kept(session, couple.noor, Kind.JOURNAL).id, couple.bond.id, "Today", member_id=couple.noor.id, now=NOW)
    with pytest.raises(NotFoundError):
        private.move(session, kept(session, couple.noor).id, other.bond.id, "How long?", member_id=couple.noor.id, now=NOW)
    assert questions.of_bonds(session, [couple.bond.id, other.bond.id]) == []


def test_the_export_holds_it_as_the_phone_wrote_it(session, couple):
    one, key = kept(session, couple.noor), passkey(session, couple.noor)
    wrap(session, key, couple.noor)
    private.move(session, one.id, couple.bond.id, "How long?", member_id=couple.noor.id, now=NOW)
    hers, his = (exporting.gather(session, who.id, now=NOW) for who in (couple.noor, couple.sam))
    assert [(note.id, note.kind, rules.bytes_of(note.sealed, "")) for note in hers.private_notes] == [(one.id, "question", one.sealed)]
    assert [rules.bytes_of(found.credential, "") for found in hers.private_keys] == [key.credential_id]
    assert [asked.text for asked in hers.week_questions] == ["How long?"]
    assert (his.private_notes, his.private_keys, his.week_questions) == ([], [], [])


def test_who_deletes_their_account_leaves_nothing_of_it(session, couple):
    one = kept(session, couple.noor)
    theirs = kept(session, couple.sam)
    wrap(session, passkey(session, couple.noor), couple.noor)
    private.move(session, one.id, couple.bond.id, "How long?", member_id=couple.noor.id, now=NOW)
    store.remove_all(session, couple.noor.id)
    assert (store.notes(session, couple.noor.id), store.keys(session, couple.noor.id)) == ([], [])
    assert (questions.of_bonds(session, [couple.bond.id]), store.notes(session, couple.sam.id)) == ([], [theirs])
