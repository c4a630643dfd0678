from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event, select, update

from jobs import outbox
from jobs.outbox import LEASE
from server.db import tables
from server.db.sealing import Sealer
from server.domain import notices
from server.domain.notices import Notice, NoticeKind
from server.push.sender import AT_ONCE_EACH
from server.store import deliveries as store
from tests import make
from tests.make import NOW
from tests.push import rows
from tests.push.outbox import opened
from tests.pushservice import Answer


@pytest.fixture
def box(database, clock, tmp_path):
    with opened(database, clock, tmp_path) as found:
        yield found


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def noor(couple):
    return couple.noor


def week(member, subject="week"):
    return Notice(member.id, NoticeKind.WEEK, subject, NOW + notices.WEEK_LASTS)


@contextmanager
def counted(database):
    """The statements that run until the block ends."""
    found = []

    def note(_session, _cursor, statement, *_):
        found.append(statement)

    engines = {database.writer, database.reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("answer", [Answer(429), Answer(503), Answer(hangs_up=True)], ids=["too many", "not now", "nothing"])
def test_a_push_service_in_trouble_is_left_alone_for_a_moment_and_that_is_no_try(box, noor, answer):
    phones = [box.phone(noor) for _ in range(100)]
    for phone in phones:
        phone.answers = [answer]
    box.tell(week(noor))
    assert box.deliver() == 100
    asked = sum(len(phone.asked) for phone in phones)
    assert outbox.MOST_SILENT <= asked < outbox.MOST_SILENT + AT_ONCE_EACH
    waiting = rows.deliveries(box.database)
    assert Counter((one.state, one.tries) for one in waiting) == {("waits", 1): asked, ("waits", 0): 100 - asked}
    assert all(outbox.RESTS / 2 <= one.next_at - NOW <= outbox.RESTS * 1.5 for one in waiting)
    box.deliver(after=timedelta(minutes=1))
    assert sum(len(phone.asked) for phone in phones) > asked


def test_after_its_rest_a_push_service_is_asked_again_in_the_same_run(box, clock):
    """A run goes on as long as something falls due, so that it may not remember for ever what was once."""
    service = outbox._Service()
    for _ in range(outbox.MOST_SILENT):
        assert not service.rests(clock.now())
        service.answered(None, clock.now())
    assert service.rests(clock.now())
    clock.at += outbox.RESTS
    assert not service.rests(clock.now())
    service.answered(503, clock.now())
    assert service.rests(clock.now())
    service.answered(201, clock.now())
    assert not service.rests(clock.now())


@pytest.mark.parametrize("answers", [[], [Answer(503)], [Answer(410)]], ids=["taken", "put off", "forgotten"])
def test_a_batch_of_any_size_is_as_many_statements(box, noor, answers, monkeypatch):
    """Claimed, read, and settled at the end of one run: a phone's message, or twelve."""
    monkeypatch.setattr(outbox, "LOOK_UP_EVERY", timedelta(minutes=1))
    counts, phones = [], []
    for number in (1, 11):
        phones += [box.phone(noor) for _ in range(number)]
        for phone in phones:
            phone.answers = [*answers]
        with box.database.write() as session:
            session.execute(update(tables.deliveries).values(state="dropped"))
        box.tell(week(noor, f"{number}"))
        with counted(box.database) as statements:
            box.deliver()
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10


def test_words_that_do_not_open_leave_a_notice_without_them_and_hold_up_no_other(box, couple):
    phone = box.phone(couple.noor, shows_details=True)
    box.keep_word(couple.sam)
    box.keep_word(couple.sam)
    with box.database.write() as session:
        first = session.scalars(select(tables.notices.c.id).order_by(tables.notices.c.id)).first()
        broken = {"title": "ffffffff.AAAA", "name": "ffffffff.AAAA"}
        session.execute(update(tables.notices).where(tables.notices.c.id == first).values(about=broken))
    assert box.deliver() == 2
    assert sorted(one.notification["title"] for one in phone.received) == ["Kept", "Something new"]


def test_words_that_a_phone_does_not_show_are_not_even_opened(box, couple, monkeypatch):
    box.phone(couple.noor)
    box.keep_word(couple.sam)
    with box.database.write() as session:
        monkeypatch.setattr(Sealer, "open", None)
        worker = uuid4()
        mine = store.claim(session, worker, until=NOW + LEASE, now=NOW, limit=9)
        assert [one.notice.about for one in store.claimed(session, mine, now=NOW)] == [{}]
