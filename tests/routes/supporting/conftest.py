"""Noor and Sam, to whom Ida, a therapist, is asked in; each with a browser."""

from typing import Any

import pytest

from server.actions import supporting
from tests import make
from tests.phone import Phone


@pytest.fixture
def couple(database: Any) -> make.Couple:
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def ida(database: Any) -> Any:
    with database.write() as session:
        return make.member(session, "Ida")


@pytest.fixture
def browsers(open_client: Any, desk: Any, couple: make.Couple, ida: Any) -> dict[str, Phone]:
    """Everybody's."""
    people = (couple.noor, couple.sam, ida)
    return {one.name: Phone(make.sign_in(open_client(), desk, one)) for one in people}


@pytest.fixture
def noors(browsers: dict[str, Phone]) -> Phone:
    return browsers["Noor"]


@pytest.fixture
def sams(browsers: dict[str, Phone]) -> Phone:
    return browsers["Sam"]


@pytest.fixture
def idas(browsers: dict[str, Phone]) -> Phone:
    return browsers["Ida"]


@pytest.fixture
def page(couple: make.Couple) -> str:
    """Where Ida reads."""
    return f"/supporting/{couple.bond.id}"


@pytest.fixture
def supported(database: Any, couple: make.Couple, ida: Any) -> None:
    """Both have said yes, and Ida has come; nothing is open yet."""
    with database.write() as session:
        make.supported(session, couple.bond, ida, now=make.NOW)


@pytest.fixture
def opens(database: Any, couple: make.Couple, clock: Any) -> Any:
    """Opens an area from both sides, or from one."""

    def opened(area: str, *who: Any) -> None:
        with database.write() as session:
            for one in who or (couple.noor, couple.sam):
                supporting.open_area(session, couple.bond.id, area, member_id=one.id, now=clock.at)

    return opened
