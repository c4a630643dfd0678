"""What is celebrated, once (RULES.md 7)."""

from enum import StrEnum


class MilestoneKind(StrEnum):
    """What kind of thing was reached."""

    IN_A_ROW = "in_a_row"
    KEPT_IN_ALL = "kept_in_all"
    TOGETHER = "together"
    COMEBACK = "comeback"
    MEND = "mend"


THRESHOLDS: dict[MilestoneKind, tuple[int, ...]] = {
    MilestoneKind.IN_A_ROW: (3, 7, 14, 30, 50, 100, 200, 365, 500, 1000),
    MilestoneKind.KEPT_IN_ALL: (1, 10, 50, 100, 250, 500, 1000, 2500, 5000, 10000),
    MilestoneKind.TOGETHER: (3, 7, 14, 30, 60, 100, 200, 365),
    MilestoneKind.COMEBACK: (5,),
    MilestoneKind.MEND: (1,),
}


def reached(kind: MilestoneKind, count: int) -> tuple[int, ...]:
    """Every threshold that `count` has come to, smallest first."""
    return tuple(threshold for threshold in THRESHOLDS[kind] if threshold <= count)


def share_of_next(kind: MilestoneKind, count: int) -> float:
    """How far `count` is towards the next threshold, from 0 to 1; 1 beyond the last."""
    return next((count / threshold for threshold in THRESHOLDS[kind] if threshold > count), 1.0)
