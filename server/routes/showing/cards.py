"""A card: one occurrence as the one who looks sees it, and what they can say of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from server.domain import check_ins, milestones, schedule
from server.domain.check_ins import Kind, Said
from server.domain.milestones import MilestoneKind
from server.domain.outcomes import Outcome
from server.domain.text import isolated
from server.routes.showing import beside, threads, words
from server.routes.showing.scene import Sight
from server.store.occurrences import Row
from server.store.promises import Promise
from web.views import FRESH, Action, Ask, Card, Chip, Entry, Option, Ring

SOON = timedelta(minutes=60)
LATER_BY = (10, 20, 30, 45)
SHOWN_FROM = 3
THANKED = (Outcome.KEPT, Outcome.LATE, Outcome.PARTLY, Outcome.MISSED, Outcome.MENDED)


def card(scene: Sight, promise: Promise, row: Row, *, problem: str = "") -> Card:
    """The card of one occurrence."""
    said = scene.said.get(row.key, [])
    mine = promise.member_id == scene.me.id
    actions, folded = _own_actions(scene, promise, row, said) if mine else _other_actions(scene, promise, row, said)
    if last := _undoable(scene, row, said):
        actions = [*actions, _say(scene, promise, row, "Undo", Kind.UNDO, target=str(last.id))]
    return Card(
        id=beside.card_id(row),
        promise=str(promise.id),
        day=row.day.isoformat(),
        title=isolated(promise.title),
        url=f"/promises/{promise.id}",
        colour=scene.colours.get(promise.member_id, 1),
        when=words.due(row.due_at, schedule.terms_on(promise.plan, row.day), scene.me.zone),
        ring=_ring(scene, promise, row),
        ring_label=_ring_label(scene, promise, row, mine=mine),
        tap=_tap(scene, promise, row, said),
        chip=_chip(scene, promise, row, said, mine=mine),
        dots=threads.dots(scene.days.get(promise.id, ()), scene.day_of(promise)),
        streak=streak_words(scene, promise),
        cue=beside.cue(scene, promise, row),
        note=beside.note(scene, promise, row, said),
        link=beside.link(scene, promise, row, thanked=has_thanked(scene, check_ins.live(said))),
        problem=problem,
        actions=tuple(actions),
        folded=tuple(folded),
    )


def ask(scene: Sight, promise: Promise, row: Row) -> Ask:
    """A day of one's own that waits for a word."""
    return Ask(
        id=beside.card_id(row),
        title=f"{words.relative_day(row.last_day, scene.day_of(promise)).capitalize()}, {isolated(promise.title)}:",
        text="nothing said yet. Did it happen?",
        actions=tuple(_answers(scene, promise, row)),
    )


def streak_words(scene: Sight, promise: Promise) -> str:
    """As in "14 in a row"; below three it builds quietly, and nothing at all for who hides streaks."""
    current = scene.counts.get(promise.id, 0)
    if not current or scene.me.hides_streaks or promise.plan.terms[-1].recurrence.is_once:
        return ""
    return f"{current} in a row" if current >= SHOWN_FROM else "building quietly"


def _ring(scene: Sight, promise: Promise, row: Row) -> Ring:
    current = 0 if scene.me.hides_streaks else scene.counts.get(promise.id, 0)
    times = schedule.terms_on(promise.plan, row.day).times
    text = f"{row.done}/{times}" if times and row.outcome is not Outcome.KEPT else ""
    return Ring(progress=milestones.share_of_next(MilestoneKind.IN_A_ROW, current), state=threads.state_of(row), text=text)


def _ring_label(scene: Sight, promise: Promise, row: Row, *, mine: bool) -> str:
    title = isolated(promise.title)
    if row.outcome in (Outcome.PENDING, Outcome.UNREPORTED):
        return f"Mark ‘{title}’ kept" if mine else f"Say that {scene.names.get(promise.member_id, '')} kept ‘{title}’"
    return f"‘{title}’: {words.outcome(row.outcome, row.value, waits=row.waits, mine=mine)}"


def _tap(scene: Sight, promise: Promise, row: Row, said: Sequence[Said]) -> Action | None:
    if (row.outcome is not Outcome.PENDING and not row.waits) or _said_today(scene, promise, row, said):
        return None
    return _say(scene, promise, row, "Kept", Kind.KEPT)


