"""No job runs for three days while people go on: one round afterwards does what was left, and nobody hears of what is long past."""

from collections import Counter, defaultdict
from datetime import timedelta
from random import Random
from time import monotonic

import pytest
from sqlalchemy import func, select

from jobs import populate, rebuild
from server.db import tables
from server.domain.outcomes import Outcome
from server.store import members
from tests import make
from tests.faults.conftest import LONG
from tests.faults.household import household, seen_twice

BONDS, DAYS, PROMISES = (1000 if LONG else 16), 10, 3
DOWN = timedelta(hours=72)
EVERY = timedelta(hours=6)
NEWS_LASTS = timedelta(hours=24)
AT_ONCE = 200


@pytest.fixture
def home(database, clock, tmp_path):
    with household(database, clock, tmp_path) as opened:
        populate.populate(database, clock.now(), populate.Amount(BONDS, DAYS, PROMISES, seed=72), lambda *_: None)
        while opened.round():
            pass
        with database.read() as session:
            everybody = [members.get(session, one) for one in session.scalars(select(tables.members.c.id)).all()]
        opened.phones = [opened.outbox.phone(one) for one in everybody]
        yield opened


def go_on(home, chance: Random):
    """A third of what falls due is kept in time, hour by hour, and nothing else happens."""
    said, until = 0, home.clock.at + DOWN
    due = tables.occurrences.c
    while home.clock.at < until:
        first, home.clock.at = home.clock.at, home.clock.at + EVERY
        now_due = select(due.promise_id, due.member_id, due.day, due.due_at).where(due.due_at > first, due.due_at <= home.clock.at)
        with home.database.read() as session:
            some = [one for one in session.execute(now_due).all() if chance.random() < 1 / 3]
        taps = [make.Tap(make.ids.new(), one.promise_id, one.member_id, make.Kind.KEPT, at=one.due_at, day=one.day) for one in some]
        for n in range(0, len(taps), AT_ONCE):
            answers = home.take(*taps[n : n + AT_ONCE])
            assert [one for one in answers if isinstance(one, Exception)] == []
        said += len(taps)
    return said


def told_of(home):
    """What came to all phones, by its kind."""
    return Counter(one.notification["data"]["kind"] for phone in home.phones for one in phone.received)


@pytest.mark.slow
def test_after_three_days_without_jobs_nobody_hears_of_what_is_past_and_everything_stands_as_the_rules_say(home, report):
    told = report(f"jobs down for 72 h, {BONDS} bonds")
    before, notices_before = home.weeks(), len(home.told())
    said = go_on(home, told.chance)
    began = monotonic()
    first, now = home.round(), home.clock.at
    seconds = monotonic() - began
    again = home.round()
    heard, new = told_of(home), set(home.weeks()) - set(before)
    standing = outcomes(home)
    told.tell(
        said=said,
        the_round=f"{seconds:.1f} s",
        did=dict(first),
        notices=len(home.told()) - notices_before,
        heard=dict(heard),
        seen_twice=sum(len(seen_twice(phone)) for phone in home.phones),
        summaries=len(new),
        outcomes={outcome.value: count for outcome, count in standing.items()},
    )
    assert +again == Counter()
    assert [one for phone in home.phones for one in seen_twice(phone)] == []
    assert set(home.told().values()) == {1}
    assert heard["kept"] == len(of_kind(home, "kept", tables.notices.c.made_at > now - NEWS_LASTS))
    assert len(of_kind(home, "kept")) > heard["kept"] > 0
    ahead = {(one.promise_id, one.day) for one in due_after(home, now)}
    assert {(one.promise_id, one.day) for one in of_kind(home, "reminder", tables.notices.c.made_at == now)} <= ahead
    assert heard["week"] == 2 * len({bond_id for bond_id, _ in new})
    assert Counter(bond_id for bond_id, _ in new).most_common(1)[0][1] == 1
    assert waiting_too_long(home, now) == []
    assert rebuild.rebuild(home.database, home.clock, lambda *_: None, only_compare=True) == (0, [])


@pytest.mark.slow
def test_silence_of_three_days_waits_as_long_as_the_rules_say(home):
    """What settled is asked about until three days after, and closed from then on, however late the jobs come."""
    go_on(home, Random(72))
    home.round()
    due = tables.occurrences.c
    with home.database.read() as session:
        silent = session.execute(select(due.settles_at, due.value).where(due.outcome == Outcome.UNREPORTED.value)).all()
    closed = defaultdict(set)
    for one in silent:
        closed[one.settles_at + DOWN <= home.clock.at].add(one.value)
    assert closed == {True: {0.0}, False: {None}}


def outcomes(home):
    due = tables.occurrences.c
    with home.database.read() as session:
        rows = session.execute(select(due.outcome, func.count()).where(due.due_at <= home.clock.at).group_by(due.outcome)).all()
    return {Outcome(outcome): count for outcome, count in rows}


def of_kind(home, kind, *also):
    with home.database.read() as session:
        return session.execute(select(tables.notices).where(tables.notices.c.kind == kind, *also)).all()


def due_after(home, now):
    due = tables.occurrences.c
    with home.database.read() as session:
        return session.execute(select(due.promise_id, due.day).where(due.due_at > now)).all()


def waiting_too_long(home, now):
    """What is pending although its day has settled."""
    due = tables.occurrences.c
    with home.database.read() as session:
        return session.execute(select(due.promise_id, due.day).where(due.settles_at <= now, due.outcome == Outcome.PENDING.value)).all()
