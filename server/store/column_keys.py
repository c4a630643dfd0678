"""With which keys the words of this database are sealed: of each a probe, so that a start without them is refused."""

from sqlalchemy import delete, inspect, select

from server.db import Database, Session, insert, sealing
from server.db.tables import column_keys

PROBE = "Weft"


def in_use(session: Session) -> bool:
    """Whether words were ever sealed here; a database of an earlier shape has none."""
    return inspect(session).has_table(column_keys.name) and session.scalar(select(column_keys.c.id).limit(1)) is not None


def lacking(session: Session) -> list[str]:
    """The ids of keys with which words are sealed here and that the sealer does not have, or has otherwise."""
    return [row.id for row in session.execute(select(column_keys)) if not _opens(session, row.id, row.probe)]


def note_newest(database: Database) -> None:
    """Write down that the newest key seals here from now on, before anything does."""
    key_id = database.sealer.newest
    with database.read() as session:
        if session.scalar(select(column_keys.c.id).where(column_keys.c.id == key_id)):
            return
    with database.write() as session:
        _note(session, key_id)


def drop_others(session: Session) -> list[str]:
    """Forget every key but the newest, with which all is sealed, and return their ids."""
    others = column_keys.c.id != sealing.of(session).newest
    return list(session.scalars(delete(column_keys).where(others).returning(column_keys.c.id)))


def _note(session: Session, key_id: str) -> None:
    row = {"id": key_id, "probe": sealing.of(session).seal(_place(key_id), PROBE)}
    session.execute(insert(session, column_keys).values(row).on_conflict_do_nothing(index_elements=["id"]))


def _opens(session: Session, key_id: str, probe: str) -> bool:
    try:
        return sealing.key_of(probe) == key_id and sealing.of(session).open(_place(key_id), probe) == PROBE
    except sealing.UnsealedError:
        return False


def _place(key_id: str) -> str:
    return f"{column_keys.name}|probe|{key_id}"
