from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes

from server.actions import passkeys, recovery
from server.actions.passkeys import Owner, Site
from server.db import Session
from server.domain.errors import ConflictError, InvalidError, NotFoundError
from server.store import passkeys as kept
from server.store.members import Member
from server.store.passkeys import Passkey
from tests import make
from tests.authenticator import Authenticator
from tests.make import NOW

SITE = Site("weft.example", "https://weft.example")
ANOTHER = "another"


@pytest.fixture
def phone() -> Authenticator:
    return Authenticator(SITE.origin)


@pytest.fixture
def noor(session: Session, phone: Authenticator) -> Member:
    noor = make.member(session)
    add(session, phone, noor)
    return noor


def add(session: Session, phone: Authenticator, member: Member, *, name: str = "Firefox on Android") -> dict[str, Any]:
    """Let a phone make a passkey for a member; returns the options that it was asked with."""
    options = passkeys.ask_for_new(session, SITE, Owner(member.id, member.name), purpose=ANOTHER, now=NOW)
    credential = phone.create(options)
    ceremony = passkeys.take_ceremony(session, credential, purpose=ANOTHER, now=NOW)
    passkeys.add(session, member.id, passkeys.verify_new(SITE, ceremony, credential), name=name, now=NOW)
    return options


def show(session: Session, phone: Authenticator, *, member: Member | None = None, now=NOW, **instead: Any) -> Passkey:
    """Let a phone show its newest passkey; `instead` replaces parts of its answer."""
    options = passkeys.ask_who(session, SITE, now=NOW, member_id=member.id if member else None)
    credential = phone.get(options)
    credential["response"] |= instead
    ceremony = passkeys.take_ceremony(session, credential, purpose=passkeys.SIGN_IN, now=now)
    passkey = passkeys.verify(SITE, ceremony, credential, passkeys.shown(session, credential))
    passkeys.note_use(session, passkey, now=now)
    return passkey


def test_a_phone_that_made_a_passkey_is_known_by_it(session, phone, noor):
    assert show(session, phone).member_id == noor.id
    assert [(one.name, one.used_on) for one in kept.of_member(session, noor.id)] == [("Firefox on Android", NOW.date())]


def test_a_phone_is_asked_for_a_passkey_that_it_keeps_and_that_asks_who_holds_it(session, phone, noor):
    options = add(session, phone, noor)
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    assert options["rp"]["id"] == "weft.example"
    assert len(options["challenge"]) == 43


def test_a_phone_is_told_which_passkeys_there_are_already(session, phone, noor):
    options = add(session, phone, noor)
    assert [base64url_to_bytes(one["id"]) for one in options["excludeCredentials"]] == [phone.keys[0].id]


def test_who_signs_in_is_asked_for_any_passkey_so_that_no_name_is_given_away(session):
    options = passkeys.ask_who(session, SITE, now=NOW)
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"


@pytest.mark.parametrize(
    "phone",
    [
        Authenticator("https://weft.example.evil"),
        Authenticator("http://weft.example"),
        Authenticator("https://sub.weft.example"),
        Authenticator(SITE.origin, verifies=False),
    ],
    ids=["another site", "without TLS", "a subdomain", "nobody verified"],
)
def test_a_new_passkey_is_refused_from(session, phone):
    with pytest.raises(InvalidError, match="could not be verified"):
        add(session, phone, make.member(session))


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://weft.example.evil"},
        {"verifies": False},
    ],
    ids=["another site", "nobody verified"],
)
def test_a_known_passkey_is_refused_from(session, phone, noor, change):
    with pytest.raises(InvalidError, match="could not be verified"):
        show(session, replace(phone, **change))


def test_a_passkey_of_another_site_is_refused(session, phone, noor):
    phone.keys[-1].rp_id = "other.example"
    with pytest.raises(InvalidError, match="could not be verified"):
        show(session, phone)


def test_a_signature_of_another_key_is_refused(session, phone, noor):
    phone.keys[-1].private = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(InvalidError, match="could not be verified"):
        show(session, phone)


@pytest.mark.parametrize("handle", [None, "", "AAAA", "%%", 7])
def test_a_passkey_that_names_another_owner_is_refused(session, phone, noor, handle):
    with pytest.raises(InvalidError, match="could not be verified"):
        show(session, phone, userHandle=handle)


@pytest.mark.parametrize("part", ["signature", "authenticatorData"])
@pytest.mark.parametrize("broken", [None, "", "AAAA", "%%", 7, ["a"]])
def test_a_broken_answer_is_refused(session, phone, noor, part, broken):
    with pytest.raises(InvalidError, match="could not be verified"):
        show(session, phone, **{part: broken})


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"response": None},
        {"response": {"clientDataJSON": "%%"}},
        {"response": {"clientDataJSON": "W10"}},
        {"response": {"clientDataJSON": 7}},
    ],
)
def test_what_is_no_answer_is_refused(session, credential):
    with pytest.raises(InvalidError, match="could not be verified"):
        passkeys.take_ceremony(session, credential, purpose=passkeys.SIGN_IN, now=NOW)


