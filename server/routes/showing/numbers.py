"""Numbers as they are said."""

WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def said(count: int) -> str:
    """In words up to twelve, then in figures."""
    return WORDS[count] if 0 <= count < len(WORDS) else str(count)


def counted(count: int, one: str, many: str) -> str:
    """As in "eleven weeks"."""
    return f"{said(count)} {one if count == 1 else many}"
