"""Every piece in every state that it can stand in."""

from dataclasses import replace
from typing import get_args

from web import views
from web.gallery.drawn import CALENDAR, COURSES, LETTERS, days
from web.views import (
    Action,
    Card,
    Chip,
    Choice,
    Dot,
    Entry,
    Figure,
    Input,
    Link,
    Member,
    Notice,
    Option,
    Ring,
    State,
    Strand,
    Thanks,
    Thread,
)

__all__ = ["CALENDAR", "COURSES"]  # shown beside what follows

NOOR = Member(name="Noor", initial="N", colour=1, text="here since 2 September")
SAM = Member(name="Sam", initial="S", colour=2, text="here since 3 September")
MEMBERS = (NOOR, SAM)

_WORDS: dict[State, str] = {
    "kept": "kept",
    "late": "kept late",
    "ahead": "told ahead",
    "missed": "missed",
    "mended": "mended",
    "future": "still to come",
    "excused": "let go",
    "waiting": "nothing said yet",
    "none": "not due",
}
STATES: tuple[State, ...] = get_args(State)


def dots(letters: str) -> tuple[Dot, ...]:
    """Read a row of letters as dots with their words."""
    return tuple(Dot(state=state, text=_WORDS[state]) for state in days(letters))


def thread(*letters: str, heading: str = "", aside: str = "", marks: str = "") -> Thread:
    """Weave rows of letters, one a member."""
    names = ("you", "Sam", "Ada", "Ilya")
    strands = tuple(
        Strand(name=name, colour=n, days=days(row), text=_told(name, row))
        for n, (name, row) in enumerate(zip(names, letters, strict=False), start=1)
    )
    return Thread(
        summary=f"The last {len(letters[0])} days, a strand for each of you.",
        strands=strands,
        heading=heading,
        aside=aside,
        marks=tuple(marks),
    )


def _told(name: str, row: str) -> str:
    counted = (f"{row.count(letter)} {_WORDS[LETTERS[letter]]}" for letter in dict.fromkeys(row))
    return f"{name}: {', '.join(counted)}."


def choose(chosen: str, **labels: str) -> Choice:
    """Offer answers by value and label, one of them chosen."""
    return Choice(options=tuple(Option(value=value, label=label, chosen=value == chosen) for value, label in labels.items()))


LAST_21 = ("kkkkmkkgkkkklkkkkkkkf", "kkkkkkkkkakkkkkkmkkkf")
TODAY_THREAD = thread(*LAST_21, heading="19 days woven", aside="1 mend")


def say(label: str, kind: str, card: str, **more: str) -> Action:
    """Make the button of a check-in."""
    return Action(
        label=label,
        url="/promises/1/check-ins",
        id="01936b2a-0000-7000-8000-000000000001",
        fields=(("kind", kind), *more.items()),
        target=card,
    )


RUNNING_LATE = Action(
    label="Running late",
    url="/promises/1/check-ins",
    id="01936b2a-0000-7000-8000-000000000002",
    fields=(("kind", "heads_up"),),
    name="minutes",
    choices=tuple(Option(value=n, label=f"{n} min") for n in ("10", "20", "30", "45")),
    target="card-mum-2026-11-22",
)
MOVE_IT = Action(
    label="Move it",
    url="/promises/1/check-ins",
    entry=Entry(name="to", label="To which day?", type="date", value="2026-11-23"),
)
THANK_YOU = Action(
    label="Say thank you",
    url="/promises/1/check-ins",
    id="01936b2a-0000-7000-8000-000000000003",
    fields=(("kind", "seen"),),
    target="card-text-2026-11-22",
)


def card(name: str, title: str, when: str, ring: Ring, **more: object) -> Card:
    """Make a card of today."""
    told: dict[str, object] = {"colour": 1, "day": "2026-11-22", **more}
    key = f"card-{name}-{told['day']}"
    return Card(
        id=key,
        promise=name,
        title=title,
        url=f"/promises/{name}",
        when=when,
        ring=ring,
        ring_label=f"“{title}”: say that it was kept",
        tap=say("Kept", "kept", key),
        **told,  # type: ignore[arg-type]
    )


