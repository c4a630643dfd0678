"""A machine whose clock jumps by −1 h, +1 d or −3 d and is set right a while later: people notice nothing but that little."""

from collections import Counter
from contextlib import ExitStack
from datetime import date, time, timedelta
from uuid import uuid4

import pytest

from jobs.outbox import LEASE
from server.actions import sessions
from server.clock import StandingClock
from server.domain import schedule
from server.domain.errors import InvalidError, RefusedError
from server.store import deliveries
from tests import make
from tests.faults.conftest import LONG
from tests.faults.household import household, seen_twice
from tests.faults.opening import opened
from tests.push import rows
from tests.standing import streak, together

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEPS = {"an hour back": -HOUR, "a day ahead": DAY, "three days back": -3 * DAY}
FIRST, STEPPED, LAST = (date(2026, 3, 9 if LONG else 24), date(2026, 3, 28), date(2026, 4, 9 if LONG else 1))
"""Through the night in which clocks go forward in Berlin; the jump is on the Saturday, the review on the Sunday evening."""
WRONG_FOR = 5 * HOUR
BEGAN = schedule.instant(FIRST, time(4), make.ZONE)
ROUNDS = (time(3, 30), time(12), time(16), time(18, 20), time(18, 40), time(21, 30), time(23, 50))
SILENT_ON = date(2026, 3, 26)


class Couple:
    """Noor keeps three promises and is silent one day; Sam keeps one. All of it is the same whatever the server's clock says."""

    def __init__(self, home):
        self.home = home
        with home.database.write() as session:
            now = home.clock.now()
            self.couple = make.couple(session, now=now)
            noor, sam = self.couple.noor, self.couple.sam
            self.promises = [
                make.promise(session, noor, now=now),
                make.promise(session, noor, "Phone away", due_time=None, now=now),
                make.promise(session, noor, "Outside", rule="FREQ=WEEKLY", due_time=None, times=3, now=now),
                make.promise(session, sam, "Call Mum", due_time=time(20), now=now),
            ]
        self.phones = [home.outbox.phone(one) for one in (noor, sam)]
        self.refused, self.times_refused = [], 0

    def live(self, first, last, wrong_by=timedelta(0), until=None):
        """Let days pass with taps at their hours and rounds of the jobs; the server's clock is wrong by so much until an instant."""
        moments = [(schedule.instant(day, at, make.ZONE), None) for day in days(first, last) for at in ROUNDS]
        moments += [(schedule.instant(day, time(18, 10), make.ZONE), day) for day in days(first, last)]
        for at, day in sorted(moments, key=lambda one: one[0]):
            self.home.clock.at = at + (wrong_by if until and at < until else timedelta(0))
            if day and day != SILENT_ON:
                self.say(at)
            self.home.round()

    def say(self, at):
        """Tap for the day, by the phones' own clocks, which are right; what is refused is sent again with the next."""
        taps = [*self.refused, *(make.tap(promise, at=at) for promise in self.promises)]
        answers = self.home.take(*taps)
        assert {type(one) for one in answers if isinstance(one, Exception)} <= {InvalidError}
        self.refused = [tap for tap, answer in zip(taps, answers, strict=True) if isinstance(answer, RefusedError)]
        self.times_refused += len(self.refused)

    def comes_to(self):
        with self.home.database.read() as session:
            rows = [streak(session, one) for one in self.promises]
            figures = [(one.current, one.best, round(one.score, 6), one.valued) for one in rows]
            return figures, together(session, self.couple.bond)

    def told(self):
        """What was told of, by what it is, not by ids that are made anew with every couple."""
        names = {one.id: n for n, one in enumerate([self.couple.noor, self.couple.sam])}
        return Counter((names[one.member_id], one.kind, *self._of(one)) for one in rows.told(self.home.database))

    def weeks(self):
        """What the summaries say, without whose ids they say it."""
        by_day = sorted(self.home.weeks().items(), key=lambda one: one[0][1])
        return [
            (day, summary["woven"], [summary["members"][str(one.id)] for one in (self.couple.noor, self.couple.sam)])
            for (_, day), summary in by_day
        ]

    def _of(self, notice):
        number = {one.id: n for n, one in enumerate(self.promises)}
        if notice.kind == "milestone":
            return notice.about["reached"], notice.about["count"], notice.about["title"], notice.about["name"]
        return number.get(notice.promise_id), notice.day