def _said_today(scene: Sight, promise: Promise, row: Row, said: Sequence[Said]) -> bool:
    """For n times a week: whether the running day counts already."""
    day = scene.day_of(promise)
    return row.day != row.last_day and any(one.kind is Kind.KEPT and one.day == day for one in check_ins.live(said))


def _own_actions(scene: Sight, promise: Promise, row: Row, said: Sequence[Said]) -> tuple[list[Action], list[Action]]:
    if row.waits:
        return _answers(scene, promise, row), []
    if row.outcome is Outcome.OPEN:
        return [ending(scene, promise, row)], []
    if row.outcome is not Outcome.PENDING:
        return [], []
    own = [
        _say(scene, promise, row, "It won’t happen, I own it", Kind.MISSED),
        *_spare_day(scene, promise, row),
        *beside.ask_to_move(scene, promise, row),
    ]
    return ([_running_late(scene, promise, row)] if _may_be_late(scene, promise, row) else []), own


def _other_actions(scene: Sight, promise: Promise, row: Row, said: Sequence[Said]) -> tuple[list[Action], list[Action]]:
    live = check_ins.live(said)
    thanks = thanking(scene, promise, row, live)
    if row.outcome is Outcome.OPEN:
        return [ending(scene, promise, row)], []
    if row.outcome in (Outcome.KEPT, Outcome.LATE):
        afterwards = any(one.by_promiser and one.at > row.settles_at for one in check_ins.surviving(live))
        confirm = [_say(scene, promise, row, "Yes, it was so", Kind.VOUCH)] if afterwards and row.outcome is Outcome.LATE else []
        return [*thanks, *confirm], [differing(scene, promise, row)]
    if row.outcome is Outcome.PENDING or row.waits:
        return [*beside.answers_to_move(scene, row), *thanks], [_say(scene, promise, row, "Let it go this time", Kind.EXCUSE)]
    return thanks, []


def thanking(scene: Sight, promise: Promise, row: Row, live: Sequence[Said], *, back: str = "") -> list[Action]:
    """A thank you in one tap for what can be thanked for, and after it a line for who wants to write one."""
    mine = [one for one in live if one.kind is Kind.SEEN and one.member_id == scene.me.id]
    told = row.told_ahead and row.outcome is Outcome.PENDING
    if promise.member_id == scene.me.id or any(one.line for one in mine) or not (told or row.outcome in THANKED):
        return []
    entry = Entry(name="line", label="In your words") if mine else None
    spoke = told or row.outcome in (Outcome.MISSED, Outcome.MENDED)
    label = "Add a line" if mine else "Thank you for saying so" if spoke else "Say thank you"
    return [_placed(replace(_say(scene, promise, row, label, Kind.SEEN), entry=entry), back)]


def has_thanked(scene: Sight, live: Sequence[Said]) -> bool:
    return any(one.kind is Kind.SEEN and one.member_id == scene.me.id for one in live)


def differing(scene: Sight, promise: Promise, row: Row, *, back: str = "") -> Action:
    """A receiver's other view of what stands as kept."""
    return _placed(_say(scene, promise, row, "I saw it differently", Kind.DIFFERS), back)


def ending(scene: Sight, promise: Promise, row: Row, *, back: str = "") -> Action:
    """What the one who looks may do to end a difference: the promiser agrees, a receiver leaves it as it is."""
    label, kind = (
        ("It was missed, I agree", Kind.AGREE_MISSED) if promise.member_id == scene.me.id else ("Leave it as it is", Kind.WITHDRAW)
    )
    return _placed(_say(scene, promise, row, label, kind), back)


def correction(scene: Sight, promise: Promise, row: Row, *, back: str) -> Action:
    """Taking back one's own earlier word: visible, and one's own alone."""
    return _placed(_say(scene, promise, row, "It wasn’t so, I own it", Kind.MISSED), back)


def _placed(action: Action, back: str) -> Action:
    """An action as it is on a card, or on a page that is shown again after it."""
    return replace(action, target="", fields=(*action.fields, ("back", back))) if back else action


def _answers(scene: Sight, promise: Promise, row: Row) -> list[Action]:
    return [
        _say(scene, promise, row, "It did", Kind.KEPT),
        _say(scene, promise, row, "It didn’t, I own it", Kind.MISSED),
        *_spare_day(scene, promise, row),
    ]


