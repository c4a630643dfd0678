import pytest

from server.actions import sessions, tokens
from server.domain.errors import InvalidError, NotFoundError
from server.store import tokens as kept
from tests import make
from tests.make import NOW


def test_a_token_lets_its_member_in_with_its_scope(session):
    noor = make.member(session)
    secret = tokens.make(session, noor.id, name="My calendar", scope="read", now=NOW)
    found = sessions.by_bearer(session, secret, now=NOW)
    assert (found.member_id, found.name, found.scope) == (noor.id, "My calendar", "read")


def test_a_token_that_was_ended_is_nobody(session):
    noor = make.member(session)
    secret = make.token(session, noor)
    tokens.end(session, sessions.by_bearer(session, secret, now=NOW).id, member_id=noor.id, now=NOW)
    assert sessions.by_bearer(session, secret, now=NOW) is None
    assert kept.of_member(session, noor.id) == []


def test_a_session_is_no_token_and_a_token_no_session(session):
    noor = make.member(session)
    secret, cookie = make.token(session, noor), sessions.begin(session, noor.id, device="A phone", now=NOW)
    assert sessions.by_cookie(session, secret, now=NOW) is None
    assert sessions.by_bearer(session, cookie, now=NOW) is None


def test_a_token_of_somebody_else_is_not_found(session):
    noor, eve = make.member(session), make.eve(session)
    found = sessions.by_bearer(session, make.token(session, noor), now=NOW)
    with pytest.raises(NotFoundError):
        tokens.end(session, found.id, member_id=eve.id, now=NOW)


@pytest.mark.parametrize(("name", "scope", "field"), [("", "read", "token_name"), ("x" * 81, "read", "token_name"), ("x", "all", "scope")])
def test_a_token_without_a_name_or_with_a_made_up_scope_is_refused(session, name, scope, field):
    with pytest.raises(InvalidError) as refused:
        tokens.make(session, make.member(session).id, name=name, scope=scope, now=NOW)
    assert refused.value.field == field
