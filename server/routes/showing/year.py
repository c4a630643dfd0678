"""A year on one page: the thread of all weeks, the days, the lines, what it comes to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from server.db import Session
from server.domain import schedule, weeks
from server.domain.bonds import Kind
from server.domain.members import DAY_START
from server.domain.outcomes import Outcome
from server.domain.schedule import DAY
from server.domain.weaves import DayState
from server.routes.showing import choosing, courses, milestone, numbers, threads, words
from server.routes.showing.scene import Scene
from server.store import folds, milestones, occurrences
from server.store import weeks as weeks_made
from server.store.bonds import Bond
from server.store.members import Member
from server.store.milestones import Milestone
from server.store.occurrences import Row
from server.store.weeks import Summary
from web.views import Calendar, Figure, Month, State, Thread, YearPage

HEADING = "Your year, together"
WEEKS_IN_A_YEAR = 52
WEEKS_IN_A_ROW = 4
FEWEST_KEPT = 50
"""The milestones of a year are those from here on; the smaller ones stand on their weeks."""
States = Mapping[date, State]


@dataclass(frozen=True, slots=True)
class Year:
    """A bond's days from `first` to `last`, the end of the running week, of which `today` is one; what was woven, summed up, reached."""

    scene: Scene
    bond: Bond
    first: date
    today: date
    last: date
    rows: Sequence[Row]
    woven: int
    summaries: Sequence[Summary]
    reached: Sequence[Milestone]

    @property
    def weeks(self) -> int:
        """How many weeks it is, the first and the running one included."""
        return ((self.last - self.first).days // 7) + 1

    @property
    def shown(self) -> list[tuple[int, Member]]:
        """Whose days are shown, with their colours; in a team only one's own."""
        everybody = list(enumerate(self.scene.people[self.bond.id], 1))
        is_team = self.bond.kind is Kind.TEAM
        return [(colour, one) for colour, one in everybody if not is_team or one.id == self.scene.me.id]

    def kept(self, outcome: Outcome) -> int:
        """How many of what is shown stand so."""
        ids = {one.id for _, one in self.shown}
        return sum(1 for row in self.rows if row.outcome is outcome and row.member_id in ids)


def load(session: Session, scene: Scene, bond: Bond) -> Year:
    """Read a bond's last 52 weeks; statements do not grow with what there is."""
    today = schedule.local_day(scene.now, bond.zone, DAY_START)
    last = weeks.week_of(bond.review, today).to_on
    first = max(last - timedelta(weeks=WEEKS_IN_A_YEAR) + DAY, schedule.local_day(bond.made_at, bond.zone, DAY_START))
    found = occurrences.seen_in_bonds(session, [bond.id], first, last)
    days = folds.days_between(session, bond.id, first, today)
    since = schedule.instant(first, DAY_START, bond.zone)
    reached = milestones.visible(session, scene.me.id, since=since, until=scene.now)
    return Year(
        scene,
        bond,
        first,
        today,
        last,
        rows=[row for row in found if row.promise_id in scene.promises],
        woven=sum(1 for one in days.values() if one.state is DayState.WOVEN),
        summaries=weeks_made.of_bond(session, bond.id, WEEKS_IN_A_YEAR),
        reached=[one for one in reached if one.bond_id == bond.id],
    )


def page(year: Year) -> YearPage:
    """The page; of a bond that has nothing yet, the words alone."""
    query = choosing.query(year.scene.bonds, year.bond)
    eyebrow = f"{words.span(year.first, year.today)} {year.today.year}"
    if year.first.year < year.today.year:
        eyebrow = f"{_day(year.first)} {year.first.year} – {_day(year.today)} {year.today.year}"
    if not year.rows:
        return YearPage(
            eyebrow=eyebrow, heading=HEADING, sentence="Nothing is woven yet. It begins with one small promise.", week_url=f"/week{query}"
        )
    states = [(colour, one, _states(year, one)) for colour, one in year.shown]
    hides = year.scene.me.hides_streaks
    return YearPage(
        eyebrow=eyebrow,
        heading=HEADING,
        sentence=_sentence(year),
        big=Figure(value=str(year.woven), label="day woven" if year.woven == 1 else "days woven") if year.woven else None,
        woven=tuple(_woven(year, states)),
        figures=tuple(_figures(year)),
        calendar=_calendar(year, states),
        courses=() if hides else courses.of_areas(year.shown, year.summaries, _last_made(year), count=year.weeks),
        milestones=milestone.links(year.scene, _large(year)),
        week_url=f"/week{query}",
    )


def alone() -> YearPage:
    """What is said to who is in no bond."""
    return YearPage(eyebrow="", heading="Your year", sentence="The page of the year begins when there are two of you.")


def _last_made(year: Year) -> date:
    return year.summaries[0].to_on if year.summaries else year.last


def _large(year: Year) -> list[Milestone]:
    return [one for one in year.reached if one.threshold >= FEWEST_KEPT]


def _states(year: Year, member: Member) -> States:
    found = threads.by_day(row for row in year.rows if row.member_id == member.id)
    days = (year.first + n * DAY for n in range((year.last - year.first).days + 1))
    return {day: threads.day_state(found.get(day, [])) if day <= year.today else "future" for day in days}


def _sentence(year: Year) -> str:
    since = f"In {numbers.counted(year.weeks, 'week', 'weeks')}" if year.weeks > 1 else "In this week"
    kept, mended = year.kept(Outcome.KEPT), year.kept(Outcome.MENDED)
    if not kept:
        return "It goes on from here."
    more = f", and {numbers.counted(mended, 'was', 'were')} mended" if mended else ""
    return f"{since} {numbers.counted(kept, 'small promise was', 'small promises were')} kept{more}."


def _woven(year: Year, states: Sequence[tuple[int, Member, States]]) -> Iterable[Thread]:
    """The thread of all weeks, four to a row, the oldest first; the newest row may be shorter and is drawn out with days to come."""
    days = 7 * WEEKS_IN_A_ROW
    for start in range(0, (year.last - year.first).days + 1, days):
        first = year.first + start * DAY
        strands = tuple(
            threads.of_states(threads.called(year.scene.me, one), colour, [found.get(first + n * DAY, "future") for n in range(days)])
            for colour, one, found in states
        )
        end = min(first + (days - 1) * DAY, year.last)
        yield threads.woven(strands, first, (end - first).days + 1, heading=_day(first))


def _figures(year: Year) -> Iterable[Figure]:
    together = year.scene.weaves[year.bond.id].together
    found = (
        (year.kept(Outcome.KEPT), "kept"),
        (0 if year.scene.me.hides_streaks else together, "woven in a row"),
        (year.kept(Outcome.MENDED), "mended"),
        (len(milestone.links(year.scene, year.reached)), "milestones"),
    )
    return (Figure(value=str(count), label=label) for count, label in found if count)


def _calendar(year: Year, states: Sequence[tuple[int, Member, States]]) -> Calendar:
    days = [year.first + n * DAY for n in range((year.last - year.first).days + 1)]
    months = (list(some) for _, some in groupby(days, key=lambda day: (day.year, day.month)))
    return Calendar(
        summary=f"The days from {words.date_of(year.first)} to {words.date_of(year.today)}.",
        colours=tuple(colour for colour, _, _ in states),
        months=tuple(_month(year, some, states) for some in months),
    )


def _month(year: Year, days: Sequence[date], states: Sequence[tuple[int, Member, States]]) -> Month:
    begins = days[0].replace(day=1)
    before = (days[0] - begins).days
    strands = [threads.of_states(threads.called(year.scene.me, one), colour, [found[day] for day in days]) for colour, one, found in states]
    return Month(
        name=_short(year, begins),
        begins=begins.weekday(),
        days=(*[None] * before, *(tuple(found[day] for _, _, found in states) for day in days)),
        text=f"{words.MONTHS[begins.month - 1]} {begins.year}. {' '.join(strand.text for strand in strands)}",
    )


def _short(year: Year, month: date) -> str:
    """As in "Nov"; the first of two years that are in the picture, and each January, with its year."""
    begins_a_year = month.month == 1 or (month <= year.first and year.first.year < year.last.year)
    return words.MONTHS[month.month - 1][:3] + (f" {month.year}" if begins_a_year else "")


def _day(day: date) -> str:
    """As in "24 Nov"."""
    return f"{day.day} {words.MONTHS[day.month - 1][:3]}"
