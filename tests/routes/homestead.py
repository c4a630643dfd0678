"""A family of which one has left, with one of everything that an address can name; each is made anew for the route that is tried."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from server.actions import asks, invitations, moments, moving, promises, repairs, sessions, summaries
from server.actions.leaving import leave
from server.actions.private import write
from server.db import Database, Session
from server.domain import private
from server.domain.milestones import MilestoneKind
from server.domain.notices import Subscription
from server.domain.repairs import Repair
from server.domain.supporting import Area
from server.store import ids, milestones, passkeys, push, tokens
from server.store.asks import Ask
from server.store.milestones import Milestone
from server.store.moments import Moment
from server.store.passkeys import Passkey
from server.store.private import Note
from server.store.promises import Pause
from tests import make
from tests.make import NOW

WEEKS_AGO = NOW - timedelta(days=15)
DAY = timedelta(days=1)
LAST_REVIEW = "2026-03-15"
SEALED = bytes([private.FORMAT]) + b"\xff" * (private.SEALED[0] - 1)
"""As much of a note as anybody but its author's phone can tell."""
TOLD, MISSED, TODAY, TOMORROW = ((NOW + days * DAY).date() for days in (-2, -1, 0, 1))


class Homestead:
    """Noor and Sam live here, Cleo has left, Eve lives with Dan and has things of her own, Finn is alone, Ida supports Noor and Sam.

    Whose or what it is that `rests` from today until tomorrow: nothing, each promise, the bond, or Noor.
    """

    def __init__(self, database: Database, *, rests: str = "") -> None:
        self.database, self.rests = database, rests
        with database.write() as session:
            names = ("Noor", "Sam", "Cleo", "Eve", "Finn", "Dan", "Ida")
            self.people = self.noor, self.sam, self.cleo, self.eve, _, dan, self.ida = [
                make.member(session, one, now=WEEKS_AGO) for one in names
            ]
            self.bond = make.bond(session, self.noor, self.sam, self.cleo, kind="family", now=WEEKS_AGO)
            make.bond(session, self.eve, dan, now=WEEKS_AGO)
            make.promise(session, self.eve, "Water the plants", starts_on=WEEKS_AGO.date(), now=WEEKS_AGO)
            leave(session, self.bond.id, member_id=self.cleo.id, now=WEEKS_AGO + DAY)
            summaries.summarise(session, now=NOW, limit=10)
            make.supported(session, self.bond, self.ida, opened=tuple(Area), now=NOW)
            if rests == "bond":
                self.rest(session, bond_id=self.bond.id)
            elif rests == "member":
                self.rest(session, member_id=self.noor.id)

    def make(self, name: str) -> UUID:
        """The id of something new, by the name that addresses have for it."""
        with self.database.write() as session:
            return MAKERS[name](session, self)

    def rest(self, session: Session, **what: UUID) -> None:
        """Noor pauses something."""
        promises.pause(session, Pause(TODAY, TOMORROW, **what), member_id=self.noor.id, now=NOW)


def day_for(path: str) -> date:
    """The day of the promise that is made here of which an address speaks."""
    return TOLD if "/differences/" in path else TODAY if "/moves/" in path else MISSED


def _promise(session: Session, home: Homestead) -> UUID:
    """Missed yesterday and put right, told otherwise by Sam the day before, asked to be moved today unless that day rests."""
    promise = make.promise(session, home.noor, "Quinces for tea", starts_on=TOLD, now=NOW - 2 * DAY)
    make.check_in(session, promise, day=TOLD)
    make.check_in(session, promise, "differs", day=TOLD, by=home.sam)
    make.check_in(session, promise, "missed", day=MISSED)
    repairs.repair(session, promise.id, MISSED, Repair(prevent="I set an alarm."), member_id=home.noor.id, now=NOW)
    if not home.rests:
        moving.ask(session, promise.id, TODAY, TOMORROW, member_id=home.noor.id, now=NOW)
    if home.rests == "promise":
        home.rest(session, promise_id=promise.id)
    return promise.id


def _milestone(session: Session, home: Homestead) -> UUID:
    made = Milestone(MilestoneKind.TOGETHER, home.bond.id, 3, str(ids.new()), NOW, bond_id=home.bond.id)
    milestones.insert_new(session, [made])
    return made.id


def _moment(session: Session, home: Homestead) -> UUID:
    return moments.plan(session, Moment(ids.new(), home.bond.id, home.noor.id, "The old mill", "", NOW.date(), None, NOW), now=NOW).id


def _ask(session: Session, home: Homestead) -> UUID:
    return asks.ask(session, Ask(ids.new(), home.bond.id, home.sam.id, home.noor.id, "Call me at nine?", NOW), now=NOW).id


def _device(session: Session, home: Homestead) -> UUID:
    sessions.begin(session, home.noor.id, device="A tablet", now=NOW)
    return next(one.id for one in sessions.devices(session, home.noor.id, now=NOW) if one.device == "A tablet")


def _passkey(session: Session, home: Homestead) -> UUID:
    made = Passkey(ids.new(), home.noor.id, ids.new().bytes, b"key", 0, "A phone", NOW)
    passkeys.insert(session, made)
    return made.id


def _token(session: Session, home: Homestead) -> UUID:
    make.token(session, home.noor)
    return tokens.of_member(session, home.noor.id)[-1].id


def _phone(session: Session, home: Homestead) -> UUID:
    to = Subscription(f"https://push.example/{ids.new()}", "p256dh", "auth")
    return push.put(session, to, member_id=home.noor.id, session_id=None, vapid_key="key", shows_details=False, now=NOW)


def _invitation(session: Session, home: Homestead) -> UUID:
    return invitations.invite(session, home.noor.id, kind="friends", now=NOW)[0].id


def _note(session: Session, home: Homestead) -> UUID:
    return write(session, Note(home.noor.id, ids.new(), private.Kind.QUESTION, 1, SEALED, NOW.date(), NOW.date())).id


MAKERS: dict[str, Callable[[Session, Homestead], UUID]] = {
    "promise_id": _promise,
    "milestone_id": _milestone,
    "moment_id": _moment,
    "ask_id": _ask,
    "session_id": _device,
    "passkey_id": _passkey,
    "token_id": _token,
    "subscription_id": _phone,
    "invitation_id": _invitation,
    "note_id": _note,
    "bond_id": lambda _, home: home.bond.id,
    "bond": lambda _, home: home.bond.id,
}
