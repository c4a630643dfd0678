import re
from datetime import timedelta
from hashlib import sha256
from secrets import token_bytes

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from server.domain import handing as rules
from server.store.members import Member
from tests import make
from tests.phone import ORIGIN, Phone

MINUTE = timedelta(minutes=1)
OLD, NEW = "/me/hand-over", "/sign-in/hand-over"
UNKNOWN = "not known here"


@pytest.fixture
def noor(database) -> Member:
    with database.write() as session:
        return make.member(session)


@pytest.fixture
def old(client, desk, noor) -> Phone:
    return Phone(make.sign_in(client, desk, noor))


@pytest.fixture
def new(open_client) -> Phone:
    return Phone(open_client())


class Keys:
    """A phone's half of the key that two phones find."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.public = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.nonce = token_bytes(32)

    @property
    def commitment(self) -> str:
        return bytes_to_base64url(sha256(self.public + self.nonce).digest())

    def common(self, theirs: bytes, old: bytes, new: bytes) -> AESGCM:
        secret = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
        return AESGCM(HKDF(SHA256(), 32, salt=sha256(old + new).digest(), info=b"weft hand-over").derive(secret))


def begin(old: Phone) -> str:
    """The code that the old phone shows, for as long as its page is looked at."""
    assert old.post(OLD).headers["Location"] == OLD
    first, again = (re.findall(r"<output>([0-9A-Z]{4}-[0-9A-Z]{4})</output>", old.get(OLD).text) for _ in range(2))
    assert first == again
    return first[0]


def number_on(phone: Phone, path: str) -> str:
    return re.findall(r"<output data-number>(\d{6})</output>", phone.get(path).text)[0]


def stage(phone: Phone, path: str) -> str:
    return phone.get(f"{path}/state").json()["stage"]


def claim(new: Phone, code: str, script: str = "") -> None:
    assert new.post(NEW, hand_code=code, script=script).headers["Location"] == NEW


def test_a_code_is_typed_confirmed_and_lets_the_new_phone_in(old, new):
    code = begin(old)
    claim(new, code.lower().replace("-", " "))
    assert "Is that your phone?" in old.get(OLD).text
    assert "as Noor" in new.get(NEW).text
    assert number_on(old, OLD) == number_on(new, NEW)
    assert old.post(f"{OLD}/answer", answer="yes").headers["Location"] == OLD
    assert new.post(f"{NEW}/finish").headers["Location"] == "/me/new-phone"
    assert new.is_in
    assert "Make a passkey here" in new.get("/me/new-phone").text
    assert new.make_passkey("/me/passkeys", "/me/passkeys/options").json() == {"location": "/me"}


def test_the_picture_holds_a_token_in_its_fragment_that_works_like_the_code(old, new, monkeypatch):
    urls = []
    from server.routes import handing as routes

    draw = routes.segno.make
    monkeypatch.setattr(routes.segno, "make", lambda url, **rest: urls.append(url) or draw(url, **rest))
    begin(old)
    assert '<svg class="qr"' in old.get(OLD).text
    address, _, token = urls[-1].partition("#")
    assert address == f"{ORIGIN}{NEW}"
    assert len(base64url_to_bytes(token)) == 32
    claim(new, token)
    assert stage(old, OLD) == "claimed"


@pytest.mark.parametrize("answer", ["no", "", "perhaps"])
def test_nobody_is_let_in_before_the_yes_nor_after_a_no(old, new, answer):
    code = begin(old)
    claim(new, code)
    assert new.post(f"{NEW}/finish").status_code == 409
    assert not new.is_in
    assert old.post(f"{OLD}/answer", answer=answer).headers["Location"] == "/me"
    assert new.post(f"{NEW}/finish").status_code == 404
    assert not new.is_in
    assert stage(new, NEW) == "over"


def test_it_is_taken_back_before_and_after_the_yes(old, new, open_client):
    code = begin(old)
    old.post(f"{OLD}/answer", answer="no")
    assert UNKNOWN in new.post(NEW, hand_code=code).text
    code = begin(old)
    claim(new, code)
    old.post(f"{OLD}/answer", answer="yes")
    old.post(f"{OLD}/answer", answer="no")
    assert new.post(f"{NEW}/finish").status_code == 404
    assert not new.is_in


def test_it_works_once(old, new, open_client):
    code = begin(old)
    claim(new, code)
    another = Phone(open_client())
    assert UNKNOWN in another.post(NEW, hand_code=code).text
    old.post(f"{OLD}/answer", answer="yes")
    held = dict(new.client.cookies)
    assert new.post(f"{NEW}/finish").status_code == 303
    another.client.cookies.update(held)
    assert another.post(f"{NEW}/finish").status_code == 404
    assert not another.is_in
    assert UNKNOWN in another.post(NEW, hand_code=code).text


def test_it_lasts_ten_minutes(old, new, clock):
    code = begin(old)
    clock.at += 10 * MINUTE
    assert UNKNOWN in new.post(NEW, hand_code=code).text
    assert "Show the code" in old.get(OLD).text


def test_what_was_claimed_ends_with_the_ten_minutes_too_but_a_yes_leaves_time_to_come_in(old, new, clock):
    code = begin(old)
    claim(new, code)
    clock.at += 10 * MINUTE - timedelta(seconds=1)
    old.post(f"{OLD}/answer", answer="yes")
    clock.at += MINUTE
    assert new.post(f"{NEW}/finish").status_code == 303
    code = begin(Phone(new.client))
    again = Phone(old.client)
    claim(again, code)
    clock.at += 10 * MINUTE
    assert Phone(new.client).post(f"{OLD}/answer", answer="yes").status_code == 404


def test_five_wrong_tries_end_a_code(old, new, opened_at):
    code = begin(old)
    wrong = f"{code[:5]}{'0000' if code[5:] != '0000' else '1111'}"
    for number in range(rules.MOST_TRIES):
        assert opened_at(ORIGIN, address=f"198.51.100.{number}").post(NEW, hand_code=wrong).status_code == 422
    assert new.post(NEW, hand_code=code).status_code == 422
    assert stage(old, OLD) == "waits"


def test_ten_tries_from_one_address_and_no_more_also_with_the_right_code(old, new):
    code = begin(old)
    assert [new.post(NEW, hand_code="0000-0000").status_code for _ in range(11)] == [422] * 10 + [429]
    assert new.post(NEW, hand_code=code).status_code == 429


def test_only_the_device_that_began_it_says_yes(old, new, open_client, desk, noor):
    code = begin(old)
    claim(new, code)
    laptop = Phone(make.sign_in(open_client(), desk, noor))
    assert laptop.post(f"{OLD}/answer", answer="yes").status_code == 404
    assert stage(laptop, OLD) == "over"
    assert not new.is_in


def test_who_signs_out_or_is_signed_out_hands_nothing_over(old, new, open_client, desk, noor):
    code = begin(old)
    claim(new, code)
    laptop = Phone(make.sign_in(open_client(), desk, noor))
    laptop.post("/me/devices/end-others")
    assert old.post(f"{OLD}/answer", answer="yes").headers["Location"].startswith("/sign-in")
    assert new.post(f"{NEW}/finish").status_code == 409


def test_it_is_begun_with_a_fresh_passkey_only(old, clock):
    clock.at += 10 * MINUTE
    assert "again=1" in old.post(OLD).headers["Location"]


def test_the_code_and_the_token_stand_nowhere_in_the_database(old, database):
    code = begin(old)
    with database.read() as session:
        kept = str([session.exec_driver_sql(f"SELECT * FROM {table}").all() for table in ("hand_overs", "ceremonies")])
    assert code[5:] not in kept.replace(code[:4], "")
    assert "argon2id" in kept


def test_two_phones_find_one_number_and_a_key_that_the_server_never_sees(old, new):
    code = begin(old)
    ours, theirs = Keys(), Keys()
    assert old.send(f"{OLD}/commitment", commitment=ours.commitment).status_code == 204
    claim(new, code, script="yes")
    assert old.send(f"{OLD}/key", key=bytes_to_base64url(ours.public), nonce=bytes_to_base64url(ours.nonce)).status_code == 409
    state = new.get(f"{NEW}/state").json()
    assert (state["commitment"], state["key"], state["nonce"]) == (ours.commitment, None, None)
    assert old.post(f"{OLD}/answer", answer="yes").status_code == 409
    assert new.send(f"{NEW}/key", key=bytes_to_base64url(theirs.public)).status_code == 204
    assert new.send(f"{NEW}/key", key=bytes_to_base64url(Keys().public)).status_code == 409
    assert base64url_to_bytes(old.get(f"{OLD}/state").json()["key"]) == theirs.public
    assert old.send(f"{OLD}/key", key=bytes_to_base64url(ours.public), nonce=bytes_to_base64url(ours.nonce)).status_code == 204
    told = new.get(f"{NEW}/state").json()
    assert (base64url_to_bytes(told["key"]), base64url_to_bytes(told["nonce"])) == (ours.public, ours.nonce)
    sealed = b"0" * 12 + ours.common(theirs.public, ours.public, theirs.public).encrypt(b"0" * 12, b"the notes' key", None)
    old.post(f"{OLD}/answer", answer="yes", sealed=bytes_to_base64url(sealed))
    done = new.send(f"{NEW}/finish").json()
    given = base64url_to_bytes(done["sealed"])
    assert theirs.common(ours.public, ours.public, theirs.public).decrypt(given[:12], given[12:], None) == b"the notes' key"
    assert done["location"] == "/me/new-phone"
    assert new.is_in


def test_what_the_old_phone_is_bound_to_cannot_be_changed_once_somebody_has_claimed_it(old, new):
    code = begin(old)
    old.send(f"{OLD}/commitment", commitment=Keys().commitment)
    claim(new, code, script="yes")
    assert old.send(f"{OLD}/commitment", commitment=Keys().commitment).status_code == 409


@pytest.mark.parametrize("script", ["yes", ""])
def test_a_phone_without_script_on_either_side_still_shows_a_number_on_both(old, new, script):
    code = begin(old)
    if not script:
        old.send(f"{OLD}/commitment", commitment=Keys().commitment)
    claim(new, code, script=script)
    assert number_on(old, OLD) == number_on(new, NEW)
    assert old.get(f"{OLD}/state").json()["number"] == number_on(new, NEW)
    old.post(f"{OLD}/answer", answer="yes")
    assert new.post(f"{NEW}/finish").status_code == 303


@pytest.mark.parametrize(("field", "value"), [("commitment", ""), ("commitment", "AAAA"), ("commitment", "é"), ("commitment", "A" * 44)])
def test_nonsense_between_the_phones_is_refused(old, field, value):
    begin(old)
    assert old.send(f"{OLD}/commitment", **{field: value}).status_code == 422


def test_more_than_a_key_is_not_handed_over(old, new):
    code = begin(old)
    claim(new, code)
    assert old.post(f"{OLD}/answer", answer="yes", sealed=bytes_to_base64url(b"x" * (rules.MOST_SEALED + 1))).status_code == 422
    assert stage(new, NEW) == "claimed"
