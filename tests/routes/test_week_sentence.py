"""What is said of a whole week, by its sums."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from server.domain import weeks
from server.domain.bonds import Kind
from server.domain.members import DAY_START
from server.domain.schedule import Terms, plan_of
from server.domain.schedule import occurrences as schedule_of
from server.domain.weaves import Weave
from server.domain.weeks import Review
from server.routes.showing import week
from server.routes.showing.scene import Scene
from server.routes.showing.week_scene import Week
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
        (2, {"kept": 5, "late": 1}, "Three more than last week."),
        (2, {"kept": 20, "mended": 2, "missed": 1}, "18 more than last week. Two were mended."),
        (7, {"kept": 5, "missed": 2, "woven": 5}, "The thread held on five days. The two that were missed were owned."),
        (7, {"kept": 1, "missed": 6, "woven": 1}, "The thread held on one day. The six that were missed were owned."),
        (7, {"kept": 2, "unreported": 5}, "Two were kept."),
        (7, {"missed": 7}, "It goes on from here. The seven that were missed were owned."),
        (7, {"kept": 7}, "Every one was kept."),
        (7, {"kept": 6, "pending": 1}, "Every one so far was kept."),
        (7, {"excused": 7}, "A quiet week."),
    ],
)
def test_the_week_before_is_named_where_this_one_is_no_less(before: int | None, now: dict[str, int], sentence: str) -> None:
    assert week.page(summed(before, now)).sentence == sentence


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
    scene = Scene(noor, SUNDAY, [bond], {bond.id: [noor, sam]}, {promise.id: promise}, {}, {}, {bond.id: Weave()}, {}, {}, {})
    this, earlier = (_summary(bond, noor, SUNDAY.date() - back * DAY, sums) for back, sums in ((0, now), (7, {"kept": before or 0})))
    rows = [still_open] if now.get("pending") else []
    return Week(scene, bond, this, earlier if before is not None else None, None, rows, [], [], [])


def _summary(bond: Bond, noor: Member, to_on: date, sums: dict[str, int]) -> Summary:
    figures = {"told_ahead": 0, **{one.value: sums.get(one, 0) for one in weeks.COUNTED}, "due": sum(sums.values()) - sums.get("woven", 0)}
    summary = {"members": {str(noor.id): {"all": figures, "areas": {}}}, "woven": sums.get("woven", 0)}
    return Summary(bond.id, weeks.ending(to_on).from_on, to_on, SUNDAY, SUNDAY, summary)