def days(first, last):
    return [first + n * DAY for n in range((last - first).days + 1)]


@pytest.fixture
def homes(store, tmp_path):
    """Two households on two databases, so that what came of one can be held against the other."""
    with ExitStack() as stack:
        both = []
        for name in ("stepped", "right"):
            database = opened(store.copy())
            stack.callback(database.close)
            (tmp_path / name).mkdir()
            both.append(stack.enter_context(household(database, StandingClock(BEGAN), tmp_path / name)))
        yield both


@pytest.fixture
def home(database, clock, tmp_path):
    with household(database, clock, tmp_path) as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_a_clock_that_jumps_and_is_set_right_changes_nothing_that_lasts(homes, report, step):
    stepped, right = (Couple(home) for home in homes)
    wrong_until = schedule.instant(STEPPED, time(16), make.ZONE) + WRONG_FOR
    stepped.live(FIRST, STEPPED - DAY)
    stepped.live(STEPPED, LAST, wrong_by=STEPS[step], until=wrong_until)
    right.live(FIRST, LAST)
    said, due = stepped.told(), right.told()
    report(f"clock {step}").tell(
        told=said.total(),
        without_the_jump=due.total(),
        told_twice=sum(times > 1 for times in said.values()),
        seen_twice=sum(len(seen_twice(phone)) for phone in stepped.phones),
        refused_meanwhile=stepped.times_refused,
        streaks=[figures[0] for figures in stepped.comes_to()[0]],
    )
    assert stepped.refused == []
    assert stepped.comes_to() == right.comes_to()
    assert stepped.weeks() == right.weeks()
    assert set(said.values()) == {1}
    # Whose tap was refused while the clock was behind may still be reminded of it.
    assert {one[1:2] + one[3:] for one in set(said) - set(due)} <= {("reminder", STEPPED)}
    assert {one for one in due if one[1] in ("milestone", "week")} <= set(said)
    assert [seen_twice(phone) for phone in stepped.phones] == [[], []]


@pytest.mark.slow
def test_a_session_outlives_a_clock_that_jumps(home):
    with home.database.write() as session:
        noor = make.member(session)
        cookie = sessions.begin(session, noor.id, device="Firefox on Android", now=make.NOW)
    for step in STEPS.values():
        with home.database.read() as session:
            assert sessions.by_cookie(session, cookie, now=make.NOW + step) is not None


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_what_a_worker_held_when_the_clock_jumped_comes_once_or_where_it_is_old_not_at_all(home, step):
    """A lease ends when the clock has come to its end again; nobody is told then of what was a day before."""
    couple = Couple(home)
    home.take(make.tap(couple.promises[0], at=make.NOW))
    with home.database.write() as session:
        held = deliveries.claim(session, uuid4(), until=make.NOW + LEASE, now=make.NOW, limit=9)
    home.clock.at += STEPS[step]
    home.round()
    assert news(couple.phones[1]) == []
    home.clock.at = max(home.clock.at, make.NOW) + LEASE
    home.round()
    home.round()
    states = {one.id: one.state for one in rows.deliveries(home.database)}
    assert [states[one] for one in held] == ["dropped" if STEPS[step] == DAY else "sent"]
    assert len(news(couple.phones[1])) == int(STEPS[step] != DAY)


def news(phone):
    """What came to a phone of words that the other kept."""
    return [one for one in phone.received if one.notification["data"]["kind"] == "kept"]
