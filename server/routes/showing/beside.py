"""What stands beside a card: an ask to move it, a quiet hint to its promiser alone, the way to putting it right."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from uuid import UUID

from server.domain import differences, notices, owning, schedule
from server.domain.check_ins import Said
from server.domain.outcomes import Outcome
from server.domain.schedule import DAY
from server.routes.showing import moment, words
from server.routes.showing.scene import Sight
from server.store.moves import Move
from server.store.occurrences import Row
from server.store.promises import Promise
from web.views import FRESH, Action, Entry, Link

REMEMBERED = 4096


def card_id(row: Row) -> str:
    """The name of an occurrence's card on a page."""
    return _card_id(row.promise_id, row.day)


@lru_cache(maxsize=REMEMBERED)
def _card_id(promise_id: UUID, day: date) -> str:
    """It stands in every form of a card."""
    return f"card-{promise_id}-{day}"


def cue(scene: Sight, promise: Promise, row: Row) -> str:
    """The promiser's own if–then, while it is about due: no notice ever carries it, so it stands where a reminder opens."""
    due_time = schedule.terms_on(promise.plan, row.day).due_time
    is_near = row.outcome is Outcome.PENDING and scene.now >= notices.remind_at(row.due_at, due_time)
    return words.cue(promise.cue) if promise.cue and is_near and promise.member_id == scene.me.id else ""


def note(scene: Sight, promise: Promise, row: Row, said: Sequence[Said]) -> str:
    """One line at most: an ask that waits for an answer, thanks for a correction, else to the promiser what makes this one hard."""
    asked = _open_move(scene, row)
    mine = promise.member_id == scene.me.id
    if asked:
        day = words.full_date(asked.to_on)
        return f"You asked to move it to {day}." if mine else f"{scene.names.get(promise.member_id, '')} asks to move it to {day}."
    if mine and row.outcome is Outcome.MISSED and differences.is_corrected(said):
        return "You put that right yourself. Thank you."
    return _hint(scene, promise, row)


def link(scene: Sight, promise: Promise, row: Row, *, thanked: bool) -> Link | None:
    """From a difference to both words of it, from a miss of one's own to putting it right, from a thank you to something together."""
    if row.outcome is Outcome.OPEN:
        return Link(label="What each of you said", url=difference_url(row))
    if promise.member_id == scene.me.id:
        missed = row.outcome in (Outcome.MISSED, Outcome.MENDED)
        return Link(label="Put it right in words", url=f"/promises/{promise.id}/repairs/{row.day}") if missed else None
    name = scene.names.get(promise.member_id, "")
    return moment.begun(f"Something small, to thank {name}", label="Plan something small") if thanked else None


def difference_url(row: Row) -> str:
    """Where both words of a difference stand side by side."""
    return f"/promises/{row.promise_id}/differences/{row.day}"


def ask_to_move(scene: Sight, promise: Promise, row: Row) -> list[Action]:
    """The promiser's ask, once for a day, where there is somebody to ask."""
    if promise.bond_id is None or row.key in scene.moves or row.day > scene.day_of(promise):
        return []
    entry = Entry(name="to_on", label="To which day?", type="date", value=(row.last_day + DAY).isoformat())
    return [_tap(scene, row, "Ask to move it", _url(row), ("kind", "move"), entry=entry)]


def answers_to_move(scene: Sight, row: Row) -> list[Action]:
    """A receiver's two answers, equal in size."""
    if _open_move(scene, row) is None:
        return []
    answers = (("yes", "Yes, move it"), ("no", "Rather not"))
    return [_tap(scene, row, label, f"{_url(row)}/answer", ("kind", word), ("answer", word)) for word, label in answers]


def _tap(scene: Sight, row: Row, label: str, url: str, *said: tuple[str, str], entry: Entry | None = None) -> Action:
    """An action that may wait on the phone, answered with its card."""
    return Action(label=label, url=url, id=FRESH, fields=(*said, ("by", scene.by)), entry=entry, target=card_id(row))


def _open_move(scene: Sight, row: Row) -> Move | None:
    asked = scene.moves.get(row.key)
    return asked if asked and asked.agreed is None and row.outcome is Outcome.PENDING else None


def _hint(scene: Sight, promise: Promise, row: Row) -> str:
    """What makes this one hard, to its promiser alone (M10); it counts nothing and is shown to nobody else."""
    if promise.member_id != scene.me.id or row.outcome is not Outcome.PENDING:
        return ""
    settled = [one.outcome for one in scene.days.get(promise.id, ()) if one.day < row.day]
    if owning.is_at_risk(settled):
        return "This one has been hard lately. You can make it smaller, ask to move it, or let it end."
    if row.key in scene.crowded:
        return "Another one is due at nearly the same time. You can move one of them."
    return ""


def _url(row: Row) -> str:
    return f"/promises/{row.promise_id}/moves/{row.day}"
