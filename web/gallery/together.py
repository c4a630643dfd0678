"""The week gone through together, and asks, as Noor sees them."""

from dataclasses import replace

from web import views
from web.gallery import pages
from web.views import (
    Action,
    AdjustForm,
    AskForm,
    AskRow,
    Choice,
    Decision,
    FrayedLine,
    Input,
    LineForm,
    Link,
    Option,
    PlanForm,
    ReviewBegin,
    ReviewPage,
    ReviewStep,
    ReviewTime,
    Said,
    Thanks,
)

_URL = "/weeks/2026-11-22/review"
_ID = "01995a6e-0000-7000-8000-000000000001"
_LABELS = ("Thanks", "What held", "What frayed", "Adjust", "Ask and plan")
_CALLED = Thanks(text="You called from the platform even though the train was leaving. I noticed.", by="Sam, Thursday")
_RIVER = Thanks(text="A walk by the river", by="Friday 27 November, 18:00, the old bridge")


def _choice(chosen: str, **labels: str) -> Choice:
    return Choice(options=tuple(Option(value=one, label=label, chosen=one == chosen) for one, label in labels.items()))


def _steps(now: int) -> tuple[ReviewStep, ...]:
    return tuple(
        ReviewStep(label=label, state="now" if n == now else "done" if n < now else "coming", url=f"{_URL}?at={n}" if n < now else "")
        for n, label in enumerate(_LABELS)
    )


def _line(kind: str, label: str, hint: str = "") -> LineForm:
    return LineForm(action=f"{_URL}/lines", id=_ID, kind=kind, label=label, text=Input(), hint=hint)


def _tap(label: str, url: str) -> Action:
    return Action(label=label, url=f"{_URL}/{url}", fields=(("step", "held"),))


