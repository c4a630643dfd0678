from concurrent.futures import ThreadPoolExecutor

import pytest

from server.actions import recovery
from server.actions.recovery import NewCode
from server.db import Database, Session
from server.domain import secrets
from server.domain.errors import InvalidError
from server.store.members import Member
from tests import make
from tests.make import NOW


@pytest.fixture(scope="module")
def codes() -> tuple[NewCode, ...]:
    return recovery.make()


@pytest.fixture
def noor(session: Session, codes) -> Member:
    noor = make.member(session)
    recovery.replace(session, noor.id, codes, now=NOW)
    return noor


def enter(session: Session, text: str) -> object:
    """Whoever the code lets in."""
    code = secrets.read_code(text)
    return recovery.use(session, recovery.prove(recovery.find(session, code), code), now=NOW)


def test_there_are_ten_codes_of_twenty_four_letters(codes):
    assert len({str(one.code) for one in codes}) == 10
    assert {len(str(one.code).replace("-", "")) for one in codes} == {24}


def test_a_code_is_slow_to_guess(real_hasher):
    """OWASP's least for argon2id: 19 MiB, two rounds."""
    assert real_hasher.hash("code").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_every_code_lets_its_owner_in_once(session, noor, codes):
    for one in codes:
        assert enter(session, str(one.code)) == noor.id
        with pytest.raises(InvalidError, match="used before"):
            enter(session, str(one.code))
    assert recovery.left(session, noor.id) == 0


def test_a_code_may_be_typed_as_people_type(session, noor, codes):
    typed = str(codes[0].code).lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert enter(session, f" {typed}\n") == noor.id


@pytest.mark.parametrize("typed", ["", "noor", "ABCD-EFGH", "0" * 24, "U" * 24, "A" * 400, "ÄÖÜ", "\ud800"])
def test_what_is_no_code_is_refused_with_the_same_sentence(session, noor, typed):
    with pytest.raises(InvalidError, match="not known here, or it was used before"):
        enter(session, typed)


def test_the_right_selector_with_another_secret_is_refused(session, noor, codes):
    forged = codes[0].code.selector + codes[1].code.secret
    with pytest.raises(InvalidError, match="not known here"):
        enter(session, forged)
    assert recovery.left(session, noor.id) == 10


def test_new_codes_end_the_old_ones(session, noor, codes):
    recovery.replace(session, noor.id, recovery.make(), now=NOW)
    with pytest.raises(InvalidError):
        enter(session, str(codes[0].code))
    assert recovery.left(session, noor.id) == 10


def test_a_stolen_database_holds_no_code(session, noor, codes):
    kept = str(session.exec_driver_sql("SELECT * FROM recovery_codes").all())
    assert not any(one.code.secret in kept for one in codes)
    assert kept.count("$argon2id$") == 10


def test_a_code_typed_twice_at_once_lets_in_once(database: Database, codes):
    with database.write() as session:
        recovery.replace(session, make.member(session).id, codes, now=NOW)
    code = codes[0].code

    def use(_: int) -> bool:
        with database.read() as session:
            kept = recovery.find(session, code)
        if kept is None:
            return False
        with database.write() as session:
            try:
                recovery.use(session, kept, now=NOW)
            except InvalidError:
                return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(use, range(8))) == 1
