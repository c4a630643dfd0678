"""What may happen around one occurrence of one day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.naive.story import HOUR, MINUTE, SECOND, Part, Story
from tests.naive.terms import DAY, Occurrence

Scene = Callable[[Story, Part, Occurrence], None]
REPAIR = {"did": "x", "landed": "y", "mine": "z", "right": "r", "prevent": "p"}


def in_time(story: Story, part: Part, o: Occurrence) -> None:
    """Kept by the promiser, now and then at the very last instant."""
    story.tap(_timely(story, o), part.by, part, "kept")


def late(story: Story, part: Part, o: Occurrence) -> None:
    """Kept a little or much after the grace, or just when it settles."""
    span = story.pick((10 * MINUTE, SECOND, 30 * MINUTE, 30 * MINUTE + SECOND, 70 * MINUTE, DAY))
    at = min(o.due_at + o.grace + span, o.settles_at)
    story.tap(at, part.by, part, "kept", day=_named(story, o, at))


def delivered_late(story: Story, part: Part, o: Occurrence) -> None:
    """Tapped in time and delivered up to three days later, or too late."""
    at = _timely(story, o)
    wait = story.pick((5 * HOUR, 20 * HOUR, 60 * HOUR, 72 * HOUR, 72 * HOUR + SECOND))
    story.tap(at + wait, part.by, part, "kept", at=at, day=_named(story, o, at))


def ahead_of_time(story: Story, part: Part, o: Occurrence) -> None:
    """Tapped on a phone whose clock runs ahead."""
    at = _timely(story, o)
    ahead = story.pick((MINUTE, 5 * MINUTE, 5 * MINUTE + SECOND))
    story.tap(at - ahead, part.by, part, "kept", at=at)


def after_the_fact(story: Story, part: Part, o: Occurrence) -> None:
    """Said once it had settled, often vouched for."""
    at = _after(story, o)
    kept = story.tap(at, part.by, part, "kept", day=o.day)
    by = _somebody(story, part)
    if story.chance(60):
        story.tap(at + story.minutes(1, 900), by, part, "vouch", day=o.day)
    if story.chance(15):
        story.tap(at + story.minutes(1, 20), part.by, part, "undo", target=kept)


def witnessed(story: Story, part: Part, o: Occurrence) -> None:
    """A receiver says it first, or alone."""
    at = _timely(story, o) if story.chance(60) else _after(story, o)
    story.tap(at, _somebody(story, part), part, "kept", day=o.day)
    if story.chance(40):
        story.tap(at + story.minutes(0, 600), part.by, part, "kept", day=o.day)


def thanked(story: Story, part: Part, o: Occurrence) -> None:
    """Kept, and seen at any time."""
    at = _timely(story, o)
    story.tap(at, part.by, part, "kept")
    seen_at = at + story.pick((HOUR, 4 * DAY, 30 * DAY))
    story.tap(seen_at, _somebody(story, part), part, "seen", day=o.day)


def told_ahead(story: Story, part: Part, o: Occurrence) -> None:
    """A heads-up, sometimes refused or taken back, and then a word or none."""
    at = o.due_at - story.pick((20 * MINUTE, 2 * HOUR, SECOND, 45 * MINUTE, timedelta(0)))
    span = story.pick((30, 10, -5, 60, 90, -45, 240))
    to = o.due_at + span * MINUTE
    to = to if story.chance(10) else min(to, o.settles_at)
    first = story.tap(at, part.by, part, "heads_up", to=to, day=_named(story, o, at))
    if story.chance(20):
        story.tap(at + SECOND, part.by, part, "heads_up", to=o.settles_at, day=o.day)
    if story.chance(20):
        story.tap(at + MINUTE, part.by, part, "undo", target=first)
    kept_at = to + o.grace + story.pick((-1, 0, 1, 15, 45)) * MINUTE
    if story.chance(85):
        story.tap(max(kept_at, at), part.by, part, "kept", day=o.day)


def owned(story: Story, part: Part, o: Occurrence) -> None:
    """Not done, said by the promiser, and mostly repaired."""
    at = _timely(story, o) if story.chance(30) else _after(story, o)
    label = story.pick((None, "slip", "broke_my_word"))
    story.tap(at, part.by, part, "missed", day=o.day, label=label)
    repaired(story, part, o, max(at, o.settles_at))
    if story.chance(20):
        story.tap(at + story.minutes(0, 300), part.by, part, "kept", day=o.day)


def repaired(story: Story, part: Part, o: Occurrence, since: datetime) -> None:
    """A repair, in most cases within its fourteen days and by the right person."""
    wait = story.pick((HOUR, 5 * HOUR, 40 * HOUR, 14 * DAY, 14 * DAY + SECOND))
    by = part.by if story.chance(92) else _somebody(story, part)
    words = {**REPAIR, "prevent": " "} if story.chance(6) else REPAIR
    if story.chance(85):
        day = o.day + (DAY if story.chance(4) else timedelta(0))
        story.say(since + wait, "repair", by=by, promise=part.id, day=day.isoformat(), **words)
        part.mood, part.left = "mending", 9


def corrected(story: Story, part: Part, o: Occurrence) -> None:
    """Said kept, and owned later on, also after it closed; sometimes that is taken back."""
    at = _timely(story, o)
    story.tap(at, part.by, part, "kept")
    owned_at = at + story.pick((HOUR, 30 * HOUR, 5 * DAY))
    owning = story.tap(owned_at, part.by, part, "missed", day=o.day)
    if story.chance(30):
        story.tap(owned_at + 10 * MINUTE, part.by, part, "undo", target=owning)
    else:
        repaired(story, part, o, max(owned_at, o.settles_at))


def differed(story: Story, part: Part, o: Occurrence) -> None:
    """Seen differently, and ended in one of four ways or left to fall away."""
    at = _timely(story, o)
    story.tap(at, part.by, part, "kept")
    differs_at = at + story.pick((HOUR, 26 * HOUR, 6 * DAY))
    by = _somebody(story, part)
    differs = story.tap(differs_at, by, part, "differs", day=o.day)
    end_at = differs_at + story.pick((2 * HOUR, 3 * DAY, 7 * DAY - SECOND, 7 * DAY))
    end = story.pick(("agree_missed", "withdraw", "missed", "undo", None))
    if end == "undo":
        story.tap(differs_at + 10 * MINUTE, by, part, "undo", target=differs)
    elif end is not None:
        ender = by if end == "withdraw" else part.by
        ending = story.tap(end_at, ender, part, end, day=o.day)
        if story.chance(15):
            story.tap(end_at + MINUTE, ender, part, "undo", target=ending)
    if end in ("agree_missed", "missed"):
        repaired(story, part, o, end_at)


def taken_back(story: Story, part: Part, o: Occurrence) -> None:
    """Kept, undone, undone again, and often said once more."""
    at = _timely(story, o)
    kept = story.tap(at, part.by, part, "kept")
    undo_at = story.pick((at + 5 * MINUTE, at + 15 * MINUTE, o.settles_at, o.settles_at + SECOND))
    by = part.by if story.chance(90) else _somebody(story, part)
    undo = story.tap(max(undo_at, at), by, part, "undo", target=kept)
    if story.chance(25):
        target = story.pick((undo, kept, "nothing"))
        story.tap(max(undo_at, at) + SECOND, part.by, part, "undo", target=target)
    if story.chance(60):
        again_at = max(undo_at, at) + story.minutes(1, 60)
        story.tap(again_at, part.by, part, "kept", day=o.day)


def let_go(story: Story, part: Part, o: Occurrence) -> None:
    """Excused by a receiver, before or after it settles."""
    at = _timely(story, o) if story.chance(50) else _after(story, o)
    story.tap(at, _somebody(story, part), part, "excuse", day=o.day)


def spared(story: Story, part: Part, o: Occurrence) -> None:
    """A spare day, before or after it settles, sometimes twice."""
    at = _timely(story, o) if story.chance(50) else _after(story, o)
    story.tap(at, part.by, part, "reserve", day=o.day)
    if story.chance(15):
        story.tap(at + MINUTE, part.by, part, "reserve", day=o.day)


def mistaken(story: Story, part: Part, o: Occurrence) -> None:
    """The wrong person, or nothing to speak of."""
    at = _timely(story, o)
    kind = story.pick(("missed", "reserve", "heads_up", "agree_missed"))
    to = o.settles_at if kind == "heads_up" else None
    story.tap(at, _somebody(story, part), part, kind, day=o.day, to=to)
    mine = story.pick(("excuse", "vouch", "seen", "differs", "withdraw"))
    story.tap(at, part.by, part, mine, day=o.day)
    theirs = story.pick(("vouch", "differs", "withdraw"))
    story.tap(at, _somebody(story, part), part, theirs, day=o.day)


def muddled(story: Story, part: Part, o: Occurrence) -> None:
    """Many words about one occurrence, from anybody, in any order."""
    at = o.begins_at
    by_me = ("kept", "missed", "reserve", "agree_missed")
    for _ in range(2 + story.dice.below(5)):
        at += story.minutes(1, 1500)
        tapped_at = max(at - story.pick((timedelta(0), HOUR, 20 * HOUR)), o.begins_at)
        if story.chance(50):
            by, kind = part.by, story.pick(by_me)
        else:
            by = _somebody(story, part)
            kind = story.pick(("kept", "excuse", "vouch", "differs", "withdraw"))
        id = story.tap(at, by, part, kind, at=tapped_at, day=o.day)
        if story.chance(20):
            story.tap(at + MINUTE, by, part, "undo", target=id)


def silent(story: Story, part: Part, o: Occurrence) -> None:
    """Nothing."""


def _timely(story: Story, o: Occurrence) -> datetime:
    last = min(o.due_at + o.grace, o.settles_at)
    hours = (HOUR, 40 * MINUTE, 3 * HOUR, 11 * HOUR, SECOND, 5 * HOUR, timedelta(0))
    before = story.pick((o.grace, *hours) if o.grace else hours)
    return max(last - before, o.begins_at)


def _after(story: Story, o: Occurrence) -> datetime:
    late = (SECOND, 6 * HOUR, 20 * HOUR, timedelta(0), 71 * HOUR, 72 * HOUR, 72 * HOUR + SECOND)
    return o.settles_at + story.pick(late)


def _named(story: Story, o: Occurrence, at: datetime) -> str | None:
    return o.day.isoformat() if story.chance(50) or at >= o.begins_at + DAY else None


def _somebody(story: Story, part: Part) -> str:
    return story.pick(part.others) if part.others else part.by


MOODS: dict[str, tuple[tuple[int, Scene], ...]] = {
    "diligent": (
        (150, in_time),
        (18, witnessed),
        (10, thanked),
        (10, delivered_late),
        (4, ahead_of_time),
        (12, told_ahead),
        (7, late),
        (8, after_the_fact),
        (7, let_go),
        (5, spared),
        (6, taken_back),
        (11, differed),
        (9, owned),
        (3, corrected),
        (2, silent),
    ),
    "mixed": (
        (8, in_time),
        (8, late),
        (8, after_the_fact),
        (6, told_ahead),
        (8, owned),
        (5, corrected),
        (9, differed),
        (5, taken_back),
        (4, let_go),
        (6, spared),
        (3, mistaken),
        (6, muddled),
        (8, silent),
    ),
    "mending": ((80, in_time), (10, witnessed), (6, delivered_late), (4, let_go)),
    "silent": ((90, silent), (5, let_go), (5, after_the_fact)),
}
