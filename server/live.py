"""Open pages: who listens, and who of them may hear that something has moved."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from enum import Enum, auto
from time import monotonic
from types import TracebackType
from typing import Self
from uuid import UUID

import structlog

from server.actions import sessions
from server.clock import Clock
from server.db import Database, Moved
from server.store import bonds

HEARTBEAT = timedelta(seconds=25)
MOST_OF_ONE = 10
MOST_REMEMBERED = 200
AGAIN_AFTER = 1.0
CHANNEL = "weft.moved"
log = structlog.get_logger("weft")


class Sign(Enum):
    """What an open page is told: that something has moved, that its device is signed out, that all is as it was."""

    ENDED = auto()
    MOVED = auto()
    BEAT = auto()


class Stream:
    """One open page of a signed-in device; signs that it has not been told yet are one, so nothing piles up for a slow phone."""

    __slots__ = ("_arrived", "_due", "_is_open", "member_id", "session_id")

    def __init__(self, member_id: UUID, session_id: UUID | None) -> None:
        self.member_id, self.session_id = member_id, session_id
        self._due: set[Sign] = set()
        self._is_open = True
        self._arrived = asyncio.Event()

    def give(self, sign: Sign) -> None:
        """Tell it something, after which, if it has ended, nothing more."""
        self._due.add(sign)
        self._arrived.set()

    def close(self) -> None:
        """Tell it nothing more."""
        self._is_open = False
        self._arrived.set()

    async def signs(self) -> AsyncIterator[Sign]:
        """What it is told, until it is closed."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            due, self._due = self._due, set()
            if not self._is_open:
                return
            if Sign.ENDED in due:
                yield Sign.ENDED
                return
            for sign in due:
                yield sign


class Gathered:
    """What has moved and is not passed on yet, as one: it grows with the bonds that move, not with what is said in them."""

    def __init__(self) -> None:
        self._moved = Moved()
        self._arrived = asyncio.Event()

    def add(self, moved: Moved) -> None:
        """Let this be passed on too."""
        self._moved.add(moved)
        self._arrived.set()

    async def take(self) -> Moved:
        """All that has arrived, as soon as there is something."""
        await self._arrived.wait()
        self._arrived.clear()
        moved, self._moved = self._moved, Moved()
        return moved


class Live:
    """The open pages of this process, told when something of theirs has moved, and in between that they are still heard.

    Before anybody is told, the database is asked who is in the bond and which devices are signed in at that moment.
    """

    def __init__(self, database: Database, clock: Clock, heartbeat: timedelta | None = None) -> None:
        self._database, self._clock, self._heartbeat = database, clock, heartbeat or HEARTBEAT
        self._streams: dict[UUID, list[Stream]] = {}
        self._heard = Gathered()
        self._lately: deque[tuple[float, Moved]] = deque(maxlen=MOST_REMEMBERED)
        self._is_open = True
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._pass_on()), asyncio.create_task(self._beat())]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def open(self, member_id: UUID, session_id: UUID | None) -> Stream:
        """Begin to listen; of one member's too many pages the oldest is closed."""
        stream = Stream(member_id, session_id)
        theirs = [*self._streams.get(member_id, ()), stream]
        for old in theirs[:-MOST_OF_ONE]:
            old.close()
        self._streams[member_id] = theirs[-MOST_OF_ONE:]
        if not self._is_open:
            stream.close()
        return stream

    def leave(self, stream: Stream) -> None:
        """Listen no more."""
        theirs = [one for one in self._streams.pop(stream.member_id, []) if one is not stream]
        if theirs:
            self._streams[stream.member_id] = theirs

    def hear(self, moved: Moved) -> None:
        """Pass on that something has moved."""
        self._lately.append((monotonic(), moved))
        if self._streams:
            self._heard.add(moved)

    def has_missed(self, member_id: UUID, age: timedelta) -> bool:
        """Whether something of theirs may have moved since a page was asked for, so long ago, that listens only now."""
        since, lately = monotonic() - age.total_seconds(), [*self._lately]
        if len(lately) == MOST_REMEMBERED and lately[0][0] > since:
            return True
        missed = Moved()
        for at, moved in lately:
            if at > since:
                missed.add(moved)
        if not missed.bonds:
            return member_id in missed.members
        with self._database.read() as session:
            return member_id in missed.members | {one for _, one in bonds.seats(session, missed.bonds)}

    def close(self) -> None:
        """Close every page's stream, and any that is opened from now on: the server ends."""
        self._is_open = False
        for stream in self._all():
            stream.close()

    @property
    def pages(self) -> int:
        """How many pages listen; may be asked from any thread."""
        return sum(len(theirs) for theirs in [*self._streams.values()])

    def _all(self) -> list[Stream]:
        return [stream for theirs in self._streams.values() for stream in theirs]

    async def _pass_on(self) -> None:
        while True:
            moved = await self._heard.take()
            try:
                streams, alive = await asyncio.to_thread(self._hearers, moved)
            except Exception:
                log.exception("open pages were not told")
                await asyncio.sleep(AGAIN_AFTER)
                self._heard.add(moved)
                continue
            _give(streams, Sign.MOVED, alive)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._heartbeat.total_seconds())
            if streams := self._all():
                try:
                    alive = await asyncio.to_thread(self._alive, streams)
                except Exception:
                    log.exception("open pages were not looked after")
                    alive = {one.session_id for one in streams if one.session_id}
                _give(streams, Sign.BEAT, alive)

    def _hearers(self, moved: Moved) -> tuple[list[Stream], set[UUID]]:
        """The streams of those whom it concerns, and which of their devices are signed in."""
        with self._database.read() as session:
            theirs = {member_id for _, member_id in bonds.seats(session, moved.bonds)}
            streams = [stream for one in theirs | moved.members for stream in [*self._streams.get(one, ())]]
            ids = {one.session_id for one in streams if one.session_id}
            return streams, sessions.still_signed_in(session, ids, now=self._clock.now())

    def _alive(self, streams: Iterable[Stream]) -> set[UUID]:
        with self._database.read() as session:
            ids = {one.session_id for one in streams if one.session_id}
            return sessions.still_signed_in(session, ids, now=self._clock.now())


def packed(moved: Moved) -> bytes:
    """As it goes from process to process: ids, and nothing of what was said."""
    return json.dumps([[str(one) for one in some] for some in (moved.bonds, moved.members)]).encode()


def unpacked(message: bytes) -> Moved:
    """What another process said; ValueError for what is not ours."""
    try:
        theirs, alone = json.loads(message)
        return Moved({UUID(one) for one in theirs}, {UUID(one) for one in alone})
    except (TypeError, AttributeError) as error:
        raise ValueError("not a hint") from error


def _give(streams: Iterable[Stream], sign: Sign, alive: set[UUID]) -> None:
    for stream in streams:
        stream.give(sign if stream.session_id in alive else Sign.ENDED)
