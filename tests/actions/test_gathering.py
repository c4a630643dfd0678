"""The gathering writer: what arrives together is committed together, and each is answered only then."""

import asyncio
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, wait
from dataclasses import replace
from itertools import cycle, islice
from queue import SimpleQueue
from uuid import UUID

import pytest
from sqlalchemy import text

from server.actions.check_ins import Answer
from server.actions.recognising import Shown
from server.clock import StandingClock
from server.db import Database
from server.domain import secrets
from server.domain.check_ins import Kind, Tap
from server.domain.errors import ConflictError, NotAllowedError, NotFoundError, SignInNeededError, TooBusyError
from server.gathering import MOST_OF_ONE, MOST_WAITING, Gatherer, Sent, Spoken, take_all
from server.store import bonds, events, ids
from server.store.members import Member
from server.store.promises import Promise
from tests import make
from tests.conftest import WITH_SPLIT_LOG
from tests.make import Couple

LONG = 30


@pytest.fixture
def couple(database: Database) -> Couple:
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def promise(database: Database, couple: Couple) -> Promise:
    with database.write() as session:
        return make.promise(session, couple.noor)


@pytest.fixture
def gatherer(database: Database, clock: StandingClock) -> Iterator[Gatherer]:
    opened = Gatherer(database, clock)
    opened.start()
    yield opened
    opened.stop()


def tap(promise: Promise, kind: str = "kept", **parts: object) -> Tap:
    return make.tap(promise, kind, at=make.NOW, **parts)


def in_the_log(database: Database, taps: Iterable[Tap]) -> set[UUID]:
    with database.read() as session:
        return set(events.by_ids(session, [one.id for one in taps]))


def fill(gatherer: Gatherer, promise: Promise, *people: Member) -> tuple[list[Future[Answer]], TooBusyError]:
    """Submit check-ins of these members in turn until it is too busy."""
    return crowd(gatherer, (tap(promise, by=by) for by in cycle(people)))


def crowd(gatherer: Gatherer, sent: Iterable[Sent]) -> tuple[list[Future[Answer]], TooBusyError]:
    """Submit check-ins until it is too busy."""
    waiting: list[Future[Answer]] = []
    for one in islice(sent, 3 * MOST_WAITING):
        try:
            waiting.append(gatherer.submit(one))
        except TooBusyError as refusal:
            return waiting, refusal
    raise AssertionError("it is never too busy")


def test_a_check_in_is_in_the_log_before_it_is_answered(gatherer: Gatherer, database: Database, promise: Promise) -> None:
    one, found = tap(promise), SimpleQueue[set[UUID]]()
    gatherer.submit(one).add_done_callback(lambda _: found.put(in_the_log(database, [one])))
    assert found.get(timeout=LONG) == {one.id}


def test_hundreds_at_once_are_each_answered(gatherer: Gatherer, database: Database, promise: Promise) -> None:
    some = [tap(promise, "seen" if n % 3 == 0 else "kept") for n in range(400)]
    futures = [gatherer.submit(one) for one in some]
    wait(futures, LONG)
    refused = [one.exception() for one in futures[::3]]
    assert {type(one) for one in refused} == {NotAllowedError}
    new = [one.result() for n, one in enumerate(futures) if n % 3]
    assert {one.event.id for one in new} == in_the_log(database, some)


def test_the_same_id_from_many_is_new_once(gatherer: Gatherer, database: Database, couple: Couple) -> None:
    with database.write() as session:
        personal = make.promise(session, couple.noor, personal=True)
    one = tap(personal)
    answers = [future.result(LONG) for future in [gatherer.submit(one) for _ in range(64)]]
    assert [answer.is_new for answer in answers].count(True) == 1
    assert len({answer.event.received_at for answer in answers}) == 1


def test_a_refusal_reaches_only_the_one_who_is_refused(gatherer: Gatherer, promise: Promise) -> None:
    known = tap(promise)
    nobodys = Tap(ids.new(), ids.new(), known.member_id, Kind.KEPT, make.NOW)
    other = Tap(known.id, promise.id, known.member_id, Kind.MISSED, make.NOW)
    good, missing, conflict = [gatherer.submit(one) for one in (known, nobodys, other)]
    assert good.result(LONG).is_new
    assert isinstance(missing.exception(LONG), NotFoundError)
    assert isinstance(conflict.exception(LONG), ConflictError)


