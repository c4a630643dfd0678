"""Check-ins, one or many."""

from collections.abc import Iterable
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody
from msgspec import UNSET, Meta, UnsetType

from server import gathering
from server.actions.check_ins import Answer
from server.domain.check_ins import Tap
from server.domain.errors import InvalidError, RefusedError
from server.gathering import Gatherer
from server.routes import access
from server.routes.access import Viewer
from server.routes.api import bodies, problems
from server.routes.api.bodies import Strict
from server.routes.api.problems import Problem
from server.routes.api.said import CheckIn, NewCheckIn, shown, status_of, tap_of
from server.routes.api.slowing import hold_back
from server.routes.api.straight import straight
from server.routes.desk import Desk

MOST_AT_ONCE = 500
LARGEST_BATCH = 512 * 1024
KNOWN = "It was known already: the first answer, again."


class CheckIns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Check-ins to be taken in order, each as for one alone; one that cannot be read spoils no other."""

    check_ins: Annotated[list[Any], Meta(max_length=MOST_AT_ONCE)]


class BatchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a check-in of a batch is answered with, as it would be alone: its `body` with 201 or 200, or a `problem`."""

    status: int
    body: CheckIn | UnsetType = UNSET
    problem: Problem | UnsetType = UNSET


class BatchAnswers(msgspec.Struct, frozen=True):
    """One answer a check-in, in order."""

    answers: list[BatchAnswer]


@post(
    "/check-ins",
    opt=access.SIGNED_IN_OR_TOKEN,
    middleware=[straight],
    dto=Strict[NewCheckIn],
    return_dto=None,
    response_description="It was taken.",
    responses={200: ResponseSpec(CheckIn, generate_examples=False, description=KNOWN), **problems.declared(404, 409, 413, 415, 503)},
)
async def check_in(request: Request[Any, Any, Any], gatherer: NamedDependency[Gatherer], data: JSONBody[NewCheckIn]) -> Response[CheckIn]:
    """Say what happened; the same id again gets the first answer and changes nothing."""
    # The viewer is no second dependency here: two are resolved in tasks of their own, which costs a fifth of this route.
    answer = await gatherer.take(tap_of(data, request.state.viewer.member_id))
    return Response(shown(answer.event), status_code=status_of(answer))


@post(
    "/check-ins/batch",
    opt=access.SIGNED_IN_OR_TOKEN,
    guards=[hold_back],
    dto=Strict[CheckIns],
    return_dto=None,
    status_code=200,
    response_description="An answer for each.",
    request_max_body_size=LARGEST_BATCH,
    responses=problems.declared(413, 415, 429),
    sync_to_thread=True,
)
def check_in_many(
    request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: JSONBody[CheckIns]
) -> BatchAnswers:
    """Say what happened, up to 500 at once, in the order in which it was tapped."""
    read = [_read(one, viewer.member_id) for one in data.check_ins]
    answers = gathering.take_all(desk.database, [one for one in read if isinstance(one, Tap)], now=desk.now(), watch=desk.watch)
    _log(request, answers)
    left = iter(answers)
    return BatchAnswers([_answered(next(left)) if isinstance(one, Tap) else _refused(one) for one in read])


def _read(sent: Any, member_id: UUID) -> Tap | InvalidError:
    try:
        return tap_of(msgspec.convert(sent, NewCheckIn), member_id)
    except msgspec.ValidationError as error:
        return bodies.refusal_of(error)


def _log(request: Request[Any, Any, Any], answers: Iterable[Answer | Exception]) -> None:
    for answer in answers:
        if isinstance(answer, Exception) and not isinstance(answer, RefusedError):
            request.app.state.log.error("failure", path=request.scope["path_template"], exc_info=answer)


def _answered(answer: Answer | Exception) -> BatchAnswer:
    if isinstance(answer, Exception):
        return _refused(answer)
    return BatchAnswer(status=status_of(answer), body=shown(answer.event))


def _refused(why: Exception) -> BatchAnswer:
    problem = problems.of(why) if isinstance(why, RefusedError) else problems.of_failure()
    return BatchAnswer(status=problem.status, problem=problem)


HANDLERS = [check_in, check_in_many]