_FRAME = ReviewPage(
    eyebrow="16 – 22 November · week 7",
    heading="Your week, together",
    shows="held",
    label="What held",
    step="held",
    week_url="/weeks/2026-11-22",
    live_url=f"{_URL}/here",
    here="Sam is here",
    steps=_steps(1),
    time=ReviewTime(text="About 10 of 30 minutes", percent=33),
    pause=_tap("Pause", "pause"),
    next=_tap("Next: what frayed", "next"),
    next_hint="Sam taps next too. You move on together.",
)
BEGIN = ReviewPage(
    eyebrow=_FRAME.eyebrow,
    heading=_FRAME.heading,
    shows="begin",
    week_url=_FRAME.week_url,
    begin=ReviewBegin(
        action=_URL,
        submit="Begin",
        sentence="Thanks first, then what held, what frayed, what you keep or adjust, and something to look forward to.",
        minutes=Choice(options=tuple(Option(value=str(n), label=f"{n} min", chosen=n == 30) for n in (15, 30, 60))),
        phones=_choice("two", two="on a phone each, live", one="on one phone, passed between you"),
        left=("adjust", "ask and plan"),
    ),
)
THANKS = replace(
    _FRAME,
    shows="thanks",
    label="Thanks",
    step="thanks",
    steps=_steps(0),
    thanks=(_CALLED,),
    lines=(Thanks(text="You waited with the soup.", by="You"),),
    line_form=_line("thanks", "Something you noticed"),
    next=None,
    next_hint="You are ready. Sam is still looking.",
    stay=_tap("Stay a little", "stay"),
)
HELD = replace(_FRAME, week=pages.WEEK)
FRAYED = replace(
    _FRAME,
    shows="frayed",
    label="What frayed",
    step="frayed",
    here="",
    steps=_steps(2),
    paused="Paused, for as long as you like.",
    frayed=(
        FrayedLine(
            text="‘Home for dinner’, Wednesday: you owned it.",
            colour=1,
            link=Link(label="Put it right", url="/promises/1/repairs/2026-11-18"),
        ),
        FrayedLine(text="Sam, ‘Text when leaving work’, Friday: owned, and mended since.", colour=2),
    ),
    lines=(Thanks(text="Wednesday was long for both of us.", by="Sam"),),
    line_form=_line("frayed", "A line of your own, if you like", "What it was like for you. Nothing needs to be settled now."),
    left="From 9 – 15 November",
    left_lines=(Thanks(text="We never came to Tuesday.", by="Sam"),),
    left_frayed=(FrayedLine(text="‘Call Mum with Sam’, Thursday: you owned it.", colour=1),),
    next=None,
    next_hint="",
)
ADJUST = replace(
    _FRAME,
    shows="adjust",
    label="Adjust",
    step="adjust",
    steps=_steps(3),
    mine=(
        Decision(
            title="Home for dinner",
            when="weekdays by 18:30, 10 minutes of grace",
            colour=1,
            decided="from Monday 23 November: weekdays by 18:45, 10 minutes of grace",
            keep=_tap("Keep it", "decisions"),
            adjust=Link(label="Adjust", url=f"{_URL}?promise=1"),
            retire=_tap("Retire", "decisions"),
        ),
        Decision(
            title="Call Mum with Sam",
            when="every Thursday by 20:00",
            colour=1,
            keep=_tap("Keep it", "decisions"),
            retire=_tap("Retire", "decisions"),
            form=AdjustForm(
                action=f"{_URL}/decisions",
                id=_ID,
                promise="2",
                due_time=Input(value="20:00", error="A time like 18:30, please."),
                grace=_choice("10", **{"0": "none", "10": "10 min", "30": "30 min"}),
                days=_choice("TH", MO="Mon", TU="Tue", WE="Wed", TH="Thu", FR="Fri", SA="Sat", SU="Sun"),
                times=None,
                back=_URL,
                more_url="/promises/2/edit",
            ),
        ),
    ),
    theirs=(Decision(title="Text when leaving work", when="weekdays by 17:30", colour=2, decided="kept as it is"),),
)
PLAN = replace(
    _FRAME,
    shows="plan",
    label="Ask and plan",
    step="plan",
    steps=_steps(4),
    asks=(
        AskRow(
            text="Eat without phones",
            by="Sam asked you",
            accept=Link(label="Make it a promise", url="/promises/new?ask=1"),
            counter=Action(label="Something else", url="/asks/1/counter"),
            decline=Action(label="Rather not", url="/asks/1/decline"),
        ),
    ),
    ask_form=AskForm(action=f"{_URL}/asks", id=_ID, label="What you would like Sam to do", ask=Input()),
    moments=("The lake, Saturday 28 November",),
    plan_form=PlanForm(
        action=f"{_URL}/moments", id=_ID, what=Input(), on_date=Input(value="2026-11-23"), at_time=Input(), place=Input(value="the pier")
    ),
    next=_tap("Close it", "next"),
    next_hint="It is done once you both have closed it.",
)
CLOSED = ReviewPage(
    eyebrow=_FRAME.eyebrow,
    heading="What you said together",
    shows="closed",
    week_url=_FRAME.week_url,
    said=(
        Said(heading="Thanks", lines=(_CALLED,)),
        Said(heading="What becomes of it", lines=(Thanks(text="Home for dinner", by="You: kept as it is"),), is_quoted=False),
        Said(heading="Planned", lines=(_RIVER,), is_quoted=False),
    ),
    went_on=Link(label="It goes on in the week after", url="/weeks/2026-11-29/review"),
)
ASKS = views.AsksPage(
    eyebrow="Sam",
    heading="Asks",
    asked=PLAN.asks,
    mine=(
        AskRow(
            text="Text before you leave",
            by="You asked Sam",
            said="Sam could do instead: A text on Fridays",
            take_back=Action(label="Take it back", url="/asks/2/take-back"),
        ),
        AskRow(text="Sing in the car", by="You asked Sam", said="Sam would rather not."),
    ),
    form=AskForm(action="/asks", id=_ID, label="What you would like Sam to do", ask=Input(error="A few words, please.")),
)
