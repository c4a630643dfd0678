"""A nudge: one kind tap that says "thinking of you" and nothing else, once a day from one to another."""

from server.domain.errors import InvalidError

MOST = 3
CHOICES = tuple(range(MOST + 1))


def most_of(text: str) -> int:
    """How many may reach somebody in a day, 0 to 3 (InvalidError)."""
    if text not in {str(one) for one in CHOICES}:
        raise InvalidError(f"From 0 to {MOST} a day, please.", "most")
    return int(text)


def reaches(*, most: int, reached: int, is_muted: bool) -> bool:
    """Whether one more reaches its receiver on a day on which so many have."""
    return not is_muted and reached < most
