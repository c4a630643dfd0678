"""Every occurrence of every promise, judged anew at any instant."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime

from tests.naive import judge
from tests.naive.judge import FALLS_AWAY, Standing
from tests.naive.terms import DAY, Occurrence, Schedule
from tests.naive.world import CheckIn, Promise, World

AHEAD = 10 * DAY


@dataclass(frozen=True)
class Entry:
    """An occurrence as it stands at one instant."""

    occurrence: Occurrence
    standing: Standing
    begun: bool
    told_ahead: bool
    witnessed: bool


class Book:
    """Reads a world; what was judged is kept only until the log or the picture can differ."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._version = -1
        self._due: dict[tuple[Schedule, date], list[Occurrence]] = {}
        self._said: dict[tuple[str, date], list[CheckIn]] = {}
        self._turns: dict[tuple[str, date], list[datetime]] = {}
        self._entries: dict[tuple[str, date, int], list[Entry]] = {}

    def said(self, promise: Promise, day: date) -> list[CheckIn]:
        """What stands said of an occurrence."""
        self._refresh()
        return self._said.get((promise.id, day), [])

    def begun(self, promise: Promise, now: datetime) -> list[Entry]:
        """The occurrences whose day has begun, or of which something was said already, in order of day."""
        return [e for e in self.entries(promise, now) if e.begun]

    def entries(self, promise: Promise, now: datetime) -> list[Entry]:
        """The occurrences of the past and of the next days, in order of day."""
        self._refresh()
        through = (now + AHEAD).date()
        turn = bisect_right(self.turns(promise, through), now)
        key = (promise.id, through, turn)
        if key not in self._entries:
            self._entries[key] = self._judged(promise, through, now)
        return self._entries[key]

    def entry(self, promise: Promise, occurrence: Occurrence, now: datetime) -> Entry:
        """One occurrence as it stands."""
        return next(e for e in self.entries(promise, now) if e.occurrence == occurrence)

    def turns(self, promise: Promise, through: date) -> list[datetime]:
        """The instants at which what stands can change without a word, in order."""
        self._refresh()
        key = (promise.id, through)
        if key not in self._turns:
            turns = {at for o in self.occurrences(promise, through) for at in (o.begins_at, o.settles_at, o.closes_at)}
            mine = (c for c in self.world.check_ins if c.promise == promise.id)
            turns |= {c.received_at + FALLS_AWAY for c in mine if c.kind == "differs"}
            self._turns[key] = sorted(turns)
        return self._turns[key]

    def occurrences(self, promise: Promise, through: date) -> list[Occurrence]:
        """All that is due up to a date."""
        key = (promise.schedule, through)
        if key not in self._due:
            self._due[key] = self._scheduled(promise.schedule, through)
        return self._due[key]

    def _scheduled(self, schedule: Schedule, through: date) -> list[Occurrence]:
        days = (through - schedule.starts_on).days + 1
        named = (schedule.occurrence(schedule.starts_on + n * DAY) for n in range(days))
        return [o for o in named if o is not None]

    def _judged(self, promise: Promise, through: date, now: datetime) -> list[Entry]:
        entries = [self._entry(promise, o, now) for o in self.occurrences(promise, through)]
        return [self._mended(promise, entries, n) for n in range(len(entries))]

    def _entry(self, promise: Promise, occurrence: Occurrence, now: datetime) -> Entry:
        said = self.said(promise, occurrence.day)
        kepts = judge.standing_kepts(occurrence, said)
        return Entry(
            occurrence=occurrence,
            standing=judge.judge(self.world, promise, occurrence, said, now),
            begun=occurrence.begins_at <= now or bool(said),
            told_ahead=judge.says(said, "heads_up"),
            witnessed=bool(judge.by_receivers(promise, kepts)),
        )

    def _mended(self, promise: Promise, entries: list[Entry], n: int) -> Entry:
        entry = entries[n]
        if entry.standing != judge.MISSED:
            return entry
        said = self.said(promise, entry.occurrence.day)
        valued = [e for e in entries[n + 1 :] if e.standing.value is not None][:3]
        kept = [e for e in valued if e.standing.outcome == "kept"]
        if len(kept) < 3 or not judge.is_repaired(self.world, promise, entry.occurrence, said):
            return entry
        return Entry(
            occurrence=entry.occurrence,
            standing=judge.MENDED,
            begun=entry.begun,
            told_ahead=entry.told_ahead,
            witnessed=entry.witnessed,
        )

    def _refresh(self) -> None:
        if self._version != self.world.version:
            self._version = self.world.version
            self._said = self.world.said()
            self._turns = {}
            self._entries = {}
