from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from server.db import Database
from server.store.members import Member
from server.store.promises import Promise
from tests import make
from tests.make import Couple, OtherCouple
from tests.routes.api.caller import Caller

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.testing import TestClient

Speak = Callable[..., Caller]


@pytest.fixture
def couple(database: Database) -> Couple:
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def others(database: Database) -> OtherCouple:
    with database.write() as session:
        return make.other_couple(session)


@pytest.fixture
def promise(database: Database, couple: Couple) -> Promise:
    """Noor's, due every day at 18:30 in Berlin."""
    with database.write() as session:
        return make.promise(session, couple.noor)


@pytest.fixture
def speak(database: Database, client: "TestClient[Litestar]") -> Speak:
    """A program with a new token of this member."""

    def caller(member: Member, scope: str = "write") -> Caller:
        with database.write() as session:
            return Caller(client, make.token(session, member, scope=scope))

    return caller


@pytest.fixture
def noor(speak: Speak, couple: Couple) -> Caller:
    return speak(couple.noor)


@pytest.fixture
def sam(speak: Speak, couple: Couple) -> Caller:
    return speak(couple.sam)