def test_an_answer_counts_once(session, phone, noor):
    credential = phone.get(passkeys.ask_who(session, SITE, now=NOW))
    passkeys.take_ceremony(session, credential, purpose=passkeys.SIGN_IN, now=NOW)
    with pytest.raises(InvalidError, match="too long"):
        passkeys.take_ceremony(session, credential, purpose=passkeys.SIGN_IN, now=NOW)


def test_an_answer_counts_for_five_minutes(session, phone, noor):
    assert show(session, phone, now=NOW + timedelta(minutes=4, seconds=59))
    with pytest.raises(InvalidError, match="too long"):
        show(session, phone, now=NOW + timedelta(minutes=5))


def test_an_answer_to_another_question_is_refused(session, phone, noor):
    credential = phone.get(passkeys.ask_who(session, SITE, now=NOW))
    with pytest.raises(InvalidError, match="too long"):
        passkeys.take_ceremony(session, credential, purpose=ANOTHER, now=NOW)


def test_a_challenge_that_nobody_asked_is_refused(session, phone, noor):
    with pytest.raises(InvalidError, match="too long"):
        passkeys.take_ceremony(session, phone.get({"challenge": "A" * 43}), purpose=passkeys.SIGN_IN, now=NOW)


def test_somebody_who_is_in_can_only_show_a_passkey_of_their_own(session, phone, noor):
    with pytest.raises(InvalidError, match="could not be verified"):
        show(session, phone, member=make.eve(session))
    assert show(session, phone, member=noor).member_id == noor.id


def test_a_passkey_that_nobody_has_is_refused_with_the_same_sentence(session, phone, noor):
    stranger = Authenticator(SITE.origin)
    stranger.create({"rp": {"id": SITE.rp_id}, "user": {"id": "AAAA"}, "challenge": ""})
    with pytest.raises(InvalidError, match="could not be verified"):
        show(session, stranger)


def test_a_phone_that_counts_may_not_count_back(session, phone, noor):
    phone.counts = True
    assert [show(session, phone).sign_count for _ in range(3)] == [1, 2, 3]
    phone.count = 1
    with pytest.raises(InvalidError, match="could not be verified"):
        show(session, phone)


def test_a_phone_that_does_not_count_stays_at_nought(session, phone, noor):
    assert [show(session, phone).sign_count for _ in range(2)] == [0, 0]


def test_a_passkey_that_is_known_cannot_be_given_to_another(session, phone, noor):
    options = passkeys.ask_for_new(session, SITE, Owner(noor.id, noor.name), purpose=ANOTHER, now=NOW)
    credential = phone.create(options)
    verified = passkeys.verify_new(SITE, passkeys.take_ceremony(session, credential, purpose=ANOTHER, now=NOW), credential)
    passkeys.add(session, noor.id, verified, name="A phone", now=NOW)
    with pytest.raises(ConflictError):
        passkeys.add(session, make.eve(session).id, verified, name="A phone", now=NOW)


def test_a_passkey_asked_of_one_member_is_not_added_by_another(session, phone, noor):
    credential = phone.create(passkeys.ask_for_new(session, SITE, Owner(noor.id, noor.name), purpose=ANOTHER, now=NOW))
    with pytest.raises(InvalidError):
        passkeys.take_ceremony(session, credential, purpose=ANOTHER, now=NOW, member_id=make.eve(session).id)


def test_the_last_way_in_cannot_be_removed(session, phone, noor):
    (only,) = kept.of_member(session, noor.id)
    with pytest.raises(ConflictError, match="last way in"):
        passkeys.remove(session, only.id, member_id=noor.id)
    assert show(session, phone).id == only.id


def test_a_passkey_can_be_removed_where_there_is_another_or_a_code(session, phone, noor):
    add(session, phone, noor)
    first, second = kept.of_member(session, noor.id)
    passkeys.remove(session, first.id, member_id=noor.id)
    recovery.replace(session, noor.id, recovery.make()[:1], now=NOW)
    passkeys.remove(session, second.id, member_id=noor.id)
    with pytest.raises(InvalidError):
        show(session, phone)


def test_a_passkey_of_somebody_else_is_not_found(session, noor):
    (hers,) = kept.of_member(session, noor.id)
    with pytest.raises(NotFoundError):
        passkeys.remove(session, hers.id, member_id=make.eve(session).id)
