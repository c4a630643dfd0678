"""Who is in a history, and what they promise."""

from __future__ import annotations

from datetime import date, time, timedelta

from tests.naive.shapes import Line
from tests.naive.story import Part, Story
from tests.naive.terms import DAY, Schedule, Terms

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kathmandu",
    "UTC",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Africa/Casablanca",
    "Pacific/Chatham",
)
STARTS = tuple(
    date.fromisoformat(text)
    for text in (
        "2026-03-16",
        "2026-03-01",
        "2026-03-26",
        "2026-09-01",
        "2026-09-24",
        "2026-10-14",
        "2024-02-10",
        "2025-12-20",
    )
)
DAY_STARTS = ("03:00", "00:00", "06:00", "02:30", "05:15", "02:00", "00:30")
DUE_TIMES = ("21:00", "18:30", "09:00", "00:30", "02:30", "02:00", "23:59", "05:45", "12:00")
GRACES = (10, 0, 180, 30, 1, 90)
REVIEWS = (("SU", "18:00"), ("WE", "02:30"), ("SA", "00:00"), ("MO", "23:30"), ("SU", "02:15"))
BOND_KINDS = ("partners", "parent_child", "family", "friends", "team")
DAILY = "FREQ=DAILY"
WEEKLY = "FREQ=WEEKLY"
RULES = (
    DAILY,
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=DAILY;INTERVAL=2",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR,SA",
    "FREQ=DAILY;COUNT=12",
    "FREQ=DAILY;COUNT=1",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH,SU;WKST=SU",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-1",
    "FREQ=WEEKLY;BYDAY=MO,WE,TH;COUNT=9",
    "FREQ=DAILY;BYDAY=SA,SU,MO,TU",
    "FREQ=MONTHLY;BYMONTHDAY=1,2,3,9,14,21,28,-1",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,3,-1,-2",
    "FREQ=MONTHLY;BYDAY=2SU,-1FR,1MO,3WE",
    "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=31,30,29",
    "FREQ=YEARLY;BYMONTH=3,4,9,10,12;BYMONTHDAY=-1,1,5,20",
    "FREQ=YEARLY;BYMONTH=2,3,10;BYDAY=SU,SA;BYSETPOS=2,4,-1",
    "FREQ=DAILY;BYMONTH=3,9,11",
    "FREQ=WEEKLY",
    "FREQ=MONTHLY",
)


def gather(story: Story) -> None:
    """Members, their bonds and their promises."""
    names = ("noor", "sam", "cleo")[: 2 + story.chance(25)]
    starts = {name: _member(story, name) for name in (*names, "eve")}
    _bond(story, "us", list(names))
    if story.chance(20):
        _bond(story, "them", [names[0], "eve"])
    for n in range(2 + story.dice.below(3)):
        bond = story.weighed(((80, story.bonds[0]), (10, story.bonds[-1]), (10, None)))
        members = {"us": names, "them": (names[0], "eve"), None: names[:2]}[bond]
        _promise(story, f"p{n}", bond, members, starts)


def shape(story: Story) -> Line:
    """What a promise says: its rule, times, time and grace."""
    what = story.weighed(((45, "daily"), (30, "rule"), (25, "times")))
    if what == "times":
        return {"rule": WEEKLY, "times": story.pick((3, 2, 1, 4, 7, 5))}
    rule = DAILY if what == "daily" else story.pick(RULES)
    if what == "daily" and story.chance(15):
        until = story.starts_on + (10 + story.dice.below(40)) * DAY
        rule = f"FREQ=DAILY;UNTIL={until:%Y%m%d}"
    if story.chance(25):
        return {"rule": rule}
    timed: Line = {"rule": rule, "due_time": story.pick(DUE_TIMES)}
    return {**timed, "grace": story.pick(GRACES)} if story.chance(60) else timed


def terms_of(line: Line, zone: str) -> Terms:
    """The terms that a promise's line means."""
    due_time = line.get("due_time")
    return Terms(
        first_on=date.min,
        rule=line["rule"],
        times=line.get("times"),
        due_time=None if due_time is None else time.fromisoformat(due_time),
        grace=timedelta(minutes=line.get("grace", 10)),
        zone=zone,
    )


def _member(story: Story, name: str) -> tuple[str, time]:
    zone, day_start = story.pick(ZONES), story.pick(DAY_STARTS)
    story.say(story.first_at, "member", id=name, name=name.title(), zone=zone, day_start=day_start)
    story.members.append(name)
    return zone, time.fromisoformat(day_start)


def _bond(story: Story, id: str, members: list[str]) -> None:
    weekday, wall = story.pick(REVIEWS)
    story.say(
        story.first_at,
        "bond",
        id=id,
        kind=story.pick(BOND_KINDS),
        members=members,
        zone=story.pick(ZONES),
        review={"weekday": weekday, "time": wall},
    )
    story.bonds.append(id)


def _promise(
    story: Story,
    id: str,
    bond: str | None,
    members: tuple[str, ...],
    starts: dict[str, tuple[str, time]],
) -> None:
    by = story.pick(members)
    zone, day_start = starts[by]
    said = shape(story)
    if story.chance(20):
        zone = story.pick(ZONES)
        said["zone"] = zone
    starts_on = story.starts_on + story.pick((0, 1, 0, -3, 5, 0, -20)) * DAY
    story.say(
        story.first_at,
        "promise",
        id=id,
        bond=bond,
        by=by,
        title=f"Promise {id}",
        area="time",
        starts_on=starts_on.isoformat(),
        **said,
    )
    schedule = Schedule(id, starts_on, day_start, (terms_of(said, zone),))
    others = tuple(m for m in members if m != by) if bond else ()
    story.parts.append(Part(id, by, others, schedule))
