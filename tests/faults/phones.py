"""Eight phones that send 250 check-ins each, one after the other, and send again what was not answered."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from time import monotonic

from sqlalchemy import select

from server.db import Database, upgrade
from server.db.tables import events
from server.store import events as log
from server.store import ids
from server.store.promises import Promise
from tests import make
from tests.served import Server, weft

PHONES, EACH = 8, 250
ALL = PHONES * EACH
WITHIN = timedelta(hours=70)
PATIENCE = 60
Body = dict[str, str]


@dataclass
class Phones:
    """What all of them have sent so far; `taken` counts answers, `refused` what the server could not do."""

    may_send: threading.Event = field(default_factory=threading.Event)
    taken: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    refused: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    answers: dict[str, int] = field(default_factory=dict)
    sent_again: set[str] = field(default_factory=set)

    def wait_for(self, semaphore: threading.Semaphore, times: int) -> None:
        for _ in range(times):
            assert semaphore.acquire(timeout=PATIENCE)

    def send_all(self, port: int, token: str, bodies: list[Body]) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        for body in bodies:
            while not self._is_answered(connection, token, body):
                self.sent_again.add(body["id"])
        connection.close()

    def _is_answered(self, connection: HTTPConnection, token: str, body: Body) -> bool:
        assert self.may_send.wait(PATIENCE)
        try:
            status = _status(connection, token, body)
        except (HTTPException, OSError):
            connection.close()
            return False
        if status >= 500:
            self.refused.release()
            return False
        self.answers[body["id"]] = status
        self.taken.release()
        return True


@contextmanager
def sending(server: Server, bodies: dict[str, list[Body]]) -> Iterator[Phones]:
    """All phones send, and are done when the block ends."""
    phones = Phones()
    phones.may_send.set()
    threads = [threading.Thread(target=phones.send_all, args=(server.port, token, some), daemon=True) for token, some in bodies.items()]
    for thread in threads:
        thread.start()
    yield phones
    for thread in threads:
        thread.join()


def prepare(folder: Path, url: str, chance: Random) -> dict[str, list[Body]]:
    """Four couples, each member with a promise; what each has to send, by token."""
    folder.mkdir(mode=0o700)
    database = Database(url)
    upgrade.upgrade(database)
    now = datetime.now(UTC)
    began_at = now - timedelta(days=5)
    with database.write() as session:
        couples = [make.couple(session, now=began_at) for _ in range(PHONES // 2)]
        people = [one for couple in couples for one in (couple.noor, couple.sam)]
        made = {make.token(session, one): make.promise(session, one, due_time=None, now=began_at) for one in people}
    database.close()
    return {token: [_body(promise, now - chance.random() * WITHIN, chance) for _ in range(EACH)] for token, promise in made.items()}


def check(folder: Path, url: str, phones: Phones, what: str, began: float) -> None:
    """Everything was acknowledged and is in the log once, and the figures are what the log makes them."""
    statuses, found = Counter(phones.answers.values()), logged(url)
    again, seconds = len(phones.sent_again), monotonic() - began
    print(f"\n{what}: acknowledged {dict(statuses)}, sent again {again}, in the log {len(found)}, {seconds:.0f} s")
    assert set(statuses) <= {200, 201}
    assert len(phones.answers) == ALL
    assert sorted(found) == sorted(phones.answers)
    checked = weft(folder, url, "rebuild", "--check")
    assert (checked.returncode, checked.stdout) == (0, "Every figure is what the log makes it.\n")


def logged(url: str) -> list[str]:
    """The ids of all check-ins in the log."""
    database = Database(url)
    with database.read() as session:
        found = session.scalars(select(events.c.id).where(events.c.kind.in_(log.CHECK_INS))).all()
    database.close()
    return [str(one) for one in found]


def _body(promise: Promise, at: datetime, chance: Random) -> Body:
    kind = chance.choice(["kept", "kept", "missed"])
    return {"id": str(ids.new()), "promise": str(promise.id), "kind": kind, "at": at.isoformat()}


def _status(connection: HTTPConnection, token: str, body: Body) -> int:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/check-ins", json.dumps(body), headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status
