"""Today, and what a tap on it is answered with."""

from collections.abc import Iterable
from uuid import UUID

from server.domain.check_ins import Kind
from server.domain.outcomes import Outcome
from server.domain.schedule import DAY
from server.domain.text import isolated
from server.routes.showing import beside, cards, milestone, threads, words
from server.routes.showing.looking import Look
from server.routes.showing.scene import Sight
from server.store.occurrences import Row
from server.store.promises import Promise
from web.views import FRESH, Action, Due, MemberCount, MemberSection, TapAnswer, Thread, TodayPage

MORNING, AFTERNOON, EVENING, NIGHT = 5, 12, 18, 23


def page(found: Look, *, can_push: bool = False) -> TodayPage:
    """What is due today, one's own first; what waits for a word above it."""
    scene = found.sight
    return TodayPage(
        date=words.full_date(scene.today),
        greeting=f"{_greeting(scene)}, {isolated(scene.me.name)}",
        sections=tuple(_sections(scene)),
        thread=thread(scene),
        asks=tuple(cards.ask(scene, scene.promises[row.promise_id], row) for row in waiting(scene)),
        at_once=tuple(_at_once(scene)),
        milestones=milestone.links(scene, found.above.milestones, found.above.titles),
        due=due(scene),
        offers_reminders=can_push and found.has_promised,
    )


def answer(scene: Sight, promise: Promise, row: Row, *, problem: str = "") -> TapAnswer:
    """The card that was tapped, the thread, and the counts; in words how it stands, unless the card says why not."""
    counts = tuple(section.count for section in _sections(scene))
    card = cards.card(scene, promise, row, problem=problem)
    said = "" if problem else f"{card.title}: {card.chip.text if card.chip and card.chip.tone != 'soon' else 'nothing said yet'}."
    return TapAnswer(card=card, said=said, thread=thread(scene), counts=counts, due=due(scene))


def thread(scene: Sight) -> Thread | None:
    """The first bond's last three weeks."""
    if not scene.bonds:
        return None
    bond = scene.bonds[0]
    ours = [one for one in scene.promises.values() if one.bond_id == bond.id]
    mends = sum(1 for one in ours for day in scene.days[one.id] if day.outcome is Outcome.MENDED)
    together = scene.weaves[bond.id].together
    heading = f"{words.plural(together, 'day', 'days')} woven" if together and not scene.me.hides_streaks else "Your thread"
    aside = words.plural(mends, "mend", "mends") if mends else ""
    days = {one.id: [scene.days[promise.id] for promise in ours if promise.member_id == one.id] for one in scene.people[bond.id]}
    return threads.by_member(scene.people[bond.id], scene.me, days, scene.today, heading=heading, aside=aside)


def due(scene: Sight) -> Due:
    """What of one's own waits for a word; a day that begins soon may have been reminded of already."""
    own = [row for some in scene.rows.values() for row in some if row.member_id == scene.me.id]
    pending = [row for row in own if row.outcome is Outcome.PENDING and row.day <= scene.today + DAY]
    today = [beside.card_id(row) for row in pending if row.last_day == scene.today]
    waits = [beside.card_id(row) for row in [*pending, *waiting(scene)]]
    return Due(today=" ".join(today), waits=" ".join(waits), at=int(scene.now.timestamp() * 1000))


def _at_once(scene: Sight) -> Iterable[Action]:
    """Two or more days that wait may be answered with one word."""
    rows = waiting(scene)
    if len(rows) < 2:
        return
    waits = " ".join(f"{row.promise_id}/{row.last_day}" for row in rows)
    for label, kind in (("All of it happened", Kind.KEPT), ("None of it did, I own it", Kind.MISSED)):
        said = (("kind", kind.value), ("by", scene.by), ("waits", waits))
        yield Action(label=label, url="/waiting", id=FRESH, fields=said)


def waiting(scene: Sight) -> list[Row]:
    """One's own days that wait for a word, oldest first."""
    rows = [row for some in scene.rows.values() for row in some if row.waits and row.member_id == scene.me.id]
    return sorted(rows, key=lambda row: row.due_at)


def _greeting(scene: Sight) -> str:
    hour = int(words.clock(scene.now, scene.me.zone)[:2])
    if hour < MORNING or hour >= NIGHT:
        return "Still up"
    return "Good morning" if hour < AFTERNOON else "Good afternoon" if hour < EVENING else "Good evening"


def _sections(scene: Sight) -> Iterable[MemberSection]:
    yield _section(scene, scene.me.id, "Yours", "count-yours", empty="Nothing today. Something small is a good beginning.")
    for place, (member_id, name) in enumerate(scene.others.items()):
        number = "count-theirs" if place == 0 else f"count-theirs-{place + 1}"
        yield _section(scene, member_id, words.possessive(name), number, empty="Nothing today.")
    own = _section(scene, scene.me.id, "Only yours", "count-own", personal=True)
    if own.cards:
        yield own


def _section(scene: Sight, member_id: UUID, heading: str, count_id: str, *, personal: bool = False, empty: str = "") -> MemberSection:
    found = sorted(_due(scene, member_id, personal=personal), key=lambda one: (one[1].due_at, one[0].made_at))
    done = sum(1 for _, row in found if row.outcome is Outcome.KEPT)
    text = f"{done} of {len(found)} kept" if found else ""
    shown = tuple(cards.card(scene, promise, row) for promise, row in found)
    return MemberSection(heading=heading, count=MemberCount(id=count_id, text=text), cards=shown, empty=empty)


def _due(scene: Sight, member_id: UUID, *, personal: bool) -> Iterable[tuple[Promise, Row]]:
    for promise in scene.promises.values():
        row = scene.running(promise) if promise.member_id == member_id and (promise.bond_id is None) is personal else None
        if row is not None:
            yield promise, row
