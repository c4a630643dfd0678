"""Taking along what is one's own: all of that, and of the other only on which days they kept their word."""

from datetime import timedelta

import msgspec
import pytest

from server.actions import exporting, leaving, letting_go, moments, moving, owning, repairs, settling, summaries
from server.actions import milestones as celebrating
from server.actions import promises as promising
from server.domain.owning import Cause
from server.domain.repairs import Giving, Repair, RepairAnswer, Way
from server.store import ids, milestones
from server.store.milestones import Answer
from server.store.moments import Moment
from server.store.ownings import Owning
from server.store.promises import Pause
from server.store.repairs import Mark
from tests import make, standing
from tests.make import NOW

TODAY, DAY = NOW.date(), timedelta(days=1)
HIS_WORDS = Repair(did="Ich kam um neun", prevent="Der Wecker steht auf sechs")
HER_WORDS = Repair(did="I stayed too long", prevent="I leave at five")


@pytest.fixture
def couple(session):
    return make.couple(session, now=NOW - 30 * DAY)


@pytest.fixture
def dinner(session, couple):
    """Noor's: kept yesterday, missed today."""
    return kept_then_missed(session, couple.noor, "Home for dinner")


@pytest.fixture
def walk(session, couple):
    """Sam's: kept yesterday, missed today, owned in words that he sent."""
    promise = kept_then_missed(session, couple.sam, "Spaziergang am Kanal", done_when="Einmal um den See", cue="Wenn es dunkel wird")
    repairs.repair(session, promise.id, TODAY, HIS_WORDS, member_id=couple.sam.id, now=NOW)
    return promise


def kept_then_missed(session, member, title, **parts):
    promise = make.promise(session, member, title, starts_on=TODAY - DAY, now=NOW - 2 * DAY, **parts)
    make.check_in(session, promise, day=TODAY - DAY, now=NOW - DAY)
    make.check_in(session, promise, "missed", now=NOW)
    return promise


def let_go(session, promise, couple):
    hers = promise.member_id == couple.noor.id
    first, other = (couple.noor, couple.sam) if hers else (couple.sam, couple.noor)
    letting_go.propose(session, promise.id, TODAY, member_id=first.id, now=NOW)
    letting_go.agree(session, promise.id, TODAY, member_id=other.id, now=NOW)


def taken(session, member, now=NOW):
    """The export as it is written."""
    return msgspec.json.decode(msgspec.json.encode(exporting.gather(session, member.id, now=now)))


def written(session, member):
    return msgspec.json.encode(exporting.gather(session, member.id, now=NOW)).decode()


def test_what_she_promised_is_in_it_with_its_terms_and_what_became_of_it(session, couple, dinner):
    (promise,) = taken(session, couple.noor)["promises"]
    assert (promise["id"], promise["title"], promise["bond"]) == (str(dinner.id), "Home for dinner", str(couple.bond.id))
    assert [(one["from_on"], one["rule"], one["due_time"]) for one in promise["terms"]] == [("2026-03-18", "FREQ=DAILY", "18:30")]
    assert [(one["day"], one["outcome"], one["value"]) for one in promise["days"]] == [
        ("2026-03-19", "kept", 1.0),
        ("2026-03-20", "missed", 0.0),
    ]
    assert (promise["streak"]["current"], promise["streak"]["best"], promise["streak"]["valued"]) == (0, 1, 2)


def test_a_personal_promise_is_in_ones_own_and_in_no_other(session, couple):
    make.promise(session, couple.sam, "Tagebuch", personal=True)
    (promise,) = taken(session, couple.sam)["promises"]
    assert (promise["title"], promise["bond"]) == ("Tagebuch", None)
    assert "Tagebuch" not in written(session, couple.noor)


def test_her_check_ins_have_their_times_and_her_thanks_their_words(session, couple, dinner, walk):
    make.check_in(session, walk, "seen", by=couple.noor, day=TODAY - DAY, line="It was lovely", now=NOW)
    found = taken(session, couple.noor)["check_ins"]
    assert [(one["kind"], one["at"], one["line"]) for one in found] == [
        ("kept", "2026-03-19T16:00:00Z", None),
        ("missed", "2026-03-20T16:00:00Z", None),
        ("seen", "2026-03-20T16:00:00Z", "It was lovely"),
    ]


