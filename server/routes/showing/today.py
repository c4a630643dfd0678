"""Today, and what a tap on it is answered with."""

from collections.abc import Iterable
from uuid import UUID

from server.domain.check_ins import Kind
from server.domain.outcomes import Outcome
from server.domain.schedule import DAY
from server.routes.showing import beside, cards, milestone, threads, words
from server.routes.showing.scene import Scene
from server.store import ids
from server.store.milestones import Milestone
from server.store.occurrences import Row
from server.store.promises import Promise
from web.views import Action, Due, MemberCount, MemberSection, TapAnswer, Thread, TodayPage

MORNING, AFTERNOON, EVENING, NIGHT = 5, 12, 18, 23


def page(scene: Scene, reached: Iterable[Milestone], *, can_push: bool = False) -> TodayPage:
    """What is due today, one's own first; what waits for a word above it."""
    return TodayPage(
        date=words.full_date(scene.today),
        greeting=f"{_greeting(scene)}, {scene.me.name}",
        sections=tuple(_sections(scene)),
        thread=thread(scene),
        asks=tuple(cards.ask(scene, scene.promises[row.promise_id], row) for row in waiting(scene)),
        at_once=tuple(_at_once(scene)),
        milestones=milestone.links(scene, reached),
        due=due(scene),
        offers_reminders=can_push and any(promise.member_id == scene.me.id for promise in scene.promises.values()),
    )


def answer(scene: Scene, promise: Promise, row: Row, *, problem: str = "") -> TapAnswer:
    """The card that was tapped, the thread, and the counts; in words how it stands, unless the card says why not."""
    counts = tuple(section.count for section in _sections(scene))
    card = cards.card(scene, promise, row, problem=problem)
    said = "" if problem else f"{card.title}: {card.chip.text if card.chip and card.chip.tone != 'soon' else 'nothing said yet'}."
    return TapAnswer(card=card, said=said, thread=thread(scene), counts=counts, due=due(scene))


def thread(scene: Scene) -> Thread | None:
    """The first bond's last three weeks."""
    if not scene.bonds:
        return None
    bond = scene.bonds[0]
    rows = [row for some in scene.rows.values() for row in some if row.bond_id == bond.id]
    mends = sum(1 for row in rows if row.outcome is Outcome.MENDED)
    together = scene.weaves[bond.id].together
    heading = f"{words.plural(together, 'day', 'days')} woven" if together and not scene.me.hides_streaks else "Your thread"
    aside = words.plural(mends, "mend", "mends") if mends else ""
    return threads.thread(scene.people[bond.id], scene.me, rows, scene.today, heading=heading, aside=aside)


def due(scene: Scene) -> Due:
    """What of one's own waits for a word; a day that begins soon may have been reminded of already."""
    own = [row for some in scene.rows.values() for row in some if row.member_id == scene.me.id]
    pending = [row for row in own if row.outcome is Outcome.PENDING and row.day <= scene.today + DAY]
    today = [beside.card_id(row) for row in pending if row.last_day == scene.today]
    waits = [beside.card_id(row) for row in [*pending, *waiting(scene)]]
    return Due(today=" ".join(today), waits=" ".join(waits), at=int(scene.now.timestamp() * 1000))


def _at_once(scene: Scene) -> Iterable[Action]:
    """Two or more days that wait may be answered with one word."""
    rows = waiting(scene)
    if len(rows) < 2:
        return
    waits = " ".join(f"{row.promise_id}/{row.last_day}" for row in rows)
    for label, kind in (("All of it happened", Kind.KEPT), ("None of it did, I own it", Kind.MISSED)):
        said = (("kind", kind.value), ("by", str(scene.me.id)), ("waits", waits))
        yield Action(label=label, url="/waiting", id=str(ids.new()), fields=said)


def waiting(scene: Scene) -> list[Row]:
    """One's own days that wait for a word, oldest first."""
    rows = [row for some in scene.rows.values() for row in some if row.waits and row.member_id == scene.me.id]
    return sorted(rows, key=lambda row: row.due_at)


def _greeting(scene: Scene) -> str:
    hour = int(words.clock(scene.now, scene.me.zone)[:2])
    if hour < MORNING or hour >= NIGHT:
        return "Still up"
    return "Good morning" if hour < AFTERNOON else "Good afternoon" if hour < EVENING else "Good evening"


def _sections(scene: Scene) -> Iterable[MemberSection]:
    yield _section(scene, scene.me.id, "Yours", "count-yours", empty="Nothing today. Something small is a good beginning.")
    for place, (member_id, name) in enumerate(scene.others.items()):
        number = "count-theirs" if place == 0 else f"count-theirs-{place + 1}"
        yield _section(scene, member_id, words.possessive(name), number, empty="Nothing today.")
    own = _section(scene, scene.me.id, "Only yours", "count-own", personal=True)
    if own.cards:
        yield own


def _section(scene: Scene, member_id: UUID, heading: str, count_id: str, *, personal: bool = False, empty: str = "") -> MemberSection:
    found = sorted(_due(scene, member_id, personal=personal), key=lambda one: (one[1].due_at, one[0].made_at))
    done = sum(1 for _, row in found if row.outcome is Outcome.KEPT)
    text = f"{done} of {len(found)} kept" if found else ""
    shown = tuple(cards.card(scene, promise, row) for promise, row in found)
    return MemberSection(heading=heading, count=MemberCount(id=count_id, text=text), cards=shown, empty=empty)


def _due(scene: Scene, member_id: UUID, *, personal: bool) -> Iterable[tuple[Promise, Row]]:
    for promise in scene.promises.values():
        row = scene.running(promise) if promise.member_id == member_id and (promise.bond_id is None) is personal else None
        if row is not None:
            yield promise, row
