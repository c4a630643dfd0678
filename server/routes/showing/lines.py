"""The quiet lines above Today: what has reached one about a miss, what one wanted to think of again, what is planned.

Nothing here counts, presses, or comes back once it was answered.
"""

from datetime import date

from server.domain.text import isolated
from server.routes.showing import moment, nudging, supporting, words
from server.routes.showing.looking import Look
from server.routes.showing.scene import Sight
from server.store.above import Titled
from server.store.occurrences import Key
from web.views import Link, Notice


def above(found: Look) -> tuple[Notice, ...]:
    """All of them, in their order."""
    seen, read = found.sight, found.above
    return (
        *nudging.above(read.nudges, seen.people, seen.bonds, now=seen.now),
        *moment.near(read.moments, seen.today),
        *(_arrived(seen, one) for one in read.arrived),
        *(_to_think_of(seen, one) for one in read.to_think_of),
        *supporting.above(read.supported.values()),
    )


def _arrived(scene: Sight, one: Titled) -> Notice:
    name = scene.names.get(one.member_id, "")
    return _line(one.key, f"{name} owned {_day(scene, one.key[1])}, ‘{isolated(one.title)}’.", "Read it")


def _to_think_of(scene: Sight, one: Titled) -> Notice:
    return _line(one.key, f"You wanted to think again of {_day(scene, one.key[1])}, ‘{isolated(one.title)}’.", "Look")


def _line(key: Key, text: str, label: str) -> Notice:
    return Notice(text=text, link=Link(label=label, url=f"/promises/{key[0]}/repairs/{key[1]}"))


def _day(scene: Sight, day: date) -> str:
    return words.relative_day(day, scene.today)