def test_what_she_wrote_and_noted_is_in_it(session, couple, dinner, walk):
    mark = Mark(lets_go=True, remind_on=TODAY + 7 * DAY)
    owned = Owning("slip", Cause.FORGOT)
    repairs.say_sorry(session, dinner.id, TODAY, member_id=couple.noor.id, now=NOW)
    repairs.keep_draft(session, dinner.id, TODAY, Repair(did="I stayed"), member_id=couple.noor.id, now=NOW)
    owning.describe(session, dinner.id, TODAY, owned, member_id=couple.noor.id, now=NOW)
    repairs.mark(session, walk.id, TODAY, mark, member_id=couple.noor.id, now=NOW)
    repairs.answer(session, walk.id, TODAY, said=RepairAnswer.NOT_YET, member_id=couple.noor.id, now=NOW)
    found = taken(session, couple.noor)
    assert [(one["kind"], one["answer"]) for one in found["words"]] == [("sorry", None), ("answered", "not_yet")]
    assert [one["words"]["did"] for one in found["drafts"]] == ["I stayed"]
    assert [(one["lets_go"], one["relies"], one["remind_on"]) for one in found["marks"]] == [(True, False, "2026-03-27")]
    assert [(one["label"], one["cause"]) for one in found["ownings"]] == [("slip", "forgot")]
    assert all(not one for one in (taken(session, couple.sam)[name] for name in ("words", "drafts", "marks", "ownings")))


def test_her_repair_is_in_hers_alone_however_it_was_given(session, couple, dinner):
    given = Giving(Way.IN_PERSON, new_promise="Leave at five")
    repairs.repair(session, dinner.id, TODAY, HER_WORDS, member_id=couple.noor.id, now=NOW, given=given)
    found = taken(session, couple.noor)
    (repair,) = found["repairs"]
    linked = next(one for one in found["promises"] if one["grown_from"])
    assert (repair["did"], repair["way"], repair["linked"]) == ("I stayed too long", "in_person", linked["id"])
    assert "I stayed too long" not in written(session, couple.sam)


def test_of_him_there_is_only_his_name_and_what_he_kept(session, couple, dinner, walk):
    make.check_in(session, dinner, "seen", by=couple.sam, day=TODAY - DAY, line="Danke dir", now=NOW)
    repairs.mark(session, dinner.id, TODAY, Mark(relies=True), member_id=couple.sam.id, now=NOW)
    found, text = taken(session, couple.noor), written(session, couple.noor)
    assert found["kept_by_others"] == [{"promise": str(walk.id), "kept_on": ["2026-03-19"]}]
    assert found["bonds"][0]["others"] == [{"id": str(couple.sam.id), "name": "Sam"}]
    for words in ("Spaziergang", "See", "dunkel", "neun", "Wecker", "Danke dir"):
        assert words not in text
    assert text.count(str(walk.id)) == 1


@pytest.mark.parametrize("kind", ["missed", "excuse"])
def test_a_day_of_his_that_was_not_kept_is_not_told(session, couple, kind):
    promise = make.promise(session, couple.sam)
    make.check_in(session, promise, kind, by=couple.sam if kind == "missed" else couple.noor)
    assert taken(session, couple.noor)["kept_by_others"] == []


def test_what_he_kept_late_is_kept_on_that_day(session, couple):
    promise = make.promise(session, couple.sam)
    make.check_in(session, promise, at=NOW + timedelta(hours=4), now=NOW + timedelta(hours=4))
    assert taken(session, couple.noor)["kept_by_others"][0]["kept_on"] == ["2026-03-20"]


def test_what_both_let_go_is_nowhere_in_the_export_of_who_promised(session, couple, dinner):
    repairs.repair(session, dinner.id, TODAY, HER_WORDS, member_id=couple.noor.id, now=NOW)
    owning.describe(session, dinner.id, TODAY, Owning("slip"), member_id=couple.noor.id, now=NOW)
    assert "I leave at five" in written(session, couple.noor)
    let_go(session, dinner, couple)
    found, text = taken(session, couple.noor), written(session, couple.noor)
    assert [one["day"] for one in found["promises"][0]["days"]] == ["2026-03-19"]
    assert [one["kind"] for one in found["check_ins"]] == ["kept"]
    assert [found[name] for name in ("repairs", "words", "ownings", "let_go", "proposals")] == [[], [], [], [], []]
    assert "I leave at five" not in text
    assert "2026-03-20" not in text.replace(found["made_at"], "")


