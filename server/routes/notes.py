"""What somebody keeps for themselves: a page that their phone fills, and the ciphertext that it fetches and sends."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from server.actions import private
from server.domain import private as rules
from server.routes import access, pages
from server.routes.access import Viewer
from server.routes.desk import Desk
from server.routes.entering import NO_STORE
from server.routes.showing import notes
from server.store import bonds
from server.store.private import Note

TITLE = "Only yours"
ANSWERED: dict[str, Any] = {"status_code": 200, "sync_to_thread": True}


@dataclass(frozen=True, slots=True)
class Key:
    """The key to one's notes as a passkey wraps it; bytes as base64url."""

    credential: str
    mark: str
    salt: str
    wrapped: str


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note that was never kept before."""

    id: UUID
    kind: str
    sealed: str


@dataclass(frozen=True, slots=True)
class Version:
    """Which version of a note is meant."""

    version: int


@dataclass(frozen=True, slots=True)
class NextNote:
    """What a note is from this version on."""

    version: int
    sealed: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The words that the others of a bond are to read."""

    bond: UUID
    text: str


@get("/notes", opt=access.SIGNED_IN, sync_to_thread=True)
def show(request: Request[Any, Any, Any], desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Response[str]:
    """The page, closed."""
    with desk.database.read() as session:
        view = notes.page(notes.load(session, viewer.member_id, now=desk.now()))
    return pages.page(request, "notes/page.html", view, title=TITLE, headers=NO_STORE)


@get("/notes/keys", opt=access.SIGNED_IN, sync_to_thread=True)
def keys(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Response[dict[str, Any]]:
    """The wrapped key, which only one's passkeys open."""
    with desk.database.read() as session:
        return Response(notes.keys(session, viewer.member_id), headers=NO_STORE)


@post("/notes/keys", opt=access.FRESH, **ANSWERED)
def keep_key(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: JSONBody[Key]) -> Response[dict[str, Any]]:
    """Keep the key as one more passkey wraps it."""
    credential, wrapped = rules.bytes_of(data.credential, "credential"), rules.wrapped_of(data.wrapped)
    mark, salt = rules.bytes_of(data.mark, "mark", rules.MARK), rules.bytes_of(data.salt, "salt", rules.SALT)
    _knock(desk, viewer)
    with desk.database.write() as session:
        private.keep_key(session, credential, member_id=viewer.member_id, mark=mark, salt=salt, wrapped=wrapped)
    return _said({})


@get("/notes/sealed", opt=access.FRESH, sync_to_thread=True)
def sealed(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], after: FromQuery[UUID | None] = None) -> Response[dict[str, Any]]:
    """One's notes, some at a time."""
    with desk.database.read() as session:
        return _said(notes.sealed(session, viewer.member_id, after))


@post("/notes/sealed", opt=access.FRESH, **ANSWERED)
def write(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: JSONBody[NewNote]) -> Response[dict[str, Any]]:
    """Keep a new note."""
    today = desk.now().date()
    wanted = Note(viewer.member_id, data.id, rules.kind_of(data.kind), 1, rules.sealed_of(data.sealed), today, today)
    _knock(desk, viewer)
    with desk.database.write() as session:
        return _said({"version": private.write(session, wanted).version})


@post("/notes/sealed/{note_id:uuid}", opt=access.FRESH, **ANSWERED)
def change(
    desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], note_id: FromPath[UUID], data: JSONBody[NextNote]
) -> Response[dict[str, Any]]:
    """Keep a note's next version."""
    found = rules.sealed_of(data.sealed)
    _knock(desk, viewer)
    with desk.database.write() as session:
        kept = private.change(session, note_id, data.version, found, member_id=viewer.member_id, now=desk.now())
    return _said({"version": kept.version})


@post("/notes/sealed/{note_id:uuid}/remove", opt=access.FRESH, **ANSWERED)
def remove(
    desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], note_id: FromPath[UUID], data: JSONBody[Version]
) -> Response[dict[str, Any]]:
    """Delete a note."""
    with desk.database.write() as session:
        private.remove(session, note_id, data.version, member_id=viewer.member_id)
    return _said({})


@post("/notes/sealed/{note_id:uuid}/move", opt=access.FRESH, **ANSWERED)
def move(
    desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], note_id: FromPath[UUID], data: JSONBody[Moved]
) -> Response[dict[str, Any]]:
    """Move a parked question to the page of a week: the one way by which words leave the phone."""
    with desk.database.write() as session:
        asked = private.move(session, note_id, data.bond, data.text, member_id=viewer.member_id, now=desk.now())
        return _said(notes.moved(asked, bonds.of_member(session, viewer.member_id)))


@post("/notes/sealed/{note_id:uuid}/return", opt=access.FRESH, **ANSWERED)
def take_back(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], note_id: FromPath[UUID]) -> Response[dict[str, Any]]:
    """Take a question back before its page is there."""
    with desk.database.write() as session:
        private.take_back(session, note_id, member_id=viewer.member_id)
    return _said({})


def _knock(desk: Desk, viewer: Viewer) -> None:
    with desk.database.write() as session:
        private.knock(session, viewer.member_id, now=desk.now())


def _said(answer: dict[str, Any]) -> Response[dict[str, Any]]:
    return Response(answer, headers=NO_STORE)


HANDLERS = [show, keys, keep_key, sealed, write, change, remove, move, take_back]
