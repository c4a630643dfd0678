"""Three kind answers to a milestone: that it was seen, what it does, and thanks; other ones each time."""

from collections.abc import Sequence

from server.domain.milestones import MilestoneKind

Slots = tuple[Sequence[str], Sequence[str], Sequence[str]]
LONG = 30
"""From so many on it is a long way, and may be called one."""

OF_ONE: dict[MilestoneKind, Slots] = {
    MilestoneKind.IN_A_ROW: (
        ("I noticed", "I saw every one of them", "I have been counting too"),
        ("It made things lighter", "I stopped having to ask", "I can lean on that", "It makes my evenings calmer"),
        ("Thank you", "Thank you for meaning it", "Thank you, truly"),
    ),
    MilestoneKind.KEPT_IN_ALL: (
        ("I rely on you", "I see what you do", "None of these were small to me"),
        ("It adds up", "That is who you are to me", "It shows"),
        ("Thank you for each of them", "Thank you", "I am glad it is you"),
    ),
    MilestoneKind.COMEBACK: (
        ("Welcome back", "I saw you come back", "There you are"),
        ("That took something", "Starting again is the hard part", "I did not take it for granted"),
        ("I am glad", "Thank you for trying again", "Thank you"),
    ),
    MilestoneKind.MEND: (
        ("I saw you try", "You said it, and then did it", "I noticed the difference"),
        ("It means a lot to me", "It feels different now", "That is how it heals"),
        ("Thank you for staying with it", "Thank you", "Thank you for owning it"),
    ),
    MilestoneKind.TOGETHER: (
        ("We did that", "Look at us", "Both of us, day by day"),
        ("I like us", "I feel at home in this", "We are good at small things"),
        ("Let us go on", "To the next ones", "Thank you for your half"),
    ),
}
OF_A_LONG_WAY = ("Not many people do that", "I could set a clock by you", "I had forgotten to worry")


def three(kind: MilestoneKind, count: int, *, turn: int) -> tuple[str, str, str]:
    """One of each, chosen by the milestone itself: the same to whoever opens it again, others for the next one."""
    seen, does, thanks = OF_ONE[kind]
    if count >= LONG and kind is not MilestoneKind.TOGETHER:
        seen = (*seen, *OF_A_LONG_WAY)
    return seen[turn % len(seen)], does[turn // 7 % len(does)], thanks[turn // 49 % len(thanks)]
