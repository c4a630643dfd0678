"""What stands beside a card: an ask to move it, a quiet hint to its promiser alone, the way to putting it right."""

from server.domain import owning
from server.domain.outcomes import Outcome
from server.domain.schedule import DAY
from server.routes.showing import words
from server.routes.showing.scene import Scene
from server.store.moves import Move
from server.store.occurrences import Key, Row
from server.store.promises import Promise
from web.views import Action, Entry, Link, Option


def note(scene: Scene, promise: Promise, row: Row) -> str:
    """One line at most: an ask that waits for an answer, else to the promiser what makes this one hard."""
    asked = _open_move(scene, row)
    if asked:
        day = words.full_date(asked.to_on)
        mine = promise.member_id == scene.me.id
        return f"You asked to move it to {day}." if mine else f"{scene.names.get(promise.member_id, '')} asks to move it to {day}."
    return _hint(scene, promise, row)


def link(promise: Promise, row: Row) -> Link | None:
    """For the promiser, from a miss to putting it right, and from a hard one to a smaller one."""
    if row.outcome in (Outcome.MISSED, Outcome.MENDED):
        return Link(label="Put it right in words", url=f"/promises/{promise.id}/repairs/{row.day}")
    return None


def ask_to_move(scene: Scene, promise: Promise, row: Row) -> list[Action]:
    """The promiser's ask, once for a day, where there is somebody to ask."""
    if promise.bond_id is None or row.key in scene.moves or row.day > scene.day_of(promise):
        return []
    entry = Entry(name="to_on", label="To which day?", type="date", value=(row.last_day + DAY).isoformat())
    return [Action(label="Ask to move it", url=_url(row), entry=entry)]


def answers_to_move(scene: Scene, row: Row) -> list[Action]:
    """A receiver's two answers, equal in size."""
    if _open_move(scene, row) is None:
        return []
    answers = (Option(value="yes", label="Yes, move it"), Option(value="no", label="Rather not"))
    return [Action(label=one.label, url=f"{_url(row)}/answer", fields=(("answer", one.value),)) for one in answers]


def _open_move(scene: Scene, row: Row) -> Move | None:
    asked = scene.moves.get(row.key)
    return asked if asked and asked.agreed is None and row.outcome is Outcome.PENDING else None


def _hint(scene: Scene, promise: Promise, row: Row) -> str:
    """What makes this one hard, to its promiser alone (M10); it counts nothing and is shown to nobody else."""
    if promise.member_id != scene.me.id or row.outcome is not Outcome.PENDING:
        return ""
    settled = [one.outcome for one in scene.recent(promise) if one.day < row.day]
    if owning.is_at_risk(settled):
        return "This one has been hard lately. You can make it smaller, ask to move it, or let it end."
    if row.key in _crowded(scene):
        return "Another one is due at nearly the same time. You can move one of them."
    return ""


def _crowded(scene: Scene) -> set[Key]:
    """One's own of today that are due within a quarter of an hour of each other."""
    due = {}
    for promise in scene.promises.values():
        row = scene.running(promise)
        timed = promise.plan.terms[-1].due_time is not None
        if row and timed and promise.member_id == scene.me.id and row.outcome is Outcome.PENDING:
            due[row.key] = row.due_at
    return owning.crowded(due)


def _url(row: Row) -> str:
    return f"/promises/{row.promise_id}/moves/{row.day}"
