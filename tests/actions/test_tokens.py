import pytest

from server.actions import sessions, tokens
from server.domain.errors import InvalidError, NotFoundError
from server.store import tokens as kept
from tests import make
from tests.make import NOW


def test_a_token_lets_its_member_in_with_its_scope(session):
    noor = make.member(session)
    secret = tokens.make(session, noor.id, name="My calendar", scope="read", now=NOW)
    found = tokens.by_bearer(session, secret)
    assert (found.member_id, found.name, found.scope) == (noor.id, "My calendar", "read")


def test_a_token_that_was_ended_is_nobody(session):
    noor = make.member(session)
    secret = make.token(session, noor)
    tokens.end(session, tokens.by_bearer(session, secret).id, member_id=noor.id, now=NOW)
    assert tokens.by_bearer(session, secret) is None
    assert kept.of_member(session, noor.id) == []


def test_a_session_is_no_token_and_a_token_no_session(session):
    noor = make.member(session)
    secret, cookie = make.token(session, noor), sessions.begin(session, noor.id, device="A phone", now=NOW)
    assert sessions.by_cookie(session, secret, now=NOW) is None
    assert tokens.by_bearer(session, cookie) is None


def test_a_token_of_somebody_else_is_not_found(session):
    noor, eve = make.member(session), make.eve(session)
    found = tokens.by_bearer(session, make.token(session, noor))
    with pytest.raises(NotFoundError):
        tokens.end(session, found.id, member_id=eve.id, now=NOW)


@pytest.mark.parametrize(("name", "scope", "field"), [("", "read", "token_name"), ("x" * 81, "read", "token_name"), ("x", "all", "scope")])
def test_a_token_without_a_name_or_with_a_made_up_scope_is_refused(session, name, scope, field):
    with pytest.raises(InvalidError) as refused:
        tokens.make(session, make.member(session).id, name=name, scope=scope, now=NOW)
    assert refused.value.field == field


def test_of_a_token_s_use_nothing_finer_than_the_day_is_kept(session):
    noor = make.member(session)
    found = tokens.by_bearer(session, make.token(session, noor))
    tokens.note_use(session, found.id, now=NOW)
    assert [one.used_on for one in kept.of_member(session, noor.id)] == [NOW.date()]
