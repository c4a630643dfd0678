"""Refusal to status, in one table."""

from server.domain import errors

STATUS: dict[type[errors.RefusedError], int] = {
    errors.InvalidError: 422,
    errors.NotFoundError: 404,
    errors.NotAllowedError: 403,
    errors.ConflictError: 409,
    errors.SignInNeededError: 401,
    errors.FreshSignInNeededError: 401,
    errors.TooManyError: 429,
    errors.TooBusyError: 503,
}


def status_of(refusal: errors.RefusedError) -> int:
    """The HTTP status of a refusal."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)
