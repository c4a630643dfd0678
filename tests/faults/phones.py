"""Eight phones that tap one after the other, and send again what was not answered, until there was enough."""

import json
import threading
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from time import monotonic, sleep

from sqlalchemy import select

from server.db import upgrade
from server.db.tables import events
from server.store import events as log
from server.store import ids
from tests import make
from tests.faults.nodes import Nodes
from tests.faults.opening import opened
from tests.faults.report import Report, doubled, lost, middle_and_most
from tests.served import Server, weft

PHONES, PROMISES = 8, 20
WITHIN = timedelta(hours=70)
PATIENCE = 60
BETWEEN_TAPS, BEFORE_AGAIN = 0.01, 0.03
Body = dict[str, str]
Cast = dict[str, list[str]]


@dataclass
class Phones:
    """What all of them have sent so far; `spans` are when a request began and was taken, `waits` how long each tap took in all."""

    chance: Random
    answers: dict[str, int] = field(default_factory=dict)
    sent_again: set[str] = field(default_factory=set)
    refusals: Counter[int] = field(default_factory=Counter)
    said: set[str] = field(default_factory=set)
    without_retry_after: int = 0
    spans: list[tuple[float, float]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)
    news: threading.Condition = field(default_factory=threading.Condition)

    def wait_until(self, holds: Callable[[], bool]) -> None:
        with self.news:
            assert self.news.wait_for(holds, PATIENCE), (len(self.answers), self.refusals, self.said)

    def wait_for_taken(self, times: int) -> None:
        """Until so many more were taken."""
        until = len(self.answers) + times
        self.wait_until(lambda: len(self.answers) >= until)

    def wait_for_refused(self, times: int) -> None:
        """Until so many more were refused."""
        until = self.refusals.total() + times
        self.wait_until(lambda: self.refusals.total() >= until)

    def first_after(self, moment: float) -> float:
        """How long after a moment the first request that began since was taken."""

        def since() -> list[float]:
            later = self.spans[bisect_right(self.spans, moment, key=lambda span: span[1]) :]
            return [taken for began, taken in later if began > moment]

        self.wait_until(lambda: bool(since()))
        return min(since()) - moment

    def tap(self, connection: HTTPConnection, token: str, promises: list[str], chance: Random) -> None:
        """One phone: it taps, and nothing else comes before that tap is taken."""
        while not self.enough.is_set():
            body, began = _body(promises, chance), monotonic()
            while not self._is_answered(connection, token, body):
                self.sent_again.add(body["id"])
                sleep(BEFORE_AGAIN * (0.5 + chance.random()))
            self.waits.append(monotonic() - began)
            sleep(BETWEEN_TAPS * chance.random())
        connection.close()

    def _is_answered(self, connection: HTTPConnection, token: str, body: Body) -> bool:
        began = monotonic()
        try:
            status, retry_after, said = _sent(connection, token, body)
        except (HTTPException, OSError):
            connection.close()
            return False
        with self.news:
            if status >= 500:
                self.refusals[status] += 1
                self.said.add(said)
                self.without_retry_after += not retry_after
            else:
                self.answers[body["id"]] = status
                self.spans.append((began, monotonic()))
            self.news.notify_all()
        return status < 500


@contextmanager
def sending(server: Server | Nodes, cast: Cast, chance: Random) -> Iterator[Phones]:
    """All phones tap, and are done when the block ends."""
    phones = Phones(chance)
    some = [(token, promises, Random(chance.random())) for token, promises in cast.items()]
    threads = [threading.Thread(target=phones.tap, args=(server.connection(), *one), daemon=True) for one in some]
    for thread in threads:
        thread.start()
    try:
        yield phones
    finally:
        phones.enough.set()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), server.log.read_text()[-2000:]


def prepare(folder: Path, url: str) -> Cast:
    """Four couples; what each of them has promised, by their token."""
    folder.mkdir(mode=0o700, exist_ok=True)
    database = opened(url)
    upgrade.upgrade(database)
    began_at = datetime.now(UTC) - timedelta(days=5)
    with database.write() as session:
        couples = [make.couple(session, now=began_at) for _ in range(PHONES // 2)]
        people = [one for couple in couples for one in (couple.noor, couple.sam)]
        cast = {
            make.token(session, one): [str(make.promise(session, one, due_time=None, now=began_at).id) for _ in range(PROMISES)]
            for one in people
        }
    database.close()
    return cast


def check(folder: Path, url: str, phones: Phones, report: Report, **more: object) -> None:
    """Everything was acknowledged and is in the log once, nothing was answered as broken, and the figures are what the log makes them."""
    found = logged(url)
    gone, twice = lost(phones.answers, found), doubled(found)
    report.tell(
        acknowledged=len(phones.answers),
        sent_again=len(phones.sent_again),
        refused=dict(phones.refusals),
        found=len(found),
        lost=len(gone),
        doubled=len(twice),
        tap=middle_and_most(phones.waits),
        **more,
    )
    assert (gone, twice) == ([], [])
    assert sorted(found) == sorted(phones.answers)
    assert set(phones.answers.values()) <= {200, 201}
    assert set(phones.refusals) <= {503}, phones.said
    assert phones.without_retry_after == 0
    checked = weft(folder, url, "rebuild", "--check")
    assert (checked.returncode, checked.stdout) == (0, "Every figure is what the log makes it.\n")


def logged(url: str) -> list[str]:
    """The ids of all check-ins in the log."""
    database = opened(url)
    with database.read() as session:
        found = session.scalars(select(events.c.id).where(events.c.kind.in_(log.CHECK_INS))).all()
    database.close()
    return [str(one) for one in found]


def _body(promises: list[str], chance: Random) -> Body:
    at = datetime.now(UTC) - chance.random() * WITHIN
    kind = chance.choice(["kept", "kept", "missed"])
    return {"id": str(ids.new()), "promise": chance.choice(promises), "kind": kind, "at": at.isoformat()}


def _sent(connection: HTTPConnection, token: str, body: Body) -> tuple[int, str | None, str]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/check-ins", json.dumps(body), headers)
    answer = connection.getresponse()
    said = answer.read().decode()
    return answer.status, answer.headers["Retry-After"], said
