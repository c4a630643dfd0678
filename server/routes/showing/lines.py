"""The quiet lines above Today: what has reached one about a miss, what one wanted to think of again, what is planned."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from server.db import Session
from server.routes.showing import moment, words
from server.routes.showing.scene import Scene
from server.store import let_goes, repairs
from server.store.occurrences import Key
from server.store.repairs import Standing
from web.views import Link, Notice

SHOWN_FOR = timedelta(days=3)


def above(session: Session, scene: Scene) -> tuple[Notice, ...]:
    """Read them; nothing here counts, presses, or comes back once it was answered."""
    planned = moment.near(moment.load(session, scene.me.id, now=scene.now))
    return (*planned, *_reached(session, scene), *_to_think_of(session, scene))


def _reached(session: Session, scene: Scene) -> Iterable[Notice]:
    found = repairs.reached_since(session, [*scene.others], [one.id for one in scene.bonds], scene.now - SHOWN_FOR)
    gone = let_goes.gone(session, {one.promise_id for one in found}) if found else set()
    for one in found:
        key = one.promise_id, one.day
        if one.promise_id in scene.promises and key not in gone and not _answered(session, scene, key):
            name = scene.names.get(one.member_id, "")
            yield _line(key, f"{name} owned {_day(scene, one.day)}, ‘{scene.promises[one.promise_id].title}’.", "Read it")


def _to_think_of(session: Session, scene: Scene) -> Iterable[Notice]:
    found = [key for key in repairs.to_think_of(session, scene.me.id, scene.today) if key[0] in scene.promises]
    gone = let_goes.gone(session, {key[0] for key in found}) if found else set()
    for key in found:
        if key not in gone:
            text = f"You wanted to think again of {_day(scene, key[1])}, ‘{scene.promises[key[0]].title}’."
            yield _line(key, text, "Look")


def _answered(session: Session, scene: Scene, key: tuple[UUID, date]) -> bool:
    standing = repairs.of_promise(session, key[0], since=key[1]).get(key[1], Standing())
    return scene.me.id in standing.heard or scene.me.id in dict(standing.answers)


def _line(key: Key, text: str, label: str) -> Notice:
    return Notice(text=text, link=Link(label=label, url=f"/promises/{key[0]}/repairs/{key[1]}"))


def _day(scene: Scene, day: date) -> str:
    return words.relative_day(day, scene.today)
