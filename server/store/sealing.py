"""What people write is sealed where it lies in the database, and opened where it is read: stores take and give plain words.

A column of words stands once in SEALED, with whose they are: the bond, or what has none (a personal promise, a name, a draft) its member.
Words open for their own table, column and bond alone. Sealed words are never compared or ordered in SQL. What a document holds under
a name that is not `plain` is sealed where it is text; every other column of text or documents stands in PLAIN with its reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Column, Table

from server.db import Session, sealing
from server.db.tables import (
    asks,
    ceremonies,
    events,
    members,
    milestone_answers,
    moments,
    notices,
    passkeys,
    promises,
    repair_drafts,
    review_lines,
    supporters,
    tokens,
    week_questions,
    weeks,
)

SAID = frozenset({"day", "to", "target", "label", "answer", "way", "linked", "from", "until"})
AGREED = frozenset({"rule", "times", "due_time", "grace", "zone", "day_start"})
TOLD = frozenset({"last_day", "due", "late_until", "reached", "count", "own"})
Text = TypeVar("Text", str, str | None)


@dataclass(frozen=True, slots=True)
class Words:
    """Whose a column's words are: the first of these columns of its row that holds an id; `plain` names lie open in a document."""

    of: tuple[str, ...]
    plain: frozenset[str] = frozenset()


OF_BOND = Words(("bond_id",))
OF_MEMBER = Words(("member_id",))
OF_EITHER = Words(("bond_id", "member_id"))
ITS_OWN = Words(("id",))
SEALED: dict[Column[Any], Words] = {
    members.c.name: ITS_OWN,
    promises.c.title: OF_EITHER,
    promises.c.area: OF_EITHER,
    promises.c.done_when: OF_EITHER,
    promises.c.cue: OF_EITHER,
    events.c.sent: Words(OF_EITHER.of, SAID | AGREED),
    repair_drafts.c.words: OF_MEMBER,
    milestone_answers.c.line: OF_EITHER,
    moments.c.what: OF_BOND,
    moments.c.place: OF_BOND,
    review_lines.c.text: OF_BOND,
    asks.c.text: OF_BOND,
    asks.c.counter: OF_BOND,
    supporters.c.who: OF_BOND,
    week_questions.c.text: OF_BOND,
    weeks.c.summary: OF_BOND,
    notices.c.about: Words(OF_EITHER.of, TOLD),
    ceremonies.c.kept_aside: Words(ITS_OWN.of, frozenset({"id", "zone", "sealed"})),
    passkeys.c.name: OF_MEMBER,
    tokens.c.name: OF_MEMBER,
}
PLAIN: dict[str, str] = {
    "*.kind": "one of a list",
    "*.zone": "a time zone's name",
    "*.state": "one of a list",
    "*.carried": "a streak's figures",
    "members.appearance": "one of a list",
    "supporter_openings.area": "one of a list",
    "column_keys.id": "made by us at random",
    "column_keys.probe": "sealed to try a key with",
    "promise_terms.rule": "days and times by a grammar",
    "ownings.label": "one of a list",
    "ownings.cause": "one of a list",
    "occurrences.outcome": "one of a list",
    "asks.answer": "one of a list",
    "printed_lines.line": "ids and days",
    "milestones.subject": "a day or an id",
    "notices.subject": "ids and days",
    "sessions.device": "made of a list of browsers and systems",
    "ceremonies.purpose": "one of a list",
    "recovery_codes.selector": "made by us at random",
    "recovery_codes.code_hash": "a slow hash",
    "hand_overs.selector": "made by us at random",
    "hand_overs.code_hash": "a slow hash",
    "hand_overs.device": "made of a list of browsers and systems",
    "hand_overs.number": "made by us at random",
    "operator_acts.act": "one of a list",
    "tokens.scope": "one of a list",
    "buckets.key": "ids and hashes",
    "push_subscriptions.endpoint": "a push service's address",
    "push_subscriptions.p256dh": "a phone's public key",
    "push_subscriptions.auth": "made by a phone at random",
    "push_subscriptions.vapid_key": "our public key",
    "job_runs.name": "one of a list",
    "job_runs.failure": "an error's name",
}


def seal(session: Session, column: Column[Any], owner: UUID, text: Text) -> Text:
    """A text as it is written into a column, for a bond or, where there is none, its member."""
    return text and sealing.of(session).seal(_place(column, owner), text)


def opened(session: Session, column: Column[Any], owner: UUID, sealed: Text) -> Text:
    """The text that was read from a column of a bond or, where there is none, of its member."""
    return sealed and sealing.of(session).open(_place(column, owner), sealed)


def sealed_document(session: Session, column: Column[Any], owner: UUID, document: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A document as it is written into a column: its words sealed, each for its own name."""
    if document is None:
        return None
    plain, seals = SEALED[column].plain, sealing.of(session).seal
    return {name: _each(value, seals, _place(column, owner, name)) if name not in plain else value for name, value in document.items()}


def opened_document(session: Session, column: Column[Any], owner: UUID, document: Mapping[str, Any] | None) -> dict[str, Any]:
    """The document that was read from a column; an empty one where there is none."""
    if not document:
        return {}
    plain, opens = SEALED[column].plain, sealing.of(session).open
    return {name: _each(value, opens, _place(column, owner, name)) if name not in plain else value for name, value in document.items()}


def plain_of(column: Column[Any], document: Mapping[str, Any] | None) -> dict[str, Any]:
    """What lies open in a document: nothing is opened for who is not shown its words."""
    plain = SEALED[column].plain
    return {name: value for name, value in (document or {}).items() if name in plain}


def sealed_row(session: Session, table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    """Values by column name, as they are written: the words among them sealed for whom the row is of."""
    return _row(session, table, row, seal, sealed_document)


def opened_row(session: Session, table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    """Values by column name, as they were read, opened; the row holds whose it is."""
    return _row(session, table, row, opened, opened_document)


def _row(session: Session, table: Table, row: Mapping[Any, Any], text: Any, document: Any) -> dict[str, Any]:
    found, owner = dict(row), _owner_of(table, row)
    for column, _ in _COLUMNS[table]:
        if (value := found.get(column.name)) is not None:
            found[column.name] = (document if isinstance(value, Mapping) else text)(session, column, owner, value)
    return found


def _owner_of(table: Table, row: Mapping[Any, Any]) -> UUID:
    """For whom the words of a row are sealed."""
    owner: UUID = next(row[name] for name in _COLUMNS[table][0][1].of if row.get(name) is not None)
    return owner


def _each(value: Any, turned: Any, place: str) -> Any:
    """Words at any depth of a document, turned; figures and truth values stay."""
    if isinstance(value, str):
        return turned(place, value)
    if isinstance(value, Mapping):
        return {name: _each(one, turned, place) for name, one in value.items()}
    return [_each(one, turned, place) for one in value] if isinstance(value, list | tuple) else value


def _place(column: Column[Any], owner: UUID, name: str = "") -> str:
    return f"{_NAMES[column]}{name and '.'}{name}|{owner}"


_NAMES = {column: f"{column.table.name}|{column.name}" for column in SEALED}
_COLUMNS: dict[Table, list[tuple[Column[Any], Words]]] = {}
for _column, _words in SEALED.items():
    _COLUMNS.setdefault(_column.table, []).append((_column, _words))
