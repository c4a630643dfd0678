"""What two people do about a miss, beside the figures: drafts, ways, answers, private marks."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server.actions import repairs
from server.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from server.domain.repairs import Giving, Repair, RepairAnswer, Way
from server.store import above, events, ids, promises
from server.store import repairs as store
from server.store.above import Since, Titled
from server.store.repairs import Mark
from tests import make, standing
from tests.make import NOW

TODAY = NOW.date()
DAY = timedelta(days=1)
WORDS = Repair("I stayed too long.", "You waited.", "It was on me.", "I cook tomorrow.", "I set an alarm.", "A call came in.")
IN_PERSON = Giving(Way.IN_PERSON)


@pytest.fixture
def couple(session):
    return make.couple(session)


@pytest.fixture
def dinner(session, couple):
    """Missed today."""
    promise = make.promise(session, couple.noor, starts_on=TODAY)
    make.check_in(session, promise, "missed", now=NOW)
    return promise


def write(session, promise, given=Giving(), words=WORDS):  # noqa: B008
    repairs.repair(session, promise.id, TODAY, words, member_id=promise.member_id, now=NOW, given=given)


def stands(session, promise):
    return store.of_promise(session, promise.id)[TODAY]


def read_above(session, one, *, since=NOW, today=TODAY):
    """What stands above somebody's Today."""
    return above.load(session, one.id, Since(spare=today, news=since, arrived=since, nudged=()), today=today, now=NOW)


def test_what_was_begun_is_kept_until_it_is_written(session, couple, dinner):
    repairs.keep_draft(session, dinner.id, TODAY, Repair(did="I stayed"), member_id=couple.noor.id, now=NOW)
    assert store.draft(session, dinner.id, TODAY, couple.noor.id) == Repair(did="I stayed")
    assert store.draft(session, dinner.id, TODAY, couple.sam.id) is None
    write(session, dinner)
    assert store.draft(session, dinner.id, TODAY, couple.noor.id) is None


def test_what_was_sent_has_reached_the_other(session, couple, dinner):
    write(session, dinner)
    assert stands(session, dinner).words == WORDS
    assert stands(session, dinner).has_reached
    (arrived,) = read_above(session, couple.sam, since=NOW).arrived
    assert arrived == Titled((dinner.id, TODAY), "Home for dinner", couple.noor.id)
    assert read_above(session, couple.sam, since=NOW + DAY).arrived == []
    assert read_above(session, couple.noor, since=NOW).arrived == []
    repairs.hear(session, dinner.id, TODAY, member_id=couple.sam.id, now=NOW)
    assert read_above(session, couple.sam, since=NOW).arrived == []


def test_what_is_to_be_said_in_person_reaches_nobody_before_it_was_said(session, couple, dinner):
    write(session, dinner, IN_PERSON)
    assert not stands(session, dinner).has_reached
    assert read_above(session, couple.sam, since=NOW).arrived == []
    with pytest.raises(NotFoundError):
        repairs.hear(session, dinner.id, TODAY, member_id=couple.sam.id, now=NOW)
    repairs.tell(session, dinner.id, TODAY, member_id=couple.noor.id, now=NOW)
    repairs.hear(session, dinner.id, TODAY, member_id=couple.sam.id, now=NOW)
    assert (stands(session, dinner).told_at, stands(session, dinner).heard) == (NOW, {couple.sam.id})


def test_only_words_for_the_ear_are_marked_as_said(session, dinner):
    write(session, dinner)
    with pytest.raises(ConflictError):
        repairs.tell(session, dinner.id, TODAY, member_id=dinner.member_id, now=NOW)


@pytest.mark.parametrize("said", RepairAnswer)
def test_an_answer_moves_no_figure_and_may_change(session, couple, dinner, said):
    write(session, dinner)
    before = standing.every_fold(session)
    repairs.answer(session, dinner.id, TODAY, said=RepairAnswer.NOT_YET, member_id=couple.sam.id, now=NOW)
    repairs.answer(session, dinner.id, TODAY, said=said, member_id=couple.sam.id, now=NOW)
    assert stands(session, dinner).answers == ((couple.sam.id, said),)
    assert standing.every_fold(session) == before


def test_nobody_answers_what_did_not_reach_them(session, couple, dinner):
    for who in (couple.sam, couple.noor, make.eve(session)):
        with pytest.raises(NotFoundError):
            repairs.answer(session, dinner.id, TODAY, said=RepairAnswer.HEARD, member_id=who.id, now=NOW)


def test_sorry_is_an_acknowledgement_and_mends_nothing(session, couple, dinner):
    repairs.say_sorry(session, dinner.id, TODAY, member_id=couple.noor.id, now=NOW)
    for day in (1, 2, 3):
        make.check_in(session, dinner, now=NOW + day * DAY)
    assert standing.occurrence(session, dinner, str(TODAY)).outcome == "missed"
    assert stands(session, dinner).sorry_at == NOW
    with pytest.raises(NotAllowedError):
        repairs.say_sorry(session, dinner.id, TODAY, member_id=couple.sam.id, now=NOW)


def test_the_prevention_becomes_a_promise_that_knows_where_it_comes_from(session, couple, dinner):
    write(session, dinner, Giving(new_promise=" Text before six "))
    (linked,) = promises.by_ids(session, [stands(session, dinner).linked_id]).values()
    assert (linked.title, linked.grown_from) == ("Text before six", dinner.id)
    assert (linked.member_id, linked.bond_id) == (couple.noor.id, couple.bond.id)
    assert linked.plan.starts_on == TODAY + DAY


