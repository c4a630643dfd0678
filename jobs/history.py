"""The lines of a history: reading them, and doing what each says through the server's actions."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from server.actions import bonds, check_ins, promises, repairs
from server.actions.promises import Draft
from server.db import Session
from server.domain import schedule
from server.domain.check_ins import Kind, Tap, is_sane
from server.domain.errors import ConflictError, InvalidError, NotFoundError
from server.domain.recurrence import WEEKDAYS
from server.domain.repairs import Repair
from server.domain.weeks import Review
from server.store import bonds as bond_store
from server.store import members
from server.store import promises as promise_store
from server.store.members import Member
from server.store.promises import Pause

Names = Callable[[str, str], UUID]
INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})", re.IGNORECASE)
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WALL = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a history: an instant, a verb, and its fields."""

    now: datetime
    do: str
    fields: dict[str, Any]

    def text(self, name: str) -> str:
        value = self.fields.get(name)
        if not isinstance(value, str) or not value:
            raise InvalidError(f"The line needs {name} as text.", name)
        return value

    def maybe(self, name: str) -> str | None:
        return None if self.fields.get(name) is None else self.text(name)

    def number(self, name: str) -> int | None:
        value = self.fields.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise InvalidError(f"{name} is a whole number.", name)
        return value

    def instant(self, name: str) -> datetime | None:
        value = self.maybe(name)
        return None if value is None else instant(value, name)

    def date(self, name: str) -> date | None:
        value = self.maybe(name)
        return None if value is None else day(value, name)

    def time(self, name: str) -> time | None:
        value = self.maybe(name)
        return None if value is None else wall(value, name)


def read(text: str, *, after: datetime | None) -> Line:
    """Read one line; InvalidError for one that cannot be read or that goes back in time."""
    try:
        fields = json.loads(text)
        json.dumps(fields, ensure_ascii=False).encode()  # half a surrogate pair is JSON, but no text
    except (ValueError, RecursionError):
        raise InvalidError("The line is not JSON.") from None
    if not isinstance(fields, dict):
        raise InvalidError("The line is not a JSON object.")
    line = Line(instant(fields.get("now"), "now"), str(fields.get("do")), fields)
    if after is not None and line.now < after:
        raise InvalidError("The line lies before the one above it.", "now")
    return line


def instant(value: Any, name: str) -> datetime:
    """An RFC 3339 instant in UTC; InvalidError without an offset."""
    if not isinstance(value, str) or not INSTANT.fullmatch(value):
        raise InvalidError(f"{name} is an instant like 2026-03-20T20:00:00Z, with an offset or Z.", name)
    try:
        found = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidError(f"{name} is no instant that there is.", name) from None
    if not is_sane(found.date()):
        raise InvalidError(f"{name} is too far away.", name)
    return found


def day(value: str, name: str) -> date:
    """A date `YYYY-MM-DD`."""
    try:
        found = date.fromisoformat(value if DATE.fullmatch(value) else "")
    except ValueError:
        raise InvalidError(f"{name} is a date like 2026-03-20.", name) from None
    if not is_sane(found):
        raise InvalidError(f"{name} is too far away.", name)
    return found


def wall(value: str, name: str) -> time:
    """A local time `HH:MM`."""
    if not WALL.fullmatch(value):
        raise InvalidError(f"{name} is a time like 18:30.", name)
    return time.fromisoformat(value)


def do(session: Session, line: Line, id_of: Names) -> None:
    """Do what a line says."""
    verb = VERBS.get(line.do)
    if verb is None:
        raise InvalidError("The line says to do something that there is no word for.", "do")
    verb(session, line, id_of)


def _member(session: Session, line: Line, id_of: Names) -> None:
    member_id, day_start = id_of("member", line.text("id")), line.time("day_start") or time(3)
    schedule.zone_of(line.text("zone"))
    if day_start > schedule.LATEST_DAY_START:
        raise InvalidError("A day starts between 00:00 and 06:00.", "day_start")
    if _has_member(session, member_id):
        raise ConflictError("There is a member with that id already.")
    members.insert(session, Member(member_id, line.text("name"), line.text("zone"), day_start), now=line.now)


def _bond(session: Session, line: Line, id_of: Names) -> None:
    names = line.fields.get("members")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names) or len(names) < 2 or len(set(names)) < len(names):
        raise InvalidError("A bond has two members or more.", "members")
    found = [id_of("member", name) for name in names]
    if not all(_has_member(session, one) for one in found):
        raise NotFoundError("There is no such member.")
    schedule.zone_of(line.text("zone"))
    bond_id = id_of("bond", line.text("id"))
    if bond_store.exists(session, bond_id):
        raise ConflictError("There is a bond with that id already.")
    bonds.make(session, bond_id, kind=line.text("kind"), member_ids=found, zone=line.text("zone"), review=_review(line), now=line.now)