DINNER = card(
    "dinner",
    "Home for dinner",
    "by 18:30",
    Ring(progress=14 / 30, state="kept"),
    chip=Chip(text="kept 18:22", tone="ok"),
    dots=dots("kkkgkkk"),
    streak="14 in a row",
)
MUM = card(
    "mum",
    "Call Mum with Sam",
    "tonight 20:00",
    Ring(progress=0.4),
    chip=Chip(text="in 40 min", tone="soon"),
    dots=dots("knnknnf"),
    actions=(RUNNING_LATE, MOVE_IT),
)
PHONE = card(
    "phone",
    "Phone away after nine",
    "every night",
    Ring(progress=6 / 7),
    dots=dots("kkkkkkf"),
    streak="6 in a row",
)
TEXT = card(
    "text",
    "Text when leaving work",
    "weekdays 17:30",
    Ring(progress=8 / 14, state="kept"),
    colour=2,
    chip=Chip(text="on time", tone="ok"),
    dots=dots("kmkkkkk"),
    streak="8 in a row",
    actions=(THANK_YOU,),
)
STATEMENT = card(
    "statement",
    "Show the card statement",
    "every Sunday",
    Ring(progress=3 / 7),
    colour=2,
    dots=dots("knknknf"),
    streak="3 in a row",
)
ASK = views.Ask(
    id="card-mum-2026-11-19",
    title="Thursday, Call Mum:",
    text="nothing said yet. Did it happen?",
    actions=(
        say("It did", "kept", "card-mum-2026-11-19", day="2026-11-19"),
        say("It didn’t, I own it", "missed", "card-mum-2026-11-19", day="2026-11-19"),
        say("Use a spare day", "reserve", "card-mum-2026-11-19", day="2026-11-19"),
    ),
)
UNTOUCHED = card("untouched", "A promise just made", "any time that day", Ring(progress=0))
TIMES = card("times", "Swim", "three times a week", Ring(progress=0.5, text="2/3"), streak="4 of 5 kept")
REFUSED = card(
    "refused",
    "A title that goes on for as long as titles may, one hundred and twenty letters in all, and so it runs to the fourth line",
    "weekdays and every second Saturday 18:30",
    Ring(progress=1, state="late"),
    colour=2,
    chip=Chip(text="kept 19:02", tone="quiet"),
    dots=dots("lmgkaew"),
    streak="building quietly",
    cue="When the clock says 17:50, I pack up.",
    note="This one has been hard lately. You can make it smaller, ask to move it, or let it end.",
    problem="That was more than three days ago. It is closed.",
    folded=(say("It didn’t, I own it", "missed", "card-refused-2026-11-22"), replace(THANK_YOU, target="card-refused-2026-11-22")),
)
WATCHED = replace(STATEMENT, id="card-watched-2026-11-22", tap=None)
CARDS = (UNTOUCHED, TIMES, REFUSED, WATCHED, DINNER, MUM)
RINGS = tuple(Ring(progress=n / 10, state=state) for n, state in enumerate(STATES))
CHIPS = (Chip(text="on time", tone="ok"), Chip(text="in 40 min", tone="soon"), Chip(text="let go", tone="quiet"))
EVERY_STATE = "klamgfewn"
THREADS = (
    thread(EVERY_STATE, EVERY_STATE[::-1], heading="Every state", aside="both strands"),
    thread("kkkkmkk", marks="MTWTFSS"),
    thread("kkkkkkf", "kklkkkf", "kgkkakf", "kkkmkkf", heading="Four members"),
)
NOTICES = (Notice(text="Saved."), Notice(text="Your week is ready.", link=Link(label="Look", url="/week")))
INPUTS = (Input(), Input(value="18:30"), Input(value="25:00", error="A time between 00:00 and 23:59, please."))
ONE_OF = choose("b", a="one", b="another", c="a third")
WRONG = replace(ONE_OF, error="Choose another one.")
FIGURES = (Figure(value="14", label="in a row"), Figure(value="86 %", label="kept", note="of late"))
BARS = (
    views.AreaWeek(
        name="Being on time",
        note="up 12",
        bars=tuple(views.AreaBar(name=m.name, colour=m.colour, percent=p, text=f"{p} %") for m, p in zip(MEMBERS, (100, 0), strict=True)),
    ),
)
QUOTE = Thanks(text="I noticed.", by="Sam, Thursday")
KEYS = views.Passkey(options_url="/me/passkeys/options", url="/me/passkeys")
ROWS = (
    views.Row(name="This phone", text="signed in on 2 September"),
    views.Row(name="Tablet", text="signed in on 9 October", end=Action(label="Sign out", url="/me/devices/2/end")),
)
PAUSE = views.PauseForm(
    action="/promises/1/pauses",
    since=Input(value="2026-12-27"),
    until=Input(value="2026-12-24"),
    pauses=("3 to 5 December.",),
    problem="The last day comes before the first.",
)


def _week(n: int) -> tuple[State, ...]:
    return days("kmlgenn" if n % 9 == 0 else "".join("kkkknnn"[(day * 3 + n) % 7] for day in range(7)))


YEAR = views.YearView(
    summary="The last year: 203 days kept, 9 late, 4 missed, 2 mended.",
    colour=1,
    weeks=(*(_week(n) for n in range(51)), days("kkkkkkf")),
    months=tuple(
        views.MonthMark(week=n * 4 + n // 3, label=label)
        for n, label in enumerate(("Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"))
    ),
    twin=("October: 18 kept, 2 late.", "November: 15 kept, 1 missed and mended."),
)
ANSWER = views.TapAnswer(
    card=DINNER,
    thread=TODAY_THREAD,
    counts=(views.MemberCount(id="count-yours", text="2 of 3 kept"),),
)