def _spare_day(scene: Sight, promise: Promise, row: Row) -> list[Action]:
    """Only while there is one, and how many there are."""
    left = scene.spare_left(promise, row.day)
    return [_say(scene, promise, row, f"Use a spare day ({left} left)", Kind.RESERVE)] if left else []


def _may_be_late(scene: Sight, promise: Promise, row: Row) -> bool:
    return schedule.terms_on(promise.plan, row.day).due_time is not None and scene.now < row.due_at and not row.told_ahead


def _running_late(scene: Sight, promise: Promise, row: Row) -> Action:
    choices = tuple(Option(value=str(n), label=f"{n} min") for n in LATER_BY)
    return Action(
        label="Running late",
        url=_url(promise),
        id=FRESH,
        fields=_fields(scene, row, Kind.HEADS_UP),
        name="minutes",
        choices=choices,
        target=beside.card_id(row),
    )


def _say(scene: Sight, promise: Promise, row: Row, label: str, kind: Kind, **more: str) -> Action:
    return Action(label=label, url=_url(promise), id=FRESH, fields=(*_fields(scene, row, kind), *more.items()), target=beside.card_id(row))


def _fields(scene: Sight, row: Row, kind: Kind) -> tuple[tuple[str, str], ...]:
    """What a form says beside its id: who taps, and the day that is shown, so that a page left open over night speaks of its own day."""
    said = (("kind", kind.value), ("by", scene.by))
    if row.day == row.last_day or kind is Kind.UNDO:
        return *said, ("day", row.day.isoformat())
    is_over = row.waits or scene.now > row.settles_at
    return (*said, ("day", row.last_day.isoformat())) if is_over else said


def _url(promise: Promise) -> str:
    return _check_ins(promise.id)


@lru_cache(maxsize=beside.REMEMBERED)
def _check_ins(promise_id: UUID) -> str:
    return f"/promises/{promise_id}/check-ins"


def _undoable(scene: Sight, row: Row, said: Sequence[Said]) -> Said | None:
    own = [one for one in check_ins.live(said) if one.member_id == scene.me.id]
    last = own[-1] if own else None
    return last if last and scene.now <= max(row.settles_at, last.at + check_ins.UNDO_WITHIN) else None


def _chip(scene: Sight, promise: Promise, row: Row, said: Sequence[Said], *, mine: bool) -> Chip | None:
    terms = schedule.terms_on(promise.plan, row.day)
    live = check_ins.live(said)
    if row.outcome is Outcome.PENDING:
        return _ahead_chip(scene, row, live, times=terms.times, has_time=terms.due_time is not None)
    if row.outcome in (Outcome.KEPT, Outcome.LATE):
        own = [one.at for one in check_ins.surviving(live) if one.by_promiser]
        word, tone = ("kept", "ok") if row.outcome is Outcome.KEPT else ("kept late", "quiet")
        if mine and own and terms.times is None:
            return Chip(text=f"{word} {words.clock(min(own), scene.me.zone)}", tone=tone)  # type: ignore[arg-type]
        on_time = row.outcome is Outcome.KEPT and terms.due_time is not None and own
        return Chip(text="on time" if on_time else word, tone=tone)  # type: ignore[arg-type]
    if row.outcome is Outcome.EXCUSED:
        return Chip(text="spare day" if any(one.kind is Kind.RESERVE for one in live) else "let go", tone="quiet")
    return Chip(text=words.outcome(row.outcome, row.value, waits=row.waits, mine=mine), tone="quiet")


def _ahead_chip(scene: Sight, row: Row, live: Sequence[Said], *, times: int | None, has_time: bool) -> Chip | None:
    moved = next((one.to for one in live if one.kind is Kind.HEADS_UP and one.to), None)
    if moved:
        return Chip(text=f"told ahead: {words.clock(moved, scene.me.zone)}", tone="quiet")
    left = row.due_at - scene.now
    if has_time and timedelta(0) < left <= SOON:
        return Chip(text=f"in {words.plural(-(-int(left.total_seconds()) // 60), 'minute', 'min')}", tone="soon")
    return Chip(text=f"{row.done} of {times} this week", tone="quiet") if times and row.done else None