def test_what_both_let_go_stays_with_who_was_hurt(session, couple, walk):
    make.check_in(session, walk, "seen", by=couple.noor, day=TODAY, now=NOW)
    repairs.answer(session, walk.id, TODAY, said=RepairAnswer.ACCEPTED, member_id=couple.noor.id, now=NOW)
    repairs.mark(session, walk.id, TODAY, Mark(lets_go=True), member_id=couple.noor.id, now=NOW)
    assert taken(session, couple.noor)["let_go"] == []
    let_go(session, walk, couple)
    found = taken(session, couple.noor)
    (episode,) = found["let_go"]
    assert (episode["promise"], episode["day"], episode["outcome"], episode["let_go_on"]) == (
        str(walk.id),
        "2026-03-20",
        "missed",
        "2026-03-20",
    )
    assert (episode["repair"]["did"], episode["repair"]["prevent"]) == (HIS_WORDS.did, HIS_WORDS.prevent)
    assert [one["answer"] for one in episode["words"]] == ["accepted"]
    assert [one["kind"] for one in episode["check_ins"]] == ["seen"]
    assert [one["lets_go"] for one in episode["marks"]] == [True]
    assert [found[name] for name in ("words", "marks", "check_ins")] == [[], [], []]
    assert taken(session, couple.sam)["let_go"] == []


def test_what_was_said_in_person_stays_with_who_said_it_also_then(session, couple):
    promise = kept_then_missed(session, couple.sam, "Anruf")
    repairs.repair(session, promise.id, TODAY, HIS_WORDS, member_id=couple.sam.id, now=NOW, given=Giving(Way.IN_PERSON))
    repairs.tell(session, promise.id, TODAY, member_id=couple.sam.id, now=NOW)
    let_go(session, promise, couple)
    assert taken(session, couple.noor)["let_go"][0]["repair"] is None
    assert "Wecker" not in written(session, couple.noor)


def test_a_week_that_was_let_go_takes_each_of_its_days_along(session, couple):
    promise = make.promise(session, couple.noor, rule="FREQ=WEEKLY", times=3, due_time=None, starts_on=TODAY - 4 * DAY, now=NOW - 5 * DAY)
    make.check_in(session, promise, "missed", day=TODAY, now=NOW)
    monday = TODAY - 4 * DAY
    settling.settle(session, now=NOW + 4 * DAY, limit=100)
    letting_go.propose(session, promise.id, monday, member_id=couple.noor.id, now=NOW + 4 * DAY)
    letting_go.agree(session, promise.id, monday, member_id=couple.sam.id, now=NOW + 4 * DAY)
    assert taken(session, couple.noor)["check_ins"] == []


def test_the_mend_of_a_day_that_was_let_go_is_celebrated_in_no_file(session, couple, dinner):
    repairs.repair(session, dinner.id, TODAY, HER_WORDS, member_id=couple.noor.id, now=NOW)
    for n in (1, 2, 3):
        settling.open_ahead(session, now=NOW + n * DAY, limit=100)
        make.check_in(session, dinner, now=NOW + n * DAY)
    celebrating.celebrate(session, now=NOW + 3 * DAY, limit=100)
    mend = next(one for one in milestones.visible(session, couple.sam.id, since=NOW, until=NOW + 9 * DAY) if one.kind == "mend")
    milestones.answer(session, mend, Answer(ids.new(), mend.id, couple.sam.id, "Schön", NOW + 3 * DAY))
    assert [one["kind"] for one in taken(session, couple.noor)["milestones"] if one["day"]] == ["mend"]
    assert [one["line"] for one in taken(session, couple.sam)["answers"]] == ["Schön"]
    let_go(session, dinner, couple)
    assert [one for one in taken(session, couple.noor)["milestones"] if one["day"]] == []
    hurt = taken(session, couple.sam)
    assert (hurt["answers"], [one["line"] for one in hurt["let_go"][0]["answers"]]) == ([], ["Schön"])


