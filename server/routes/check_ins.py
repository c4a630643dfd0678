"""The tap: a check-in as a page sends it."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody

from server.domain import schedule
from server.domain.check_ins import Kind, Tap
from server.domain.errors import InvalidError, NotFoundError, RefusedError
from server.errors import status_of
from server.gathering import Gatherer
from server.routes import access, fields, pages, refusals
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import looking, today
from server.store import ids, promises

LONGEST_DELAY = 24 * 60


@dataclass(frozen=True, slots=True)
class TapForm:
    """A check-in as a page sends it; `by` is who was signed in when it was tapped, `minutes` how much later, for a heads-up.

    `back` is the page that it stands on, where that is to be shown instead of a card.
    """

    kind: str
    id: str = ""
    by: str = ""
    at: str = ""
    day: str = ""
    minutes: str = ""
    target: str = ""
    label: str = ""
    line: str = ""
    back: str = ""


def _refused(request: Request[Any, Any, Any], refusal: RefusedError) -> Response[Any]:
    """A refusal as a sentence on the card that was tapped; a phone that sends what waited asks for the sentence alone."""
    tap: Tap | None = request.state.get("tap")
    asks_for_card = pages.is_htmx(request) and not pages.wants_json(request)
    if tap is None or not asks_for_card or isinstance(refusal, NotFoundError):
        return refusals.refused(request, refusal)
    desk = access.desk_of(request)
    with desk.database.read() as session:
        promise = promises.visible(session, tap.member_id, [tap.promise_id]).get(tap.promise_id)
    spoken_of = tap.day or (schedule.day_of(promise.plan, desk.now()) if promise else None)
    occurrence = schedule.occurrence_of(promise.plan, spoken_of) if promise and spoken_of else None
    answer = card(request, tap.member_id, tap.promise_id, occurrence.day if occurrence else None, problem=str(refusal))
    answer.status_code = status_of(refusal)
    return answer


@post("/promises/{promise_id:uuid}/check-ins", opt=access.SIGNED_IN, status_code=200, exception_handlers={RefusedError: _refused})
async def say(
    request: Request[Any, Any, Any],
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    gatherer: NamedDependency[Gatherer],
    promise_id: FromPath[UUID],
    data: URLEncodedBody[TapForm],
) -> Response[Any]:
    """Say what happened; the answer is the card, the thread and the counts, or the page again without script."""
    tap = await asyncio.to_thread(_tap, desk, viewer, promise_id, data)
    request.state.tap = None if data.back else tap
    answer = await gatherer.take(tap)
    if data.back or not pages.is_htmx(request):
        return pages.back(_page(data))
    return await asyncio.to_thread(card, request, tap.member_id, tap.promise_id, answer.day)


def _tap(desk: Desk, viewer: Viewer, promise_id: UUID, form: TapForm) -> Tap:
    """Read the form; InvalidError with a sentence for what cannot be read."""
    if form.kind not in Kind.__members__.values():
        raise InvalidError("There is no word for that.", "kind")
    fields.check_owner(viewer, form.by)
    day = fields.read(date.fromisoformat, form.day, "day")
    at = fields.read(fields.instant, form.at, "at")
    minutes = fields.read(int, form.minutes, "minutes")
    return Tap(
        id=fields.read(UUID, form.id, "id") or ids.new(),
        promise_id=promise_id,
        member_id=viewer.member_id,
        kind=Kind(form.kind),
        at=at,
        day=day,
        to=None if minutes is None else _moved(desk, viewer, promise_id, day, at, minutes),
        target=fields.read(UUID, form.target, "target"),
        label=form.label or None,
        line=form.line.strip() or None,
        session_id=viewer.session_id,
    )


def _moved(desk: Desk, viewer: Viewer, promise_id: UUID, day: date | None, at: datetime | None, minutes: int) -> datetime:
    """When a heads-up moves it to: so many minutes later than due, at most to the end of its day."""
    if not 0 < minutes <= LONGEST_DELAY:
        raise InvalidError("How many minutes later?", "minutes")
    with desk.database.read() as session:
        promise = promises.visible(session, viewer.member_id, [promise_id]).get(promise_id)
    if promise is None:
        raise NotFoundError("There is no such promise.")
    occurrence = schedule.occurrence_of(promise.plan, day or schedule.day_of(promise.plan, at or desk.now()))
    if occurrence is None:
        raise InvalidError("The promise is not due on that day.", "day")
    return min(occurrence.due_at + timedelta(minutes=minutes), occurrence.settles_at)


def card(request: Request[Any, Any, Any], member_id: UUID, promise_id: UUID, day: date | None, *, problem: str = "") -> Response[Any]:
    """The card of a day as it stands now, with the thread and the counts; the page anew where that day is on none."""
    desk = access.desk_of(request)
    with desk.database.read() as session:
        found = looking.look(session, member_id, now=desk.now(), also=(promise_id, day) if day else None).sight
    promise = found.promises.get(promise_id)
    row = next((row for row in found.rows.get(promise_id, []) if promise and row.day == day), None)
    if promise is None or row is None:
        return Response("", status_code=200, headers={"HX-Refresh": "true"}, media_type="text/html")
    return pages.piece(request, "today/_answer.html", answer=today.answer(found, promise, row, problem=problem))


def _page(form: TapForm) -> str:
    """Where a form came from, by its own field; Today where it does not say."""
    return form.back if form.back.startswith("/") and not form.back.startswith("//") else "/"


HANDLERS = [say]
