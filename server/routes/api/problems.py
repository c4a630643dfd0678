"""Refusals in the API: problem details (RFC 9457)."""

import msgspec
from litestar.openapi.datastructures import ResponseSpec
from msgspec import UNSET, UnsetType

from server.domain.errors import RefusedError
from server.errors import status_of
from server.routes.refusals import BROKEN, TITLES

MEDIA_TYPE = "application/problem+json"
ALWAYS = (400, 401, 403, 422)
WHY = {
    400: "The request cannot be read.",
    401: "Nobody is signed in, or the token has ended.",
    403: "It is not this member's to say, the token may only read, or a write came from another site.",
    404: "There is no such thing, or it is not this member's.",
    409: "What stands already does not allow it, or the id belongs to something else.",
    413: "The body is larger than can be taken.",
    415: "The body is not JSON.",
    422: "A value does not hold; `field` says which.",
    429: "Too many writes in a minute; `Retry-After` says how many seconds to wait.",
    503: "More waits than can be taken; `Retry-After` says how many seconds to wait.",
}


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why something was refused; nothing changed. `detail` is a sentence for people, `field` the place that it is about."""

    type: str
    title: str
    status: int
    detail: str
    field: str | UnsetType = UNSET


def of(refusal: RefusedError) -> Problem:
    """A refusal as problem details."""
    status = status_of(refusal)
    field = getattr(refusal, "field", "") or UNSET
    return Problem(type="about:blank", title=TITLES[status], status=status, detail=str(refusal), field=field)


def of_failure() -> Problem:
    """What nobody foresaw, as problem details."""
    return Problem(type="about:blank", title=TITLES[500], status=500, detail=BROKEN)


def declared(*statuses: int) -> dict[int, ResponseSpec]:
    """The refusals that a route can answer with, beside those of every route, for the document."""
    return {
        status: ResponseSpec(Problem, generate_examples=False, description=WHY[status], media_type=MEDIA_TYPE)
        for status in sorted({*ALWAYS, *statuses})
    }
