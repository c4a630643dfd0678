import pytest

from server.domain.milestones import MilestoneKind, reached, share_of_next

IN_A_ROW = (3, 7, 14, 30, 50, 100, 200, 365, 500, 1000)
KEPT_IN_ALL = (1, 10, 50, 100, 250, 500, 1000, 2500, 5000, 10000)
TOGETHER = (3, 7, 14, 30, 60, 100, 200, 365)


@pytest.mark.parametrize(
    ("kind", "thresholds"),
    [
        (MilestoneKind.IN_A_ROW, IN_A_ROW),
        (MilestoneKind.KEPT_IN_ALL, KEPT_IN_ALL),
        (MilestoneKind.TOGETHER, TOGETHER),
        (MilestoneKind.COMEBACK, (5,)),
        (MilestoneKind.MEND, (1,)),
    ],
)
def test_each_threshold_is_reached_at_its_number_and_not_before(kind, thresholds):
    assert reached(kind, 0) == ()
    assert reached(kind, 1_000_000) == thresholds
    for place, threshold in enumerate(thresholds):
        assert reached(kind, threshold) == thresholds[: place + 1]
        assert reached(kind, threshold - 1) == thresholds[:place]


@pytest.mark.parametrize(
    ("kind", "count", "share"),
    [
        (MilestoneKind.IN_A_ROW, 0, 0.0),
        (MilestoneKind.IN_A_ROW, 2, 2 / 3),
        (MilestoneKind.IN_A_ROW, 3, 3 / 7),
        (MilestoneKind.TOGETHER, 364, 364 / 365),
        (MilestoneKind.TOGETHER, 365, 1.0),
        (MilestoneKind.KEPT_IN_ALL, 20_000, 1.0),
    ],
)
def test_how_far_it_is_to_the_next(kind, count, share):
    assert share_of_next(kind, count) == pytest.approx(share)
