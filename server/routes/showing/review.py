"""A week gone through together: beginning, its five steps, and what stays of it."""

from collections.abc import Sequence
from dataclasses import replace

from server.domain.reviews import LAST, LENGTHS, STEPS, LineKind, Step
from server.routes.showing import deciding, forms, review_steps, week, words
from server.routes.showing.forms import Sent
from server.routes.showing.review_scene import Found
from server.store.asks import Answer
from server.store.reviews import Review
from web.views import Action, Choice, Link, Option, ReviewBegin, ReviewPage, ReviewStep, ReviewTime, Said

HEADING = "Your week, together"
LABELS = {
    Step.THANKS: "Thanks",
    Step.HELD: "What held",
    Step.FRAYED: "What frayed",
    Step.ADJUST: "Adjust",
    Step.PLAN: "Ask and plan",
}
NEXT = {Step.HELD: "what held", Step.FRAYED: "what frayed", Step.ADJUST: "keep or adjust", Step.PLAN: "ask and plan"}
PHONES = {"two": "on a phone each, live", "one": "on one phone, passed between you"}
ROUND, JUST_BEGUN = 5, 3


def page(found: Found, *, at: str = "", promise: str = "", sent: Sent | None = None) -> ReviewPage:
    """The page as it stands for who looks: to begin or join it, its step, an earlier step once more, or what was said when it is closed."""
    if found.review is not None and found.review.closed_at is not None:
        return _closed(found, found.review)
    if found.review is None or not found.has_joined:
        return _begin(found, sent)
    seen = Step(at) if at in STEPS[: found.review.step] else found.step
    view = review_steps.shown(_frame(found, found.review, seen), found, seen, promise=promise, sent=sent)
    refusal = str(sent.refusal) if sent and sent.refusal.field not in sent.fields else ""
    return replace(view, problem=refusal)


def sense_of_time(review: Review) -> ReviewTime:
    """About how long they have sat together; nothing runs out."""
    minutes = review.seconds // 60
    if minutes < JUST_BEGUN:
        text = f"Just begun, about {review.minutes} minutes"
    elif minutes < review.minutes:
        about = min(max(ROUND, round(minutes / ROUND) * ROUND), review.minutes)
        text = f"About {about} of {review.minutes} minutes"
    else:
        text = f"About {review.minutes} minutes, as you wanted. Stay as long as it is good."
    return ReviewTime(text=text, percent=min(100, round(100 * minutes / review.minutes)))


def _frame(found: Found, review: Review, seen: Step) -> ReviewPage:
    """What surrounds every step: who is here, where it stands, how it goes on."""
    is_current = seen is found.step
    view = ReviewPage(
        eyebrow=_eyebrow(found),
        heading=HEADING,
        shows=seen.value,
        label=LABELS[seen],
        step=found.step.value,
        week_url=week.address(found.week.summary, found.query),
        live_url=found.address("/here"),
        here=_here(found),
        steps=tuple(_steps(found, review, seen)),
        time=sense_of_time(review),
        paused="Paused, for as long as you like." if review.paused_at else "",
        pause=Action(label="Go on", url=found.address("/pause"), fields=(("rests", ""),))
        if review.paused_at
        else Action(label="Pause", url=found.address("/pause"), fields=(("rests", "yes"),)),
        back=None if is_current else Link(label=f"Back to: {LABELS[found.step].lower()}", url=found.address()),
    )
    return _going_on(view, found, review) if is_current and review.paused_at is None else view


def _going_on(view: ReviewPage, found: Found, review: Review) -> ReviewPage:
    waits_for = [found.scene.names[one] for one in found.others_here if not found.is_ready(one)]
    step, is_last = (("step", found.step.value),), review.step == LAST
    if found.is_ready(found.scene.me.id) and (waits_for or is_last):
        stay = Action(label="Stay a little" if not is_last else "Keep it open", url=found.address("/stay"), fields=step)
        return replace(view, next_hint=_is_ready(found, waits_for, is_last=is_last), stay=stay)
    label = "Close it" if is_last else f"Next: {NEXT[STEPS[review.step + 1]]}"
    return replace(view, next=Action(label=label, url=found.address("/next"), fields=step), next_hint=_hint(found, review, waits_for))


def _is_ready(found: Found, waits_for: Sequence[str], *, is_last: bool) -> str:
    if not is_last:
        return f"You are ready. {words.listed(waits_for)} {'is' if len(waits_for) == 1 else 'are'} still looking."
    return f"You have closed it. It is done once {_the_others(found)} closes it too, now or another day."


