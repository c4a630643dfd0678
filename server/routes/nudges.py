"""Thinking of somebody, with one tap; and what of that reaches oneself."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect

from server.actions import nudges
from server.domain.errors import InvalidError
from server.routes import access, fields, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.showing import choosing
from server.store import bonds


@dataclass(frozen=True, slots=True)
class NudgeForm:
    """For whom."""

    to: str = ""


@dataclass(frozen=True, slots=True)
class MostForm:
    """How many may reach one in a day, 0 to 3."""

    most: str = ""


@post("/us/nudges", opt=access.SIGNED_IN, sync_to_thread=True)
def nudge(
    desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[NudgeForm], bond: FromQuery[UUID | None] = None
) -> Redirect:
    """Tap for another member; the answer is the same whatever they chose, and however often it was tapped."""
    with desk.database.write() as session:
        chosen = choosing.chosen(bonds.of_member(session, viewer.member_id), bond)
        nudges.nudge(session, chosen.id, to_id=_member(data.to, "to"), member_id=viewer.member_id, now=desk.now())
    return _back(bond)


@post("/us/nudges/choices", opt=access.SIGNED_IN, sync_to_thread=True)
def choose(
    desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: URLEncodedBody[MostForm], bond: FromQuery[UUID | None] = None
) -> Redirect:
    """Choose how many may reach one in a day."""
    with desk.database.write() as session:
        choosing.if_any(bonds.of_member(session, viewer.member_id), bond)
        nudges.choose(session, data.most, member_id=viewer.member_id)
    return _back(bond)


@post("/us/nudges/mutes", opt=access.SIGNED_IN, sync_to_thread=True)
def mute(
    desk: NamedDependency[Desk],
    viewer: NamedDependency[Viewer],
    data: URLEncodedBody[dict[str, str]],
    bond: FromQuery[UUID | None] = None,
) -> Redirect:
    """Let nothing of one member through, or hear them again."""
    with desk.database.write() as session:
        chosen = choosing.chosen(bonds.of_member(session, viewer.member_id), bond)
        from_id, mutes = _member(data.get("from", ""), "from"), data.get("mutes") == "yes"
        nudges.mute(session, chosen.id, from_id=from_id, mutes=mutes, member_id=viewer.member_id)
    return _back(bond)


def _member(text: str, field: str) -> UUID:
    found: UUID | None = fields.read(UUID, text, field)
    if found is None:
        raise InvalidError("Who is it for?", field)
    return found


def _back(bond_id: UUID | None) -> Redirect:
    return pages.back(f"/us?bond={bond_id}" if bond_id else "/us")


HANDLERS: list[Any] = [nudge, choose, mute]
