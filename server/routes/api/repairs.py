"""Owning a miss in words, and what the others say to it."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from server.actions import repairs
from server.db import Session
from server.domain import repairs as rules
from server.domain.errors import NotFoundError
from server.domain.promises import LONGEST
from server.domain.repairs import Giving, RepairAnswer, Way
from server.routes import access
from server.routes.access import Viewer
from server.routes.api import problems
from server.routes.api.bodies import Strict
from server.routes.api.slowing import hold_back
from server.routes.api.values import Instant, Lines, Plain
from server.routes.desk import Desk
from server.store import let_goes, promises
from server.store import repairs as store

PATH = "/promises/{promise_id:uuid}/repairs/{day:date}"
Text = Annotated[Lines, Meta(max_length=rules.LONGEST)]
Prevention = Annotated[Text, Meta(min_length=1)]
Title = Annotated[Plain, Meta(max_length=LONGEST["title"])]


class Word(StrEnum):
    """What is said in one tap: by the promiser sorry, or that it was said in person; by a receiver that it was heard so, or an answer."""

    SORRY = "sorry"
    TOLD = "told"
    WAS_HEARD = "was_heard"
    HEARD = RepairAnswer.HEARD.value
    ACCEPTED = RepairAnswer.ACCEPTED.value
    NOT_YET = RepairAnswer.NOT_YET.value
    RATHER_NOT = RepairAnswer.RATHER_NOT.value


class NewRepair(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The five answers and a reason; `new_promise` is the title of the promise that the prevention becomes. `id` is made by the sender."""

    prevent: Prevention
    did: Text = ""
    landed: Text = ""
    mine: Text = ""
    right: Text = ""
    reason: Text = ""
    way: Way = Way.SENT
    new_promise: Title = ""
    id: UUID | None = None


class SaidWord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One word; `id` is made by the sender, `at` is when it was tapped."""

    word: Word
    id: UUID | None = None
    at: Instant | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a receiver answered last."""

    by: UUID
    answer: RepairAnswer


class Repair(msgspec.Struct, frozen=True, kw_only=True):
    """What was said about a missed day, as the one who asks may see it: words that are said in person are shown to their writer alone."""

    promise: UUID
    day: date
    said_sorry: bool
    way: Way | None
    told: bool
    words: dict[str, str] | None
    new_promise: UUID | None
    heard_by: list[UUID]
    answers: list[Answer]


@get(PATH, opt=access.SIGNED_IN_OR_TOKEN, responses=problems.declared(404), sync_to_thread=True)
def show(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], promise_id: FromPath[UUID], day: FromPath[date]) -> Repair:
    """What was said about a missed day."""
    with desk.database.read() as session:
        return _shown(session, promise_id, day, viewer)


@post(
    PATH,
    opt=access.SIGNED_IN_OR_TOKEN,
    guards=[hold_back],
    dto=Strict[NewRepair],
    return_dto=None,
    response_description="It was written.",
    responses=problems.declared(404, 409, 413, 415, 429),
    sync_to_thread=True,
)
def write(
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    promise_id: FromPath[UUID],
    day: FromPath[date],
    data: JSONBody[NewRepair],
) -> Repair:
    """Own a missed day in words."""
    words = rules.Repair(**{name: getattr(data, name) for name in store.WORDS})
    given = Giving(data.way, data.new_promise, data.id)
    with desk.database.write() as session:
        repairs.repair(session, promise_id, day, words, member_id=viewer.member_id, now=desk.now(), given=given)
        return _shown(session, promise_id, day, viewer)


@post(
    f"{PATH}/words",
    opt=access.SIGNED_IN_OR_TOKEN,
    guards=[hold_back],
    dto=Strict[SaidWord],
    return_dto=None,
    response_description="It was said.",
    responses=problems.declared(404, 409, 413, 415, 429),
    sync_to_thread=True,
)
def say(
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    promise_id: FromPath[UUID],
    day: FromPath[date],
    data: JSONBody[SaidWord],
) -> Repair:
    """Say one thing about a missed day in one tap."""
    with desk.database.write() as session:
        said = repairs.WORDS[data.word.value]
        said(session, promise_id, day, member_id=viewer.member_id, now=desk.now(), event_id=data.id, at=data.at)
        return _shown(session, promise_id, day, viewer)


def _shown(session: Session, promise_id: UUID, day: date, viewer: Viewer) -> Repair:
    promise = promises.visible(session, viewer.member_id, [promise_id]).get(promise_id)
    standing = store.of_promise(session, promise_id, since=day).get(day) if promise else None
    writer = promise is not None and promise.member_id == viewer.member_id
    if standing is None or not standing.shows(writer=writer) or (promise_id, day) in let_goes.gone(session, [promise_id]):
        raise NotFoundError("Nothing was said about that day.")
    reached = writer or standing.has_reached
    written = standing.words_for(writer=writer)
    return Repair(
        promise=promise_id,
        day=day,
        said_sorry=standing.sorry_at is not None,
        way=standing.way if standing.words and reached else None,
        told=standing.told_at is not None,
        words={name: getattr(written, name) for name in store.WORDS} if written else None,
        new_promise=standing.linked_id if reached else None,
        heard_by=sorted(standing.heard),
        answers=[Answer(by=who, answer=said) for who, said in standing.answers],
    )


HANDLERS: list[Any] = [show, write, say]