@pytest.mark.skipif(WITH_SPLIT_LOG, reason="a log that is split can have no such index")
def test_what_fails_unforeseen_spoils_no_other(gatherer: Gatherer, database: Database, promise: Promise, couple: Couple) -> None:
    with database.write() as session:
        other = make.promise(session, couple.noor, "Call Mum")
        session.execute(text("CREATE UNIQUE INDEX said_once ON events (promise_id, kind)"))
    with database.write() as session:
        bonds.lock(session, [couple.bond.id])
        futures = [gatherer.submit(tap(one)) for one in (promise, promise, other)]
    wait(futures, LONG)
    assert [one.exception() is None for one in futures] == [True, False, True]


def test_an_awaited_check_in_holds_no_thread(gatherer: Gatherer, promise: Promise) -> None:
    async def all_at_once() -> list[Answer]:
        return await asyncio.gather(*(gatherer.take(tap(promise)) for _ in range(100)))

    assert all(answer.is_new for answer in asyncio.run(all_at_once()))


def test_whoever_has_gone_away_is_passed_over(gatherer: Gatherer, database: Database, promise: Promise, couple: Couple) -> None:
    with database.write() as session:
        bonds.lock(session, [couple.bond.id])
        futures = [gatherer.submit(tap(promise)) for _ in range(400)]
        gone = [one for one in futures if one.cancel()]
    assert gone
    assert all(one.result(LONG).is_new for one in futures if one not in gone)


def test_beyond_the_bound_it_is_too_busy(gatherer: Gatherer, promise: Promise, couple: Couple, database: Database) -> None:
    with database.write() as session:
        bonds.lock(session, [couple.bond.id])
        waiting, refusal = fill(gatherer, promise, couple.noor, couple.sam)
        for one in waiting:
            one.cancel()
    assert len(waiting) >= MOST_WAITING
    assert refusal.retry_after >= 1
    assert not wait(waiting, LONG).not_done


def test_one_member_does_not_crowd_out_the_rest(gatherer: Gatherer, promise: Promise, couple: Couple, database: Database) -> None:
    with database.write() as session:
        bonds.lock(session, [couple.bond.id])
        waiting, _ = fill(gatherer, promise, couple.noor)
        sams = gatherer.submit(tap(promise, by=couple.sam))
        for one in waiting:
            one.cancel()
    assert MOST_OF_ONE <= len(waiting) < MOST_WAITING + MOST_OF_ONE
    assert sams.result(LONG).is_new


def test_it_stops_when_all_that_waits_is_answered(database: Database, clock: StandingClock, promise: Promise) -> None:
    gatherer = Gatherer(database, clock)
    gatherer.start()
    futures = [gatherer.submit(tap(promise)) for _ in range(300)]
    gatherer.stop()
    assert all(one.done() and one.result().is_new for one in futures)
    with pytest.raises(TooBusyError):
        gatherer.submit(tap(promise))


def test_before_it_is_started_it_takes_nothing(database: Database, clock: StandingClock, promise: Promise) -> None:
    with pytest.raises(TooBusyError):
        Gatherer(database, clock).submit(tap(promise))


def spoken(promise: Promise, secret: str) -> Spoken:
    """A check-in that comes with a personal token's secret."""
    said = tap(promise)
    return Spoken(Shown(secrets.hash_of(secret), is_token=True), lambda who: replace(said, member_id=who.member_id))


def test_each_of_a_batch_is_recognised_and_judged_for_themselves(database: Database, couple: Couple, promise: Promise) -> None:
    with database.write() as session:
        others = make.other_couple(session)
        theirs = make.promise(session, others.cleo)
        noors, cleos = make.token(session, couple.noor), make.token(session, others.cleo)
        readers = make.token(session, couple.sam, scope="read")
    sent = [
        spoken(promise, noors),
        spoken(theirs, cleos),
        spoken(promise, cleos),
        spoken(promise, "nobody's"),
        spoken(promise, readers),
        tap(promise, by=couple.sam),
    ]
    answers = take_all(database.of(), sent, now=make.NOW)
    assert [type(one) for one in answers] == [Answer, Answer, NotFoundError, SignInNeededError, NotAllowedError, Answer]
    taken = [one.event.member_id for one in answers if isinstance(one, Answer)]
    assert taken == [couple.noor.id, others.cleo.id, couple.sam.id]


def test_one_member_does_not_crowd_out_the_rest_with_many_tokens(
    gatherer: Gatherer, database: Database, couple: Couple, promise: Promise
) -> None:
    with database.write() as session:
        two = [make.token(session, couple.noor) for _ in range(2)]
    for one in two:
        assert gatherer.submit(spoken(promise, one)).result(LONG).is_new
    with database.write() as session:
        bonds.lock(session, [couple.bond.id])
        waiting, _ = crowd(gatherer, (spoken(promise, one) for one in cycle(two)))
        for future in waiting:
            future.cancel()
    assert MOST_OF_ONE <= len(waiting) < MOST_WAITING + MOST_OF_ONE
