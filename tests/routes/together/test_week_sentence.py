"""What is said of a whole week, by its sums."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain import weeks
from server.domain.bonds import Kind
from server.domain.members import DAY_START
from server.domain.schedule import Terms, plan_of
from server.domain.schedule import occurrences as schedule_of
from server.domain.weaves import Weave
from server.domain.weeks import Review
from server.routes.showing import numbers, week, week_sentence
from server.routes.showing.scene import Scene
from server.routes.showing.week_scene import Week
from server.routes.showing.week_sentence import Facts, When
from server.store import ids, occurrences
from server.store.bonds import Bond
from server.store.members import Member
from server.store.promises import Promise
from server.store.weeks import Summary
from tests.make import ZONE

MONDAY = datetime(2026, 3, 16, 6, tzinfo=UTC)
SUNDAY = datetime(2026, 3, 22, 17, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        (None, {"kept": 3, "missed": 1}, "Your first week. The one that was missed was owned."),
        (6, {"kept": 6, "missed": 1}, "As many as last week. The one that was missed was owned."),
        (2, {"kept": 5, "late": 1}, "Three more than last week. You carried this week."),
        (2, {"kept": 20, "mended": 2, "missed": 1}, "18 more than last week. Two were mended."),
        (7, {"kept": 5, "missed": 2, "woven": 5}, "The thread held on five days. The two that were missed were owned."),
        (7, {"kept": 1, "missed": 6, "woven": 1}, "The thread held on one day. What was missed was owned."),
        (7, {"kept": 2, "unreported": 5}, "Two were kept. You carried this week."),
        (7, {"missed": 7}, "It goes on from here. What was missed was owned."),
        (7, {"kept": 7}, "Every one was kept. You carried this week."),
        (7, {"kept": 6, "pending": 1}, "Every one so far was kept. You carried this week."),
        (7, {"excused": 7}, "A quiet week."),
    ],
)
def test_the_week_before_is_named_where_this_one_is_no_less(before: int | None, now: dict[str, int], sentence: str) -> None:
    assert week.page(summed(before, now)).sentence == sentence


@pytest.mark.parametrize(
    ("owned", "said"),
    [
        ((When.EARLY, When.EARLY), "The two that were missed were owned ahead of time."),
        ((When.EARLY, When.FIRST), "The two that were missed were owned before anybody asked."),
        ((When.FIRST, When.SAME_DAY), "The two that were missed were owned the same day."),
        ((When.FIRST, When.LATER), "The two that were missed were owned."),
        ((When.EARLY,), "The two that were missed were owned."),
    ],
)
def test_what_is_said_of_owning_is_true_of_every_one(owned: tuple[When, ...], said: str) -> None:
    assert week_sentence.sentence(Facts(kept=3, settled=5, before=3, missed=2, owned=owned)) == f"As many as last week. {said}"


@pytest.mark.parametrize(
    ("carried", "people", "said"),
    [
        ((), 2, "As many as last week."),
        (("Noor",), 2, "As many as last week. Noor carried much."),
        (("You", "Sam"), 2, "As many as last week. You both carried much."),
        (("You", "Ada", "Bo"), 3, "As many as last week. You all carried much."),
        (("You", "Ada"), 3, "As many as last week. You and Ada carried much."),
    ],
)
def test_who_carried_much_is_named_by_what_is_their_own(carried: tuple[str, ...], people: int, said: str) -> None:
    assert week_sentence.sentence(Facts(kept=30, settled=32, before=30, carried=carried, people=people)) == said


def test_in_a_team_nobody_is_named() -> None:
    found = summed(7, {"kept": 20, "late": 1})
    assert week.facts(found).carried == ["You"]
    team = week.facts(replace(found, bond=replace(found.bond, kind=Kind.TEAM)))
    assert (team.carried, team.alone) == ([], "")


@st.composite
def weeks_of_life(draw: st.DrawFn) -> Facts:
    """Any week that there can be."""
    count = st.integers(0, 40)
    kept, missed, mended, rest = draw(count), draw(count), draw(st.integers(0, 5)), draw(st.integers(0, 5))
    people = draw(st.integers(1, 6))
    names = ["You", "Sam", "Ada", "Bo", "Cy", "Di"][:people]
    alone = draw(st.sampled_from(["", names[0]])) if people > 1 else ""
    return Facts(
        kept=kept,
        settled=kept + missed + mended + rest,
        before=draw(st.none() | count),
        woven=draw(st.integers(0, 7)),
        mended=mended,
        missed=missed,
        is_open=draw(st.booleans()),
        is_first=draw(st.booleans()),
        owned=draw(st.lists(st.sampled_from(When), min_size=missed, max_size=missed)),
        carried=draw(st.lists(st.sampled_from([alone] if alone else names), unique=True)) if kept >= 10 else [],
        people=people,
        alone=alone,
    )


NUMBERS = {word: n for n, word in enumerate(numbers.WORDS)}


def number(said: str) -> int:
    return NUMBERS[said] if said in NUMBERS else int(said)


@given(weeks_of_life())
@settings(max_examples=300)
def test_whatever_the_week_was_the_sentence_is_true(life: Facts) -> None:
    said = week_sentence.sentence(life).lower()
    assert said.endswith(".")
    if found := re.search(r"(\w+) more than last week", said):
        assert life.before is not None
        assert life.kept == life.before + number(found[1])
    assert ("as many as last week" not in said) or life.kept == life.before
    assert ("every one" not in said) or life.kept == life.settled > 0
    assert ("so far" not in said) or life.is_open
    assert ("quiet" not in said) or life.settled == 0
    assert ("first week" not in said) or life.is_first
    if found := re.search(r"thread held on (\w+) day", said):
        assert number(found[1]) == life.woven
    if found := re.search(r"(\w+) (was|were) mended", said):
        assert number(found[1]) == life.mended
    if "missed" in said:
        assert life.missed
        assert ("ahead of time" not in said) or set(life.owned) == {When.EARLY}
        assert ("before anybody asked" not in said) or max(life.owned) <= When.FIRST
        assert ("the same day" not in said) or max(life.owned) <= When.SAME_DAY
    if "carried" in said:
        named = life.carried or [life.alone]
        assert all(name.lower() in said or "you both" in said or "you all" in said for name in named)


@given(weeks_of_life())
@settings(max_examples=300)
def test_whatever_the_week_was_nobody_is_blamed_or_held_against_another(life: Facts) -> None:
    said = week_sentence.sentence(life).lower()
    assert not re.search(
        r"\b(less|fewer|worse|better|most|least|only|behind|ahead of (?!time)|than (?!last week)|fail\w*|fault|again|down)\b", said
    )
    assert not re.search(r"\b(more|many)\b.*missed", said.split(".")[0])
    assert [word for word in re.findall(r"the (\w+) that were missed", said) if word not in ("two", "three")] == []
    assert len([one for one in re.split(r"(?<=\.) ", said) if one]) <= 2


@given(weeks_of_life(), st.integers(1, 40))
@settings(max_examples=200)
def test_another_miss_never_grows_a_number_that_is_said(life: Facts, more: int) -> None:
    worse = replace(life, missed=life.missed + more, settled=life.settled + more, owned=[*life.owned, *[When.LATER] * more])
    if life.missed >= week_sentence.COUNTED_OUT:
        assert re.findall(r"\d+", week_sentence.sentence(worse)) in (re.findall(r"\d+", week_sentence.sentence(life)), [])


LIVES = (
    Facts(),
    Facts(kept=3, settled=4, is_first=True, missed=1, owned=[When.EARLY]),
    Facts(kept=3, settled=3, is_open=True, alone="Noor"),
    Facts(kept=20, settled=20, carried=["You", "Sam"]),
    Facts(kept=3, settled=4, before=2, missed=1, owned=[When.FIRST]),
    Facts(kept=12, settled=14, before=12, carried=["Sam"]),
    Facts(kept=3, settled=4, before=4, woven=3, missed=1, owned=[When.SAME_DAY]),
    Facts(kept=3, settled=4, before=4, missed=1, owned=[When.LATER]),
    Facts(settled=4, mended=1, missed=3),
)


def test_each_rule_has_its_week() -> None:
    tables = (week_sentence.HELD, week_sentence.PUT_RIGHT, week_sentence.CARRIED)
    chosen = {next((rule.name for rule in rules if rule.holds(life)), "") for rules in tables for life in LIVES}
    assert chosen - {""} == {rule.name for rules in tables for rule in rules}


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        ({"kept": 17, "missed": 2}, "17 of 19 kept."),
        ({"kept": 1, "late": 13}, "1 of 14 kept, 13 late."),
        ({"late": 2, "missed": 1}, "Two late."),
        ({"missed": 3}, "It goes on from here."),
        ({"pending": 2}, "Nothing has settled yet."),
        ({}, "Nothing was due."),
    ],
)
def test_each_is_summed_up_and_none_is_not_counted_out(now: dict[str, int], sentence: str) -> None:
    page = week.page(summed(None, now))
    assert [one.sentence for one in page.members] == [sentence, "Nothing was due."]
    assert (page.kept is None) is (not now.get("kept"))


def test_a_week_that_does_not_adjoin_is_not_the_week_before() -> None:
    found = summed(2, {"kept": 5, "missed": 1, "woven": 4})
    assert found.earlier
    apart = replace(found, earlier=replace(found.earlier, to_on=found.earlier.to_on - DAY))
    assert week.page(apart).sentence.startswith("The thread held on four days.")


def summed(before: int | None, now: dict[str, int]) -> Week:
    """A week of Noor and Sam by its sums; `before` is how many were kept in the one before."""
    noor, sam = (Member(ids.new(), name, ZONE, DAY_START) for name in ("Noor", "Sam"))
    bond = Bond(ids.new(), Kind.PARTNERS, Review(zone=ZONE), MONDAY - (0 if before is None else 7) * DAY, SUNDAY.date(), SUNDAY)
    terms = Terms(MONDAY.date(), "FREQ=DAILY", ZONE, DAY_START)
    promise = Promise(ids.new(), bond.id, noor.id, "Home for dinner", "time", None, None, MONDAY, None, plan_of(MONDAY.date(), [terms]))
    still_open = next(occurrences.fresh(promise, one) for one in schedule_of(promise.plan, SUNDAY.date(), SUNDAY.date()))
    scene = Scene(
        me=noor,
        now=SUNDAY,
        bonds=[bond],
        people={bond.id: [noor, sam]},
        promises={promise.id: promise},
        rows={},
        days={},
        counts={},
        weaves={bond.id: Weave()},
        said={},
        moves={},
        spare={},
        streaks={},
    )
    this, earlier = (_summary(bond, noor, SUNDAY.date() - back * DAY, sums) for back, sums in ((0, now), (7, {"kept": before or 0})))
    rows = [still_open] if now.get("pending") else []
    return Week(scene, bond, this, earlier if before is not None else None, None, rows, [], [], [])


def _summary(bond: Bond, noor: Member, to_on: date, sums: dict[str, int]) -> Summary:
    figures = {"told_ahead": 0, **{one.value: sums.get(one, 0) for one in weeks.COUNTED}, "due": sum(sums.values()) - sums.get("woven", 0)}
    summary = {"members": {str(noor.id): {"all": figures, "areas": {}}}, "woven": sums.get("woven", 0)}
    return Summary(bond.id, weeks.ending(to_on).from_on, to_on, SUNDAY, SUNDAY, summary)
