"""A repair's page: to the promiser the form, or what they wrote; to the other what has reached them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from server.actions import folding
from server.db import Session
from server.domain import check_ins, schedule, streaks
from server.domain.check_ins import Said
from server.domain.errors import NotFoundError
from server.domain.outcomes import Outcome
from server.domain.owning import Cause
from server.domain.repairs import Repair, RepairAnswer, Way
from server.domain.streaks import KEPT_TO_MEND
from server.domain.text import isolated
from server.routes.showing import beside, cards, forms, words
from server.routes.showing.forms import Sent
from server.routes.showing.scene import Scene
from server.store import folds, ids, let_goes, occurrences, ownings, repairs
from server.store.folds import StreakRow
from server.store.let_goes import LetGo
from server.store.occurrences import Row
from server.store.ownings import Owning
from server.store.promises import Promise
from server.store.repairs import Mark, Standing
from web.views import Action, AreaBar, AreaWeek, Link, MarkForm, OwningForm, RepairForm, RepairLine, RepairPage

ANSWERS = {
    RepairAnswer.HEARD: ("I heard it", "has heard it."),
    RepairAnswer.ACCEPTED: ("I accept it", "accepts it."),
    RepairAnswer.NOT_YET: ("Not yet", "says: not yet."),
    RepairAnswer.RATHER_NOT: ("Rather not", "would rather leave it there."),
}
LATELY = timedelta(weeks=12)
OWN_LABELS = {"": "Nothing", "slip": "A slip", "broke_my_word": "I broke my word"}
OWN_CAUSES = {
    "": "Not said",
    Cause.FORGOT.value: "I forgot",
    Cause.PROMISED_TOO_MUCH.value: "I promised too much",
    Cause.PLANS_CHANGED.value: "Plans changed",
    Cause.AVOIDED_IT.value: "I avoided it",
    Cause.CIRCUMSTANCES.value: "Circumstances",
}
LABELS = {
    "did": "What happened, plainly",
    "landed": "What it was like for {name}",
    "mine": "That it was on me",
    "right": "What I will do to put it right",
    "prevent": "What I will do differently",
    "reason": "Why it happened",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A missed day with all that its page says: the days after it, what was said about it, a draft, one's own mark, what grew from it."""

    promise: Promise
    row: Row
    said: Sequence[Said]
    later: Sequence[Row]
    standing: Standing
    draft: Repair
    mark: Mark
    owning: Owning
    causes: Mapping[Cause, int]
    let_go: LetGo | None
    linked: tuple[Promise, StreakRow] | None


def load(session: Session, scene: Scene, promise: Promise, day: date) -> Found:
    """Read it; NotFoundError where nothing was missed, and for the other where nothing has reached them."""
    rows = occurrences.seen_of_promise(session, promise.id, first=day)
    row = next((one for one in rows if one.day == day and one.outcome in (Outcome.MISSED, Outcome.MENDED)), None)
    standing = repairs.of_promise(session, promise.id, since=day).get(day, Standing())
    mine = promise.member_id == scene.me.id
    if row is None or not standing.shows(writer=mine):
        raise NotFoundError("There is nothing here.")
    linked = scene.promises.get(standing.linked_id) if standing.linked_id else None
    streak = folds.streaks_of(session, [linked.id])[linked.id] if linked else None
    return Found(
        promise=promise,
        row=row,
        said=check_ins.live(folding.said_in(session, {promise.id: promise}, [row])[row.key]),
        later=[one for one in rows if one.day > day],
        standing=standing,
        draft=(repairs.draft(session, promise.id, day, scene.me.id) if mine else None) or Repair(),
        mark=repairs.mark(session, promise.id, day, scene.me.id),
        owning=ownings.get(session, promise.id, day),
        causes=ownings.causes(session, scene.me.id, since=scene.today - LATELY) if mine else {},
        let_go=let_goes.get(session, promise.id, day),
        linked=(linked, streak) if linked and streak else None,
    )


