from datetime import datetime
from typing import Any

import pytest

from server.actions import milestones, settling, summaries
from server.store.members import Member
from server.store.promises import Promise
from tests import make
from tests.routes.together.living import MONDAY, SUNDAY, lives, text


@pytest.fixture
def couple(database: Any) -> make.Couple:
    with database.write() as session:
        return make.couple(session, now=MONDAY)


@pytest.fixture
def promised(database: Any) -> Any:
    """Makes a daily promise on the Monday and lets its days pass."""

    def promise(by: Member, days: str = "", title: str = "Home for dinner", area: str = "time") -> Promise:
        with database.write() as session:
            found = make.promise(session, by, title, area=area, now=MONDAY)
        return lives(database, found, days)

    return promise


@pytest.fixture
def made(database: Any, clock: Any) -> Any:
    """Lets everything happen that happens by itself by a moment."""

    def happens(now: datetime = SUNDAY) -> None:
        clock.at = now
        with database.write() as session:
            settling.open_ahead(session, now=now, limit=1000)
            settling.settle(session, now=now, limit=1000)
            milestones.celebrate(session, now=now, limit=1000)
            summaries.summarise(session, now=now, limit=1000)
            summaries.refresh(session, now=now, limit=1000)

    return happens


@pytest.fixture
def read(client: Any, desk: Any) -> Any:
    """What a member reads on a page."""

    def words(one: Member, path: str = "/week") -> str:
        return text(make.sign_in(client, desk, one).get(path))

    return words