def test_what_she_planned_paused_asked_and_reached_is_in_it(session, couple, dinner):
    wanted = Moment(ids.new(), couple.bond.id, couple.noor.id, "The lake", "Wannsee", TODAY + DAY, None, NOW)
    moments.plan(session, wanted, now=NOW)
    moments.cancel(session, wanted.id, member_id=couple.sam.id, now=NOW)
    promising.pause(session, Pause(TODAY + 5 * DAY, TODAY + 6 * DAY, member_id=couple.noor.id), member_id=couple.noor.id, now=NOW)
    call = make.promise(session, couple.noor, "Call", due_time=None)
    moving.ask(session, call.id, TODAY, TODAY + DAY, member_id=couple.noor.id, now=NOW)
    celebrating.celebrate(session, now=NOW, limit=100)
    summaries.summarise(session, now=NOW + 3 * DAY, limit=100)
    found = taken(session, couple.noor)
    assert [(one["what"], one["place"], one["is_called_off"]) for one in found["moments"]] == [("The lake", "Wannsee", True)]
    assert [(one["from_on"], one["until_on"], one["promise"], one["bond"]) for one in found["pauses"]] == [
        ("2026-03-25", "2026-03-26", None, None)
    ]
    assert [(one["day"], one["to_on"], one["linked"]) for one in found["moves"]] == [("2026-03-20", "2026-03-21", None)]
    assert [(one["kind"], one["count"]) for one in found["milestones"]] == [("kept_in_all", 1)]
    assert found["weeks"][-1]["figures"]["all"]["due"] > 0
    his = taken(session, couple.sam)
    assert [his[name] for name in ("moments", "pauses", "moves", "milestones")] == [[], [], [], []]


def test_a_pause_that_he_made_of_the_bond_is_his(session, couple):
    promising.pause(session, Pause(TODAY, TODAY, bond_id=couple.bond.id), member_id=couple.sam.id, now=NOW)
    assert taken(session, couple.noor)["pauses"] == []
    assert [one["bond"] for one in taken(session, couple.sam)["pauses"]] == [str(couple.bond.id)]


def test_who_has_left_takes_only_their_own(session, couple, dinner, walk):
    leaving.leave(session, couple.bond.id, member_id=couple.noor.id, now=NOW)
    found, text = taken(session, couple.noor), written(session, couple.noor)
    assert [one["title"] for one in found["promises"]] == ["Home for dinner"]
    assert (found["bonds"][0]["others"], found["kept_by_others"]) == ([], [])
    assert "Sam" not in text
    assert str(walk.id) not in text


def test_who_was_left_learns_no_time_of_it(session, couple, walk):
    at = NOW + timedelta(minutes=7, seconds=3)
    leaving.leave(session, couple.bond.id, member_id=couple.noor.id, now=at)
    (bond,) = taken(session, couple.sam)["bonds"]
    assert (bond["is_closed"], bond["left_at"], bond["others"]) == (True, None, [])
    assert "16:07" not in written(session, couple.sam)


def test_a_stranger_finds_nothing_of_them(session, couple, dinner, walk):
    eve = make.eve(session)
    found = taken(session, eve)
    assert found["profile"]["name"] == "Eve"
    assert [name for name, part in found.items() if part == []] == [name for name in found if name not in ("version", "made_at", "profile")]


def test_no_secret_is_in_it(session, couple):
    secret = make.token(session, couple.noor)
    found, text = taken(session, couple.noor), written(session, couple.noor)
    assert [(one["kind"], one["name"]) for one in found["ways_in"]] == [("token", "A script")]
    assert secret not in text
    assert "hash" not in text


def test_it_asks_the_database_as_often_however_much_there_is(session, couple, dinner, walk):
    let_go(session, walk, couple)

    def asked():
        with standing.watched(session) as work:
            exporting.gather(session, couple.noor.id, now=NOW)
        return len(work.asked)

    before = asked()
    for n in range(12):
        for member in (couple.noor, couple.sam):
            promise = kept_then_missed(session, member, f"One more {n}")
            repairs.repair(session, promise.id, TODAY, HIS_WORDS, member_id=member.id, now=NOW)
            let_go(session, promise, couple)
    assert asked() == before