def test_the_same_id_again_is_one_repair_and_one_promise(session, couple, dinner):
    given = Giving(new_promise="Text before six", id=ids.new())
    write(session, dinner, given)
    before = standing.everything(session)
    write(session, dinner, given)
    assert standing.everything(session) == before
    with pytest.raises(ConflictError):
        write(session, dinner, given, replace(WORDS, did="I forgot."))


def test_the_same_answer_twice_is_one(session, couple, dinner):
    write(session, dinner)
    said = ids.new()
    for _ in range(2):
        repairs.answer(session, dinner.id, TODAY, said=RepairAnswer.HEARD, member_id=couple.sam.id, now=NOW, event_id=said)
    with pytest.raises(ConflictError):
        repairs.answer(session, dinner.id, TODAY, said=RepairAnswer.ACCEPTED, member_id=couple.sam.id, now=NOW, event_id=said)


def test_a_private_mark_is_ones_own(session, couple, dinner):
    repairs.mark(session, dinner.id, TODAY, Mark(lets_go=True, remind_on=TODAY + DAY), member_id=couple.sam.id, now=NOW)
    assert store.mark(session, dinner.id, TODAY, couple.sam.id) == Mark(lets_go=True, remind_on=TODAY + DAY)
    assert store.mark(session, dinner.id, TODAY, couple.noor.id) == Mark()
    assert read_above(session, couple.sam).to_think_of == []
    assert [one.key for one in read_above(session, couple.sam, today=TODAY + DAY).to_think_of] == [(dinner.id, TODAY)]
    assert read_above(session, couple.noor, today=TODAY + DAY).to_think_of == []
    with pytest.raises(NotFoundError):
        repairs.mark(session, dinner.id, TODAY, Mark(lets_go=True), member_id=make.eve(session).id, now=NOW)


@pytest.mark.parametrize("days", [-1, 400])
def test_one_is_reminded_within_a_year(session, couple, dinner, days):
    with pytest.raises(InvalidError):
        repairs.mark(session, dinner.id, TODAY, Mark(remind_on=TODAY + days * DAY), member_id=couple.sam.id, now=NOW)


@pytest.mark.parametrize("words", [replace(WORDS, did="x" * 4001), replace(WORDS, mine="a\0b")])
def test_words_that_cannot_be_kept_are_refused_and_nothing_changes(session, couple, dinner, words):
    before = standing.everything(session)
    with pytest.raises(InvalidError):
        write(session, dinner, words=words)
    with pytest.raises(InvalidError):
        repairs.keep_draft(session, dinner.id, TODAY, words, member_id=couple.noor.id, now=NOW)
    assert standing.everything(session) == before


def says(session, promise, name, by, **tap):
    repairs.WORDS[name](session, promise.id, TODAY, member_id=by.id, **{"now": NOW, **tap})


SAID = [("sorry", "noor"), ("told", "noor"), ("was_heard", "sam"), *((one.value, "sam") for one in RepairAnswer)]


@pytest.mark.parametrize(("name", "who"), SAID)
def test_a_word_that_was_long_on_its_way_is_of_when_it_was_tapped(session, couple, dinner, name, who):
    write(session, dinner, IN_PERSON)
    if who == "sam":
        says(session, dinner, "told", couple.noor)
    said = ids.new()
    says(session, dinner, name, getattr(couple, who), now=NOW + 2 * DAY, at=NOW + DAY, event_id=said)
    assert [(one.at, one.received_at) for one in events.by_ids(session, [said]).values()] == [(NOW + DAY, NOW + 2 * DAY)]


@pytest.mark.parametrize(("name", "who"), SAID)
def test_the_same_word_again_changes_nothing_also_when_it_could_no_longer_be_said(session, couple, dinner, name, who):
    write(session, dinner, IN_PERSON)
    if who == "sam":
        says(session, dinner, "told", couple.noor)
    tap = {"event_id": ids.new(), "at": NOW}
    says(session, dinner, name, getattr(couple, who), **tap)
    make.check_in(session, dinner, now=NOW + timedelta(minutes=1))
    before = standing.everything(session)
    says(session, dinner, name, getattr(couple, who), **tap)
    assert standing.everything(session) == before
    with pytest.raises(ConflictError):
        says(session, dinner, name, getattr(couple, who), event_id=tap["event_id"], at=NOW - DAY)
    assert standing.everything(session) == before


@pytest.mark.parametrize("at", [NOW - 4 * DAY, NOW + DAY])
def test_a_word_of_another_time_is_refused(session, couple, dinner, at):
    write(session, dinner)
    before = standing.everything(session)
    with pytest.raises(InvalidError):
        says(session, dinner, "heard", couple.sam, at=at)
    assert standing.everything(session) == before


def test_an_answer_that_is_overtaken_by_a_later_one_does_not_take_its_place(session, couple, dinner):
    write(session, dinner)
    says(session, dinner, "accepted", couple.sam, now=NOW + 2 * DAY, at=NOW + 2 * DAY)
    says(session, dinner, "not_yet", couple.sam, now=NOW + 2 * DAY, at=NOW + DAY)
    assert stands(session, dinner).answers == ((couple.sam.id, RepairAnswer.ACCEPTED),)


def test_what_was_said_in_person_reaches_the_other_when_the_word_of_it_arrives(session, couple, dinner):
    write(session, dinner, IN_PERSON)
    says(session, dinner, "told", couple.noor, now=NOW + 2 * DAY, at=NOW)
    for since, found in ((NOW + DAY, 1), (NOW + 3 * DAY, 0)):
        assert len(read_above(session, couple.sam, since=since).arrived) == found