def _review(line: Line) -> Review:
    value = line.fields.get("review") or {"weekday": "SU", "time": "18:00"}
    if not isinstance(value, dict) or value.get("weekday") not in WEEKDAYS:
        raise InvalidError("A review has a weekday like SU and a time.", "review")
    return Review(WEEKDAYS.index(value["weekday"]), wall(str(value.get("time")), "review"), line.text("zone"))


def _promise(session: Session, line: Line, id_of: Names) -> None:
    by = _someone(session, line, id_of)
    starts_on = line.date("starts_on")
    if starts_on is None:
        raise InvalidError("A promise needs a date from which it holds.", "starts_on")
    bond = line.maybe("bond")
    draft = Draft(
        title=line.text("title"),
        area=line.text("area"),
        rule=line.text("rule"),
        starts_on=starts_on,
        bond_id=id_of("bond", bond) if bond else None,
        times=line.number("times"),
        due_time=line.time("due_time"),
        grace=_grace(line),
        zone=line.maybe("zone"),
    )
    promises.make(session, id_of("promise", line.text("id")), draft, member_id=by, now=line.now)


def _grace(line: Line) -> timedelta:
    minutes = line.number("grace")
    return schedule.GRACE if minutes is None else timedelta(minutes=max(-1, min(minutes, 10_000)))


def _change(session: Session, line: Line, id_of: Names) -> None:
    promise = _any_promise(session, line, id_of)
    readers: dict[str, Callable[[str], Any]] = {"rule": line.text, "times": line.number, "due_time": line.time, "zone": line.text}
    changes = {name: read_field(name) for name, read_field in readers.items() if name in line.fields}
    if "grace" in line.fields:
        changes["grace"] = _grace(line)
    promises.change(session, promise.id, changes, member_id=promise.member_id, now=line.now)


def _release(session: Session, line: Line, id_of: Names) -> None:
    promise = _any_promise(session, line, id_of)
    promises.release(session, promise.id, member_id=promise.member_id, now=line.now)


def _pause(session: Session, line: Line, id_of: Names) -> None:
    first, last = line.date("from"), line.date("until")
    if first is None or last is None:
        raise InvalidError("A pause has a first and a last day.", "from" if first is None else "until")
    scopes = [name for name in ("promise", "member", "bond") if line.fields.get(name) is not None]
    if len(scopes) != 1:
        raise InvalidError("A pause is for one promise, one member or one bond.")
    promises.check_pause(first, last)
    by, target = _scope(session, line, scopes[0], id_of)
    promises.pause(session, Pause(first, last, **{f"{scopes[0]}_id": target}), member_id=by, now=line.now)


def _scope(session: Session, line: Line, kind: str, id_of: Names) -> tuple[UUID, UUID]:
    """Who pauses, and what: a history says only what."""
    target = id_of(kind, line.text(kind))
    if kind == "promise":
        return _any_promise(session, line, id_of).member_id, target
    if kind == "member":
        return members.get(session, target).id, target
    return next((one.id for one in bond_store.members_of(session, target)), target), target


def _check_in(session: Session, line: Line, id_of: Names) -> None:
    if line.text("kind") not in Kind.__members__.values():
        raise InvalidError("A check-in says something that there is no word for.", "kind")
    target = line.maybe("target")
    tap = Tap(
        id=id_of("check_in", line.text("id")),
        promise_id=id_of("promise", line.text("promise")),
        member_id=id_of("member", line.text("by")),
        kind=Kind(line.text("kind")),
        at=line.instant("at"),
        day=line.date("day"),
        to=line.instant("to"),
        target=id_of("check_in", target) if target else None,
        label=line.maybe("label"),
    )
    check_ins.check_in_one(session, tap, now=line.now)


def _repair(session: Session, line: Line, id_of: Names) -> None:
    by, day = _someone(session, line, id_of), line.date("day")
    if day is None:
        raise InvalidError("A repair names the day that was missed.", "day")
    words = Repair(**{name: str(line.fields.get(name) or "") for name in ("did", "landed", "mine", "right", "prevent")})
    repairs.repair(session, id_of("promise", line.text("promise")), day, words, member_id=by, now=line.now)


def _tick(session: Session, line: Line, id_of: Names) -> None:
    """The clock has moved on already."""


def _someone(session: Session, line: Line, id_of: Names) -> UUID:
    return members.get(session, id_of("member", line.text("by"))).id


def _any_promise(session: Session, line: Line, id_of: Names) -> promise_store.Promise:
    promise_id = id_of("promise", line.text("promise"))
    found = promise_store.by_ids(session, [promise_id])
    if promise_id not in found:
        raise NotFoundError("There is no such promise.")
    return found[promise_id]


def _has_member(session: Session, member_id: UUID) -> bool:
    try:
        return bool(members.get(session, member_id))
    except NotFoundError:
        return False


VERBS: dict[str, Callable[[Session, Line, Names], None]] = {
    "member": _member,
    "bond": _bond,
    "promise": _promise,
    "change": _change,
    "release": _release,
    "pause": _pause,
    "check_in": _check_in,
    "repair": _repair,
    "tick": _tick,
}