def page(scene: Scene, found: Found, *, sent: Sent | None = None) -> RepairPage:
    """The page as the one who looks sees it."""
    mine = found.promise.member_id == scene.me.id
    others = _others(scene, found.promise)
    writes = mine and found.standing.words is None
    return RepairPage(
        eyebrow=words.full_date(found.row.last_day),
        heading=_heading(scene, found, mine=mine),
        title=isolated(found.promise.title),
        about=f"{words.due(found.row.due_at, schedule.terms_on(found.promise.plan, found.row.day), scene.me.zone)} · "
        f"{words.outcome(found.row.outcome, found.row.value, waits=False, mine=mine)}",
        close_url=f"/promises/{found.promise.id}",
        easier=Link(label="Make it smaller, or less often", url=f"/promises/{found.promise.id}/edit") if writes and _runs(found) else None,
        form=_form(scene, found, others, sent) if writes else None,
        sorry=_say(scene, found, "Say sorry, in one word", "sorry") if writes and not found.standing.sorry_at and others else None,
        lines=tuple(_lines(found, others if mine else "me", mine=mine)),
        notes=tuple(_notes(scene, found, others, mine=mine)),
        actions=tuple(_actions(scene, found, mine=mine)),
        foot="" if mine or not found.standing.has_reached else "Any of these, or nothing. You are not asked again.",
        thanks=tuple(cards.thanking(scene, found.promise, found.row, found.said, back=_url(found))),
        plan=None if mine else beside.link(scene, found.promise, found.row, thanked=cards.has_thanked(scene, found.said)),
        kept_since=_kept_since(found),
        linked=_linked(found),
        owning=_owning_form(scene, found) if mine else None,
        mark=None if mine else _mark(found, sent),
        let_go=_let_go(scene, found),
    )


def _runs(found: Found) -> bool:
    return found.promise.plan.released_on is None


def _others(scene: Scene, promise: Promise) -> str:
    """Those to whom it was promised, by name; empty for a promise to oneself."""
    people = scene.people.get(promise.bond_id, []) if promise.bond_id else []
    return words.listed([one.name for one in people if one.id != promise.member_id])


def _heading(scene: Scene, found: Found, *, mine: bool) -> str:
    if not mine:
        return f"{scene.names.get(found.promise.member_id, '')} owned it"
    return "You owned it" if found.standing.words else "Own it"


def _form(scene: Scene, found: Found, others: str, sent: Sent | None) -> RepairForm:
    draft = found.draft
    url = _url(found)
    return RepairForm(
        action=url,
        draft_action=f"{url}/draft",
        id=str(ids.new()),
        did=forms.field("did", draft.did, sent),
        landed=forms.field("landed", draft.landed, sent),
        mine=forms.field("mine", draft.mine, sent),
        right=forms.field("right", draft.right, sent),
        prevent=forms.field("prevent", draft.prevent, sent),
        reason=forms.field("reason", draft.reason, sent),
        new_promise=forms.field("new_promise", "", sent),
        landed_label=LABELS["landed"].format(name=others or "others"),
        in_person=f"I will say it to {others} myself" if others else "",
        sent=f"Send it to {others}" if others else "Write it down",
        note=f"{others} can answer in their own time, or not at all. Nothing here asks anybody to forgive." if others else "",
        problem=str(sent.refusal) if sent and not sent.refusal.field else "",
    )


def _lines(found: Found, name: str, *, mine: bool) -> Iterable[RepairLine]:
    """What was written: to its writer always, to the other what was sent; what is said in person stays with who wrote it."""
    written = found.standing.words_for(writer=mine) or Repair()
    for field, label in LABELS.items():
        if text := getattr(written, field).strip():
            yield RepairLine(label=label.format(name=name or "others"), text=text)


def _notes(scene: Scene, found: Found, others: str, *, mine: bool) -> Iterable[str]:
    standing = found.standing
    author = "You" if mine else scene.names.get(found.promise.member_id, "")
    yield from _as_owned(found, author, mine=mine)
    if standing.sorry_at and standing.words is None:
        yield f"{author} said sorry."
    if standing.words and standing.way is Way.IN_PERSON:
        if standing.told_at:
            yield f"{author} said it in person."
        elif mine:
            yield f"These words stay with you. {others} sees nothing here until you have said them."
    for member_id in sorted(standing.heard, key=str):
        yield "You have heard it." if member_id == scene.me.id else f"{scene.names.get(member_id, '')} has heard it."
    for member_id, said in standing.answers:
        if member_id == scene.me.id:
            yield f"You answered: “{ANSWERS[said][0]}”."
        else:
            yield f"{scene.names.get(member_id, '')} {ANSWERS[said][1]}"


