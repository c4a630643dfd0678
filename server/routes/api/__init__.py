"""The JSON API."""

from collections.abc import Sequence
from typing import Any

from litestar.router import Router

from server.routes import access
from server.routes.api import (
    asks,
    check_ins,
    differences,
    export,
    me,
    milestones,
    moments,
    moves,
    promises,
    repairs,
    reviews,
    search,
    today,
    weeks,
)
from server.routes.api.document import Described, document

__all__ = ["HANDLERS", "Described", "document", "router"]

NOUNS: Sequence[Any] = (
    asks,
    check_ins,
    differences,
    export,
    me,
    milestones,
    moments,
    moves,
    promises,
    repairs,
    reviews,
    search,
    today,
    weeks,
)
HANDLERS: list[Any] = [handler for noun in NOUNS for handler in noun.HANDLERS]


def router() -> Router:
    """Every route of the API."""
    return Router("/api/v1", route_handlers=HANDLERS, opt=access.SIGNED_IN_OR_TOKEN, include_in_schema=True)
