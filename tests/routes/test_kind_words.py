"""The kind answers to a milestone."""

import pytest

from server.domain.milestones import THRESHOLDS, MilestoneKind
from server.routes.showing import kind_words

EVERY = [(kind, count) for kind, counts in THRESHOLDS.items() for count in counts]


@pytest.mark.parametrize(("kind", "count"), EVERY)
def test_there_are_three_that_differ_and_fit_a_button(kind, count):
    for turn in range(343):
        found = kind_words.three(kind, count, turn=turn)
        assert len(set(found)) == 3
        assert all(0 < len(words) <= 40 for words in found)


@pytest.mark.parametrize("kind", MilestoneKind)
def test_they_are_not_the_same_three_for_ever(kind):
    assert len({kind_words.three(kind, 3, turn=turn) for turn in range(343)}) >= 27


def test_the_same_milestone_keeps_its_three():
    assert kind_words.three(MilestoneKind.MEND, 1, turn=5) == kind_words.three(MilestoneKind.MEND, 1, turn=5)


def test_a_long_way_may_be_called_one():
    words = {kind_words.three(MilestoneKind.IN_A_ROW, 100, turn=turn)[0] for turn in range(343)}
    assert "I could set a clock by you" in words
    assert "I could set a clock by you" not in {kind_words.three(MilestoneKind.IN_A_ROW, 3, turn=turn)[0] for turn in range(343)}
