import pytest
from sqlalchemy import text

from server.db import copies, room
from server.db.copies import CopyError
from server.domain.errors import AwayError, NoRoomError
from server.errors import status_of
from tests import make


@pytest.fixture
def no_room(database, monkeypatch):
    if not database.is_sqlite:
        pytest.skip("PostgreSQL's disk is its own")
    monkeypatch.setattr(room, "KEPT_FREE", 2**60)


def test_what_is_there_is_read_and_nothing_more_written_where_there_is_no_room(database, no_room):
    with pytest.raises(NoRoomError, match="no room left"), database.write() as session:
        make.member(session)
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM members")) == 0


def test_it_is_written_again_as_soon_as_there_is_room(database, no_room, monkeypatch):
    with pytest.raises(NoRoomError), database.write() as session:
        make.member(session)
    monkeypatch.setattr(room, "KEPT_FREE", 0)
    with database.write() as session:
        assert make.member(session).name == "Noor"


def test_no_copy_takes_the_room_that_the_database_needs(database, no_room, tmp_path):
    with pytest.raises(CopyError, match="There is no room for a copy"):
        copies.copy(database, tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("refusal", [AwayError(), NoRoomError()])
def test_what_passes_by_itself_is_asked_for_again(refusal):
    assert (status_of(refusal), refusal.retry_after > 0) == (503, True)