def _as_owned(found: Found, author: str, *, mine: bool) -> Iterable[str]:
    """What the promiser shares of their own view, and whether the other proposed to let it go."""
    shared = Owning() if mine else found.owning.as_shared()
    if shared.label:
        yield f"{author} calls it {words.LABELS_OF_A_MISS[shared.label]}."
    if shared.cause:
        yield f"What got in the way: {words.CAUSES[shared.cause]}."
    if found.let_go and not found.let_go.agreed_at:
        yield "One of you has proposed to let this go."


def _actions(scene: Scene, found: Found, *, mine: bool) -> Iterable[Action]:
    standing = found.standing
    if mine:
        if standing.words and standing.way is Way.IN_PERSON and not standing.told_at:
            yield _say(scene, found, "I have said it", "told")
        return
    if not standing.has_reached:
        return
    if standing.way is Way.IN_PERSON and scene.me.id not in standing.heard:
        yield _say(scene, found, "It was said, and I heard it", "was_heard")
    given = dict(standing.answers).get(scene.me.id)
    for said, (label, _) in ANSWERS.items():
        if said is not given:
            yield _say(scene, found, label, said.value)


def _say(scene: Scene, found: Found, label: str, word: str) -> Action:
    return Action(label=label, url=f"{_url(found)}/words", id=str(ids.new()), fields=(("word", word), ("by", str(scene.me.id))))


def _kept_since(found: Found) -> str:
    if found.row.outcome is Outcome.MENDED:
        return "Mended: it held three times in a row since."
    kept = streaks.kept_since([one.stitch for one in found.later])
    return f"Kept since: {kept} of {KEPT_TO_MEND}" if found.standing.words and kept is not None else ""


def _linked(found: Found) -> Link | None:
    if found.linked is None:
        return None
    promise, streak = found.linked
    so_far = f", kept since: {streak.kept} of {streak.valued}" if streak.valued else ""
    return Link(label=f"{isolated(promise.title)}{so_far}", url=f"/promises/{promise.id}")


def _owning_form(scene: Scene, found: Found) -> OwningForm:
    owning = found.owning
    return OwningForm(
        action=f"{_url(found)}/owning",
        label=forms.choice("label", OWN_LABELS, owning.label or ""),
        cause=forms.choice("cause", OWN_CAUSES, owning.cause or ""),
        shares_label=owning.shares_label,
        shares_cause=owning.shares_cause,
        lately=tuple(_causes(scene, found)),
    )


def _causes(scene: Scene, found: Found) -> Iterable[AreaWeek]:
    """One's own causes, the most frequent first."""
    most = max(found.causes.values(), default=0)
    for cause, count in sorted(found.causes.items(), key=lambda one: -one[1]):
        label, times = OWN_CAUSES[cause.value], words.plural(count, "time", "times")
        bar = AreaBar(name=label, colour=scene.colours[scene.me.id], percent=100 * count // most, text=times)
        yield AreaWeek(name=label, bars=(bar,), note=times)


def _let_go(scene: Scene, found: Found) -> Action | None:
    """The way to letting it go: to propose it once, or to say yes to it; nothing for who waits for the other's yes."""
    if found.promise.bond_id is None or (found.let_go and found.let_go.proposed_by == scene.me.id):
        return None
    return _say(scene, found, "Yes, let it go" if found.let_go else "Propose it", "agree_let_go" if found.let_go else "let_go")


def _mark(found: Found, sent: Sent | None) -> MarkForm:
    remind_on = found.mark.remind_on.isoformat() if found.mark.remind_on else ""
    return MarkForm(
        action=f"{_url(found)}/mark",
        lets_go=found.mark.lets_go,
        relies=found.mark.relies,
        remind_on=forms.field("remind_on", remind_on, sent),
    )


def _url(found: Found) -> str:
    return f"/promises/{found.promise.id}/repairs/{found.row.day}"
