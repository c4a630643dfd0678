import pytest
from cryptography.exceptions import InvalidTag

from server.domain import secrets
from server.domain.secrets import Code

NONCE = bytes(12)


def test_a_token_has_a_letter_for_every_six_bits():
    assert secrets.token_of(bytes(32)) == "A" * 43
    assert secrets.token_of(b"\xff" * 32) == "_" * 42 + "8"


@pytest.mark.parametrize(
    ("random", "code"),
    [
        (bytes(15), "0000-0000-0000-0000-0000-0000"),
        (b"\xff" * 15, "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ"),
        (bytes(14) + b"\x01", "0000-0000-0000-0000-0000-0001"),
        (b"\x08" + bytes(14), "1000-0000-0000-0000-0000-0000"),
    ],
)
def test_a_code_spells_all_of_its_bits(random, code):
    assert str(secrets.code_of(random)) == code
    assert secrets.read_code(code) == secrets.code_of(random)


def test_a_code_is_found_by_forty_bits_and_proved_by_eighty():
    assert secrets.code_of(bytes(range(15))) == Code("000G40R4", "0M30E209185GR38E")


@pytest.mark.parametrize(
    "typed",
    [
        "1000-0000-0000-0000-0000-000Z",
        "1ooo oooo 0000 0000 0000 000z",
        "lO0000000000000000000 00z ",
        "I000–0000–0000–0000–0000–000Z",
        "\t1000\u00a00000" + "0" * 15 + "z\n",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert secrets.read_code(typed) == Code("10000000", "000000000000000Z")


@pytest.mark.parametrize("typed", ["", "0", "0" * 23, "0" * 25, "U" + "0" * 23, "é" + "0" * 23, "\uff10" * 24, "\x00" * 24])
def test_what_is_no_code_is_none(typed):
    assert secrets.read_code(typed) is None


def test_only_who_holds_the_token_reads_what_was_sealed():
    sealed = secrets.seal("ten codes", token="a token", nonce=NONCE, purpose="codes")
    assert "codes" not in sealed
    assert secrets.unseal(sealed, token="a token", nonce=NONCE, purpose="codes") == "ten codes"
    for token, purpose in (("another", "codes"), ("a token", "api")):
        with pytest.raises(InvalidTag):
            secrets.unseal(sealed, token=token, nonce=NONCE, purpose=purpose)


def test_a_name_does_not_tell_the_secret_and_is_always_the_same():
    assert secrets.name_of(b"secret") == secrets.name_of(b"secret") != secrets.name_of(b"secret2")
    assert secrets.name_of(b"secret").bytes == secrets.hash_of("secret")[:16]