def _hint(found: Found, review: Review, waits_for: Sequence[str]) -> str:
    """What the other does too; who is not here is not waited for, and not asked after."""
    is_last = review.step == LAST
    if review.on_one_phone:
        return "One tap for both of you."
    if is_last:
        return (
            "It is done once you both have closed it."
            if len(found.week.people) == 2
            else "It is done once all who took part have closed it."
        )
    if waits_for:
        return f"{words.listed(waits_for)} {'taps' if len(waits_for) == 1 else 'tap'} next too. You move on together."
    if ready := [found.scene.names[one] for one in found.others_here]:
        return f"{words.listed(ready)} {'is' if len(ready) == 1 else 'are'} ready."
    return f"You go on by yourself for now. {_the_others(found).capitalize()} can join at any time."


def _the_others(found: Found) -> str:
    others = [one.name for one in found.week.people if one.id != found.scene.me.id]
    return others[0] if len(others) == 1 else "somebody else"


def _here(found: Found) -> str:
    names = [found.scene.names[one] for one in found.others_here]
    return f"{words.listed(names)} {'is' if len(names) == 1 else 'are'} here" if names else ""


def _steps(found: Found, review: Review, seen: Step) -> list[ReviewStep]:
    return [
        ReviewStep(
            label=LABELS[step],
            state="now" if step is seen else "done" if place <= review.step else "coming",
            url="" if step is seen or place > review.step else found.address(**({"at": step.value} if place < review.step else {})),
        )
        for place, step in enumerate(STEPS)
    ]


def _eyebrow(found: Found) -> str:
    summary = found.week.summary
    return f"{words.span(summary.from_on, summary.to_on)} · week {found.week.number}"


def _begin(found: Found, sent: Sent | None) -> ReviewPage:
    here = _here(found)
    view = ReviewPage(
        eyebrow=_eyebrow(found), heading=HEADING, shows="begin", week_url=week.address(found.week.summary, found.query), here=here
    )
    if found.review is not None:
        sentence = f"It has begun, and stands at ‘{LABELS[found.step].lower()}’. You come to where it is."
        return replace(view, begin=ReviewBegin(action=found.address(), submit="Join", sentence=sentence))
    begin = ReviewBegin(
        action=found.address(),
        submit="Begin",
        sentence="Thanks first, then what held, what frayed, what you keep or adjust, and something to look forward to.",
        minutes=_choice("minutes", {str(one): f"{one} min" for one in LENGTHS}, "30", sent),
        phones=_choice("phones", PHONES, "two", sent),
        left=_what_is_left(found),
    )
    return replace(view, begin=begin)


def _what_is_left(found: Found) -> tuple[str, ...]:
    """The steps to which the one before did not come; one in which nothing was done leaves nothing."""
    if found.left is None or not (found.left.review.step or found.left.lines):
        return ()
    return tuple(LABELS[step].lower() for step in STEPS[found.left.review.step :])


def _choice(name: str, labels: dict[str, str], chosen: str, sent: Sent | None) -> Choice:
    found = forms.choice(name, labels, chosen, sent)
    return found if any(one.chosen for one in found.options) else replace(found, options=_first_chosen(found.options))


def _first_chosen(options: Sequence[Option]) -> tuple[Option, ...]:
    return tuple(replace(one, chosen=place == 0) for place, one in enumerate(options))


def _closed(found: Found, review: Review) -> ReviewPage:
    """What was said, decided and planned; where it was left, the way to where it goes on."""
    went_on = None
    if review.goes_on_in:
        went_on = Link(label="It goes on in the week after", url=f"/weeks/{review.goes_on_in}/review{found.query}")
    return ReviewPage(
        eyebrow=_eyebrow(found),
        heading="What you said together",
        shows="closed",
        week_url=week.address(found.week.summary, found.query),
        said=tuple(one for one in _what_was_said(found) if one.lines),
        went_on=went_on,
    )


def _what_was_said(found: Found) -> Sequence[Said]:
    me, names = found.scene.me.id, found.scene.names
    asked = [one for one in found.asks if one.answer is not Answer.TAKEN_BACK]
    return (
        Said(heading="Thanks", lines=review_steps.quotes(found, LineKind.THANKS)),
        Said(heading="What frayed", lines=review_steps.quotes(found, LineKind.FRAYED)),
        Said(heading="To talk about", lines=week.brought(found.week)),
        Said(heading="What becomes of it", lines=tuple(deciding.lines(found)), is_quoted=False),
        Said(heading="Asked", lines=tuple(review_steps.asked(one, me, names) for one in asked), is_quoted=False),
        Said(heading="Planned", lines=tuple(review_steps.planned(found)), is_quoted=False),
    )
