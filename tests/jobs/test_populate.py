import pytest

from jobs import rebuild
from jobs.populate import Amount, populate
from server.db import Database
from server.db.tables import events, members, promises
from server.domain.errors import ConflictError, InvalidError

SMALL = Amount(bonds=3, days=10, promises=4, seed=7)


def quietly(done, of):
    pass


def log(database):
    with database.read() as session:
        return [tuple(row)[1:] for row in session.execute(events.select().order_by(events.c.seq))]


def test_it_makes_as_much_as_was_asked_for(database, clock):
    said = populate(database, clock.at, SMALL, quietly)
    with database.read() as session:
        assert len(session.execute(members.select()).all()) == 6
        assert len(session.execute(promises.select()).all()) == 12
    assert len(log(database)) == said > 60


def test_the_same_seed_makes_the_same(database, clock):
    other = Database("sqlite://")
    other.create_all()
    for one in (database, other):
        populate(one, clock.at, SMALL, quietly)
    assert log(database) == log(other)
    other.close()


def test_its_figures_are_what_the_log_makes_them(database, clock):
    populate(database, clock.at, SMALL, quietly)
    assert rebuild.rebuild(database, clock, quietly, only_compare=True) == (0, [])


def test_the_same_bonds_are_not_made_twice(database, clock):
    populate(database, clock.at, SMALL, quietly)
    with pytest.raises(ConflictError, match="--seed"):
        populate(database, clock.at, SMALL, quietly)


@pytest.mark.parametrize("amount", [Amount(0, 1, 1, 1), Amount(1, 0, 1, 1), Amount(1, 1, 51, 1)])
def test_it_says_how_much_can_be_made(database, clock, amount):
    with pytest.raises(InvalidError, match="from 1 to"):
        populate(database, clock.at, amount, quietly)
