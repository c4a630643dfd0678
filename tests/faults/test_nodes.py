"""Three servers and two that run the jobs are one Weft: on one PostgreSQL, itself or behind a pooler, and whichever of them is killed."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from itertools import cycle, islice
from math import ceil
from random import Random
from time import monotonic, sleep
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select

from server.actions import recovery, sessions
from server.db import Database, tables, upgrade
from server.domain.notices import NoticeKind
from server.push import keys
from server.routes.search import SEARCHES
from server.routes.sign_in import CODE_TRIES
from server.store import ids, members
from tests import make, pooler
from tests.conftest import ON_POSTGRESQL
from tests.faults import phones
from tests.faults.conftest import LONG
from tests.faults.nodes import Nodes, nodes
from tests.faults.opening import opened
from tests.faults.report import crowding, middle_and_most
from tests.listening import BEAT, MOVED, Page
from tests.postgres import cluster, is_here
from tests.push import rows
from tests.pushservice import PushService
from tests.served import Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (is_here() and (ON_POSTGRESQL or LONG)), reason="several servers share a PostgreSQL"),
]
DIRECTLY, POOLED = "directly", "through a pooler"
ASKED = [DIRECTLY, POOLED] if LONG else [POOLED]
KILLED = [DIRECTLY, POOLED] if LONG else [DIRECTLY]
HOST = {"Host": "localhost:8000"}
FORM = {**HOST, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
HEARD_WITHIN, TAPS_AT_ONCE = 1.0, 100 if LONG else 10
KILLS = 100 if LONG else 5
AT_LEAST = 10
PATIENCE = 240


@contextmanager
def way(how):
    """A cluster, and how nodes come to a database of it: by its own address, or by that of a pooler, which comes along."""
    with ExitStack() as stack:
        found = stack.enter_context(cluster(forgets=False))
        if how == DIRECTLY:
            yield found, str, None
        elif pooler.is_here():
            between = stack.enter_context(pooler.pooler(found))
            yield found, between.url, between
        else:
            pytest.skip("pgbouncer is not here")


@dataclass(frozen=True)
class Asking:
    """All nodes over one database, with ways to ask one of the servers."""

    nodes: Nodes
    database: Database

    def couple(self) -> make.Couple:
        with self.database.write() as session:
            return make.couple(session, now=datetime.now(UTC))

    def cookie(self, member) -> str:
        with self.database.write() as session:
            return sessions.begin(session, member.id, device="Firefox", now=datetime.now(UTC))


def ask(server: Server, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """What a server answers, and the cookie that it gives."""
    line: HTTPConnection = server.connection()
    try:
        line.request(method, path, body, HOST | (headers or {}))
        answer = line.getresponse()
        answer.read()
        return answer.status, (answer.headers["Set-Cookie"] or "").partition(";")[0]
    finally:
        line.close()


def tap(server: Server, token: str, promise, tap_id: str, at: datetime) -> int:
    body = {"id": tap_id, "promise": str(promise.id), "kind": "kept", "at": at.isoformat()}
    told = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return ask(server, "POST", "/api/v1/check-ins", json.dumps(body), told)[0]


def hears(page: Page) -> str:
    """What it hears next but that the line is open."""
    while (said := page.hears()) == BEAT:
        pass
    return said


@pytest.fixture(scope="module", params=ASKED)
def asking(request, tmp_path_factory) -> Iterator[Asking]:
    folder = tmp_path_factory.mktemp("nodes") / "data"
    with way(request.param) as (found, reached, _):
        url = found.empty()
        database = opened(url)
        upgrade.upgrade(database)
        with nodes(folder, reached(url), Random(1)) as all_of_them:
            yield Asking(all_of_them, database)
            assert all_of_them.ended() == [0] * len(all_of_them.all)
        database.close()


def test_who_comes_in_at_one_server_is_in_at_all_and_out_at_all(asking):
    one, other, third = asking.nodes.servers
    noor = asking.couple().noor
    code = recovery.make()[0]
    with asking.database.write() as session:
        recovery.replace(session, noor.id, [code], now=datetime.now(UTC))
    status, cookie = ask(one, "POST", "/sign-in", urlencode({"code": str(code.code)}), FORM)
    assert status == 303
    assert [ask(server, "GET", "/me", headers={"Cookie": cookie})[0] for server in (other, third, one)] == [200] * 3
    assert ask(third, "POST", "/sign-out", "", FORM | {"Cookie": cookie})[0] == 303
    assert [ask(server, "GET", "/me", headers={"Cookie": cookie})[0] for server in (one, other, third)] == [303] * 3


def test_guesses_count_wherever_they_are_made(asking):
    with asking.database.write() as session:
        session.execute(delete(tables.buckets))
    guess = urlencode({"code": "AAAA-AAAA-AAAA-AAAA"})
    tries = [ask(server, "POST", "/sign-in", guess, FORM)[0] for server in islice(cycle(asking.nodes.servers), CODE_TRIES.most + 3)]
    assert tries == [422] * CODE_TRIES.most + [429] * 3


def test_a_rate_counts_wherever_it_is_used_up(asking):
    cookie = {"Cookie": f"sid={asking.cookie(asking.couple().sam)}"}
    began, looked = monotonic(), urlencode({"q": "dinner"})
    answers = Counter(
        ask(server, "POST", "/search", looked, FORM | cookie)[0] for server in islice(cycle(asking.nodes.servers), SEARCHES.most * 2)
    )
    refilled = ceil((monotonic() - began) / SEARCHES.within.total_seconds() * SEARCHES.most)
    assert set(answers) == {200, 429}
    assert SEARCHES.most <= answers[200] <= SEARCHES.most + refilled


def test_a_tap_at_one_server_is_heard_on_the_pages_of_all_within_a_second(asking, report):
    told, waits = report("a tap heard elsewhere"), []
    for server in asking.nodes.servers:
        couple, now = asking.couple(), datetime.now(UTC)
        with asking.database.write() as session:
            promise, token = make.promise(session, couple.noor, due_time=None, now=now), make.token(session, couple.noor, now=now)
        with ExitStack() as stack:
            pages = [Page(one.port, asking.cookie(couple.sam)) for one in asking.nodes.servers]
            for page in pages:
                stack.callback(page.close)
            assert [page.hears() for page in pages] == [": weft"] * len(pages)
            began = monotonic()
            assert tap(server, token, promise, str(ids.new()), now) == 201
            assert [hears(page) for page in pages] == [MOVED] * len(pages)
            waits.append(monotonic() - began)
    told.tell(heard=middle_and_most(waits))
    assert max(waits) < HEARD_WITHIN * crowding()


@pytest.mark.parametrize("personal", [False, True], ids=["shared", "personal"])
def test_one_tap_that_is_sent_to_all_at_once_is_taken_once(asking, personal):
    couple, now = asking.couple(), datetime.now(UTC)
    with asking.database.write() as session:
        promise = make.promise(session, couple.noor, due_time=None, personal=personal, now=now)
        token = make.token(session, couple.noor, now=now)
    servers = asking.nodes.servers
    with ThreadPoolExecutor(len(servers)) as at_once:
        for _ in range(TAPS_AT_ONCE):
            once = str(ids.new())
            answers = at_once.map(lambda server, once=once: tap(server, token, promise, once, now), servers)
            assert sorted(answers) == [200, 200, 201]
    with asking.database.read() as session:
        said = select(tables.events.c.id).where(tables.events.c.promise_id == promise.id, tables.events.c.kind == "kept")
        assert len(session.scalars(said).all()) == TAPS_AT_ONCE


@dataclass(frozen=True)
class Told:
    """What phones were sent, each under its name."""

    topics: list[Counter[str]]

    def all_of_them(self) -> int:
        return sum(len(one) for one in self.topics)

    def again(self) -> int:
        return sum(one.total() - len(one) for one in self.topics)


def phones_for_all(database, service, folder):
    """A phone for everybody, and something to be reminded of in ten minutes."""
    mine, now = keys.load(folder / "secrets"), datetime.now(UTC)
    due = (now + timedelta(minutes=10)).replace(second=0, microsecond=0)
    with database.write() as session:
        people = [members.get(session, one) for one in session.scalars(select(tables.members.c.id)).all()]
        held = [service.phone(mine.public) for _ in people]
        for person, phone in zip(people, held, strict=True):
            rows.subscription(session, person, phone, keys=mine)
            starts = now - timedelta(days=2)
            make.promise(session, person, rule="FREQ=DAILY", due_time=due.astimezone(ZoneInfo(person.zone)).time(), now=starts)
    return held


def waits_for(holds: Callable[[], bool]) -> None:
    began = monotonic()
    while not holds():
        assert monotonic() - began < PATIENCE
        sleep(0.1)


def kill_in_turn(chance, all_of_them, between, sent):
    """Kill whoever is next, and start it again while the others go on; return how long nobody took anything, and how busy others were."""
    whoever = [*all_of_them.all, *([between] if between else [])]
    silences, crowded = [], []
    for number in range(KILLS):
        if number % len(whoever) == 0:
            chance.shuffle(whoever)
        sent.wait_for_taken(AT_LEAST)
        sleep(chance.random() * 0.3)
        one = whoever[number % len(whoever)]
        one.killed()
        began = monotonic()
        one.again()
        silences.append(sent.first_after(began))
        crowded.append(crowding())
    return silences, crowded


def reminders(database) -> int:
    with database.read() as session:
        return len(session.scalars(select(tables.notices.c.id).where(tables.notices.c.kind == NoticeKind.REMINDER)).all())


@pytest.mark.parametrize("how", KILLED)
def test_whichever_of_them_is_killed_nothing_acknowledged_is_lost_and_nothing_is_done_twice(how, report, tmp_path):
    told, folder = report(f"{KILLS} kills of three servers and two that run the jobs"), tmp_path / "data"
    with way(how) as (found, reached, between), PushService() as service:
        url = found.empty()
        cast, database = phones.prepare(folder, url), opened(url)
        make.lend_keys(folder)
        held = phones_for_all(database, service, folder)
        settings = {"WEFT_PUSH_HOSTS": service.origin, "WEFT_PUSH_SUBJECT": "mailto:ada@example.org"}
        with nodes(folder, reached(url), told.chance, **settings) as all_of_them:
            with phones.sending(all_of_them, cast, told.chance) as sent:
                silences, crowded = kill_in_turn(told.chance, all_of_them, between, sent)
            waits_for(lambda: reminders(database) == len(held) and set(rows.states(database)) == {"sent"})
            assert all_of_them.ended() == [0] * len(all_of_them.all)
        received = Told([Counter(one.headers["Topic"] for one in phone.received) for phone in held])
        phones.check(
            folder,
            url,
            sent,
            told,
            first_answer=middle_and_most(silences),
            crowded=f"{max(crowded):.1f}",
            told=received.all_of_them(),
            to_go=len(rows.states(database)) - rows.states(database).count("sent"),
            again_under_one_name=received.again(),
        )
        # What a job wrote for later after that is still to go.
        assert received.all_of_them() == rows.states(database).count("sent")
        database.close()
