"""A town whose people have phones, and an outbox with what they are to be told."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select

from server import config
from server.actions.notices import tell
from server.cli import data
from server.clock import SystemClock
from server.db import Database, Session
from server.db.tables import bond_members, members, promises
from server.domain import notices
from server.domain.notices import Notice, Subscription
from server.push import keys
from server.push.keys import Keys
from server.store import push
from tests.bench import town
from tests.bench.sink import Sink
from tests.bench.town import Town
from tests.pushservice import Phone

TOLD_AT_ONCE = 500
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Street:
    """A town and its data folder, its phones by the path of their endpoints, how many messages wait for each, and the server's keys."""

    folder: Path
    town: Town
    phones: dict[str, Phone]
    waiting: Counter[str]
    keys: Keys

    def copy(self, into: Path) -> Path:
        """A data folder of one's own."""
        return Path(shutil.copytree(self.folder, into))


def settings(sink: Sink) -> dict[str, str]:
    """For a Weft that sends there; `localhost` is listed over plain http too, else it would be no public address."""
    return {
        "WEFT_PUSH_SUBJECT": "mailto:ada@example.org",
        "WEFT_PUSH_HOSTS": f"{sink.host},http://localhost",
        "SSL_CERT_FILE": str(sink.certificate),
    }


def build(folder: Path, sink: Sink, *, bonds: int, messages: int) -> Street:
    """Make it in a folder: everybody has a phone, every other shows details, and so many messages wait in the outbox."""
    made = config.from_environment({"WEFT_DATA": str(folder / "street")})
    now = datetime.now(UTC)
    pair = keys.load(made.secrets)
    with data.opened(made, SystemClock(), migrates=True) as database:
        people = town.build(database, bonds=bonds, days=10, now=now)
        town.do_what_is_due(database, now)
        with database.write() as session:
            phones = _phones(session, sink, pair, now)
        news = list(islice(_news(database, now), messages))
        for first in range(0, messages, TOLD_AT_ONCE):
            with database.write() as session:
                tell(session, news[first : first + TOLD_AT_ONCE], now=now)
    waiting = Counter(_path(phones[one.member_id]) for one in news)
    return Street(made.data, people, {_path(one): one for one in phones.values()}, waiting, pair)


def _phones(session: Session, sink: Sink, pair: Keys, now: datetime) -> dict[UUID, Phone]:
    found = {one: Phone(f"https://{sink.host}/push/{token_urlsafe(24)}", pair.public) for one in session.scalars(select(members.c.id))}
    for number, (member_id, phone) in enumerate(found.items()):
        to = Subscription(phone.endpoint, phone.p256dh, phone.auth)
        shows = number % 2 == 0
        push.put(session, to, member_id=member_id, session_id=None, vapid_key=pair.public, shows_details=shows, now=now)
    return found


def _news(database: Database, now: datetime) -> Iterator[Notice]:
    """Every promise was kept, day before day, and the other is told."""
    other = bond_members.alias()
    with database.read() as session:
        of_bond = (other.c.bond_id == promises.c.bond_id, other.c.member_id != promises.c.member_id)
        found = session.execute(select(promises.c.id, promises.c.bond_id, other.c.member_id).join(other, of_bond[0] & of_bond[1])).all()
    for ago in count(1):
        for promise_id, bond_id, member_id in found:
            day = (now - ago * DAY).date()
            yield notices.kept(member_id, promise_id, day, bond_id=bond_id, title="Home for dinner", name="Sam", now=now)


def _path(phone: Phone) -> str:
    return urlsplit(phone.endpoint).path
