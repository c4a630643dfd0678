"""Who may come in: every route declares it, one guard holds it."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from server.actions import recognising, sessions, tokens
from server.actions.recognising import Shown
from server.domain import secrets
from server.domain.errors import FreshSignInNeededError, NoRoomError, NotAllowedError, NotFoundError, SignInNeededError
from server.routes.desk import Desk
from server.store import bonds, supporters

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
COOKIE, SECURE_COOKIE = "sid", "__Host-sid"


class Access(StrEnum):
    """Who may use a route."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    FRESH = "fresh"
    SIGNED_IN_OR_TOKEN = "signed_in_or_token"
    SUPPORTING = "supporting"


ANYONE: dict[str, Any] = {"access": Access.ANYONE}
SIGNED_IN: dict[str, Any] = {"access": Access.SIGNED_IN}
FRESH: dict[str, Any] = {"access": Access.FRESH}
ASKED_ON = "asked_on"
"""A route's page: who has to show a passkey first comes back to it, for what is no page leads nowhere."""
SIGNED_IN_OR_TOKEN: dict[str, Any] = {"access": Access.SIGNED_IN_OR_TOKEN}
SUPPORTING: dict[str, Any] = {"access": Access.SUPPORTING}
"""Who supports the bond in the address, and who is in it; for all others it is not there."""
READING: dict[str, Any] = {**SIGNED_IN_OR_TOKEN, "reads": True}
"""A question that is posted, so that it stands in no address; it writes nothing."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """The member who asks; without `session_id` it is a personal token that asks. `is_fresh`: a passkey was shown within ten minutes."""

    member_id: UUID
    session_id: UUID | None
    is_fresh: bool = False
    scope: str = "write"


async def hold(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuse cross-site writes, then whoever the route is not for; leave the viewer in the connection's state."""
    desk: Desk = connection.app.state.desk.of(None)
    rule: Access = handler.opt.get("access", Access.SIGNED_IN)
    bearer = _bearer(connection) if rule is Access.SIGNED_IN_OR_TOKEN else None
    if bearer is None:
        _refuse_cross_site(connection)
    viewer = await asyncio.to_thread(_recognise, desk, bearer, connection.cookies.get(cookie_name(desk)))
    connection.state.viewer = viewer
    connection.state.desk = desk.of(viewer.member_id) if viewer else desk
    if rule is not Access.ANYONE and viewer is None:
        raise SignInNeededError(recognising.NOBODY)
    if rule is Access.FRESH and viewer and not viewer.is_fresh:
        raise FreshSignInNeededError("Please show your passkey once more.")
    if rule is Access.SUPPORTING and viewer:
        await asyncio.to_thread(_check_supports, connection.state.desk, viewer, connection.path_params["bond_id"])
    reads = handler.opt.get("reads", False)
    if bearer and viewer and not reads and connection.scope["method"] not in SAFE:  # type: ignore[typeddict-item]
        recognising.check_may_write(viewer.scope)


def shown_by(connection: ASGIConnection[Any, Any, Any, Any]) -> Shown | None:
    """The secret that a request to a route for sessions and tokens comes with; a cross-site write is refused, as `hold` does."""
    bearer = _bearer(connection)
    if bearer is not None:
        return Shown(secrets.hash_of(bearer), is_token=True)
    _refuse_cross_site(connection)
    cookie = connection.cookies.get(cookie_name(connection.app.state.desk))
    return None if cookie is None else Shown(secrets.hash_of(cookie), is_token=False)


def provide_viewer(request: Request[Any, Any, Any]) -> Viewer:
    """The signed-in member, for handlers whose route declares one."""
    viewer: Viewer = request.state.viewer
    return viewer


def provide_visitor(request: Request[Any, Any, Any]) -> Viewer | None:
    """The signed-in member or None, for routes that are anyone's."""
    visitor: Viewer | None = request.state.viewer
    return visitor


def desk_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Desk:
    """The desk of a request, which reaches what its member may see; before it is known who asks, it is nobody's."""
    desk: Desk = connection.state.get("desk") or connection.app.state.desk.of(None)
    return desk


def cookie_name(desk: Desk) -> str:
    return SECURE_COOKIE if desk.settings.is_secure else COOKIE


def _bearer(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _recognise(desk: Desk, bearer: str | None, cookie: str | None) -> Viewer | None:
    """Look up the session or the token; the day it was last seen is noted at most once a day."""
    if bearer is None and cookie is None:
        return None
    return _by_cookie(desk, cookie or "") if bearer is None else _by_bearer(desk, bearer)


def _by_cookie(desk: Desk, cookie: str) -> Viewer | None:
    with desk.database.read() as session:
        found = sessions.by_cookie(session, cookie, now=desk.now())
    if found is None:
        return None
    if found.seen_on < desk.now().date():
        with suppress(NoRoomError), desk.database.write() as session:
            sessions.note_seen(session, found.id, now=desk.now())
    return Viewer(found.member_id, found.id, is_fresh=found.is_fresh)


def _by_bearer(desk: Desk, bearer: str) -> Viewer | None:
    with desk.database.read() as session:
        token = tokens.by_bearer(session, bearer)
    if token is None:
        return None
    if token.used_on != desk.now().date():
        with suppress(NoRoomError), desk.database.write() as session:
            tokens.note_use(session, token.id, now=desk.now())
    return Viewer(token.member_id, None, scope=token.scope)


def _check_supports(desk: Desk, viewer: Viewer, bond_id: UUID) -> None:
    with desk.database.read() as session:
        is_in = (bond_id, viewer.member_id) in bonds.seats(session, [bond_id])
        if not is_in and not supporters.supports(session, bond_id, viewer.member_id):
            raise NotFoundError("There is no such bond.")


def _refuse_cross_site(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """An unsafe method passes only from our own pages: by fetch metadata, else by Origin's host."""
    if connection.scope["method"] in SAFE:  # type: ignore[typeddict-item]
        return
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        same = site in ("same-origin", "none")
    else:
        same = urlsplit(connection.headers.get("origin", "")).netloc == connection.headers.get("host", "-")
    if not same:
        raise NotAllowedError("That came from another site and was not taken.")
