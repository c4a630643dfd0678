from datetime import timedelta

import pytest

from server.actions import settling
from tests import make
from tests.routes.reviews.evening import DAY, MONDAY, PATH, SUNDAY, made


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session, now=MONDAY)


@pytest.fixture
def dinner(database, couple):
    """Noor's, missed on the Tuesday and kept on the Monday."""
    with database.write() as session:
        found = make.promise(session, couple.noor, now=MONDAY)
        make.check_in(session, found, now=MONDAY + timedelta(hours=11))
        settling.open_ahead(session, now=MONDAY + DAY, limit=100)
        make.check_in(session, found, "missed", now=MONDAY + DAY + timedelta(hours=12))
    return found


@pytest.fixture
def week(database, clock, dinner):
    """The week was made, and it is time to look at it."""
    made(database, clock, SUNDAY)


@pytest.fixture
def noor(open_client, desk, couple, week):
    return make.sign_in(open_client(), desk, couple.noor)


@pytest.fixture
def sam(open_client, desk, couple, week):
    return make.sign_in(open_client(), desk, couple.sam)


@pytest.fixture
def both(noor, sam):
    """Both have it open."""
    for one in (noor, sam):
        assert one.post(PATH).status_code == 200
