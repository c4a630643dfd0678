"""The words by which a request is told of: those that we know, and `other` for what somebody made up."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"


def method_of(method: str) -> str:
    """A request's method."""
    return method if method in METHODS else OTHER
