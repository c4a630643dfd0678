"""Whoever tries codes and tokens by the thousand: what holds is what the database counts, from however many addresses they come."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from server.actions import handing, invitations, recovery, sessions
from server.domain import handing as rules
from server.domain import secrets
from server.domain.errors import InvalidError, TooManyError
from server.store import hand_overs
from server.store.members import Member
from tests import make
from tests.make import NOW

MINUTE = timedelta(minutes=1)
TRIES = 2500


@pytest.fixture
def noor(session) -> Member:
    return make.member(session)


def begin(session, noor):
    token = sessions.begin(session, noor.id, device="Firefox on Android", now=NOW)
    device = sessions.by_cookie(session, token, now=NOW)
    fresh = handing.make()
    handing.begin(session, fresh, member_id=noor.id, session_id=device.id, now=NOW)
    return fresh, device


def tries(session, typed: str, address: str, now=NOW) -> str:
    """One try as the page makes it: counted, looked for, proved."""
    try:
        handing.count_try(session, address, now=now)
        found, code = handing.find(session, typed, now=now)
        handing.prove(found, code)
    except (TooManyError, InvalidError) as refusal:
        return type(refusal).__name__
    return "in"


def guess(random: Random, selector: str = "") -> str:
    letters = "".join(random.choice(secrets.CROCKFORD) for _ in range(8))
    return selector + letters[len(selector) :]


@pytest.mark.parametrize("knows", ["nothing", "the first half"])
def test_thousands_of_codes_from_thousands_of_addresses_never_get_in(session, noor, knows):
    fresh, device = begin(session, noor)
    random = Random(8)
    known = fresh.code.selector if knows == "the first half" else ""
    codes = [one for one in (guess(random, known) for _ in range(TRIES)) if one != f"{fresh.code}".replace("-", "")]
    answers = Counter(
        tries(session, one, f"address {number}", NOW + number * timedelta(seconds=600 / TRIES)) for number, one in enumerate(codes)
    )
    assert answers["in"] == 0
    assert answers["InvalidError"] <= rules.ALL_TOGETHER.most * 7 / 6 + 1
    assert answers["TooManyError"] >= TRIES - rules.ALL_TOGETHER.most * 7 / 6 - 2
    assert handing.stage(handing.of_device(session, device.id, now=NOW)) is handing.Stage.WAITS


def test_a_code_of_which_half_is_known_is_dead_after_five_tries_even_for_the_right_one(session, noor):
    fresh, _ = begin(session, noor)
    random = Random(5)
    for number in range(rules.MOST_TRIES):
        assert tries(session, guess(random, fresh.code.selector), f"address {number}") == "InvalidError"
    assert tries(session, str(fresh.code), "her own") == "InvalidError"
    assert tries(session, fresh.token, "her own") == "InvalidError"


def test_the_right_code_is_the_sixth_try_of_nobody_and_the_first_of_hers(session, noor):
    fresh, _ = begin(session, noor)
    assert tries(session, str(fresh.code), "her own") == "in"


def test_one_address_is_held_back_long_before_all_together_are(session, noor):
    begin(session, noor)
    answers = Counter(tries(session, guess(Random(number)), "one address") for number in range(300))
    assert answers == {"InvalidError": rules.AN_ADDRESS.most, "TooManyError": 300 - rules.AN_ADDRESS.most}


def test_the_server_as_a_whole_frees_itself_again(session, noor):
    fresh, _ = begin(session, noor)
    for number in range(rules.ALL_TOGETHER.most):
        tries(session, guess(Random(number)), f"address {number}")
    assert tries(session, str(fresh.code), "her own") == "TooManyError"
    assert tries(session, str(fresh.code), "her own", NOW + MINUTE) == "in"


def test_tokens_of_pictures_that_are_made_up_open_nothing(session, noor):
    begin(session, noor)
    random = Random(3)
    assert all(handing.find(session, secrets.token_of(random.randbytes(32)), now=NOW)[0] is None for _ in range(TRIES))
    assert hand_overs.by_selector(session, "", most=5, now=NOW) is None


def test_ten_recovery_codes_of_eighty_bits_each_are_hashed_slowly_and_none_is_guessed(session, noor, real_hasher: PasswordHasher):
    made = recovery.make()
    recovery.replace(session, noor.id, made, now=NOW)
    assert len({str(one.code) for one in made}) == 10
    assert secrets.SECRET * 5 >= 80
    parameters = extract_parameters(real_hasher.hash("x"))
    assert (parameters.type, parameters.memory_cost >= 19 * 1024, parameters.time_cost >= 2) == (Type.ID, True, True)
    random = Random(1)
    for _ in range(TRIES // 10):
        guessed = secrets.code_of(random.randbytes(secrets.CODE_BYTES))
        forged = secrets.Code(made[0].code.selector, guessed.secret)
        for code in (guessed, forged):
            with pytest.raises(InvalidError):
                recovery.prove(recovery.find(session, code), code)
    assert recovery.left(session, noor.id) == 10
    assert recovery.prove(recovery.find(session, made[0].code), made[0].code).member_id == noor.id


def test_a_recovery_code_is_used_once(session, noor):
    (made, *_) = codes = recovery.make()
    recovery.replace(session, noor.id, codes, now=NOW)
    kept = recovery.prove(recovery.find(session, made.code), made.code)
    assert recovery.use(session, kept, now=NOW) == noor.id
    with pytest.raises(InvalidError):
        recovery.use(session, kept, now=NOW)
    assert recovery.find(session, made.code) is None


def test_an_invitation_of_256_bits_is_kept_as_its_hash_alone_and_none_is_guessed(session, noor):
    invitation, token = invitations.invite(session, noor.id, kind="friends", now=NOW)
    assert len(secrets.token_of(bytes(secrets.TOKEN_BYTES))) == len(token) == 43
    kept = session.exec_driver_sql("SELECT * FROM invitations").one()
    assert token not in str(kept)
    assert kept.token_hash == secrets.hash_of(token)
    random = Random(2)
    for _ in range(TRIES):
        with pytest.raises(InvalidError):
            invitations.read(session, secrets.token_of(random.randbytes(32)), now=NOW)
    assert invitations.read(session, token, now=NOW + timedelta(hours=72) - MINUTE).id == invitation.id
    with pytest.raises(InvalidError):
        invitations.read(session, token, now=NOW + timedelta(hours=72))


@pytest.mark.parametrize("ended", ["used", "taken back"])
def test_an_invitation_works_once_and_not_when_it_was_taken_back(session, noor, ended):
    invitation, token = invitations.invite(session, noor.id, kind="friends", now=NOW)
    if ended == "used":
        invitations.accept(session, token, member_id=make.member(session, "Sam").id, now=NOW)
    else:
        invitations.withdraw(session, invitation.id, member_id=noor.id, now=NOW)
    with pytest.raises(InvalidError):
        invitations.accept(session, token, member_id=make.eve(session).id, now=NOW)
