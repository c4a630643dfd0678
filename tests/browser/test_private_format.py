"""What the phone encrypts is what docs/private-notes.md says, bit by bit: a second implementation makes the same of the same."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import private_format

MEMBER = "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6"
NOTE = {"id": "5f0c1f5e-6f0a-4d5e-9c2b-7a1e0d3c4b5a", "kind": "question", "version": 3}
WORDS = {"text": "Wie lange noch? – “genau” 🌊", "at": "2026-03-20T16:00:00.000Z", "shelf": "know"}
KEY, PRF, SALT, NONCE, CREDENTIAL = bytes(range(32)), bytes(range(32, 64)), bytes(range(64, 96)), bytes(range(96, 108)), b"credential"
PHONE = """async ([member, note, words, ...hex]) => {
  const [key, prf, salt, nonce, credential] = hex.map((one) => Uint8Array.from(one.match(/../g), (byte) => parseInt(byte, 16)));
  const { notesCipher, wrappingCipher, mark, lock, unlock, aboutKey, sealNote, openNote } = weft.sealing;
  const wrapped = await lock(await wrappingCipher(prf, salt), key, aboutKey(member, weft.toText(credential)), nonce);
  const sealed = await sealNote(await notesCipher(key), member, note, words, nonce);
  const opened = await openNote(await notesCipher(key), member, note, sealed);
  const back = await unlock(await wrappingCipher(prf, salt), wrapped, aboutKey(member, weft.toText(credential)));
  return { mark: [...await mark(key)], wrapped: [...wrapped], sealed: [...sealed], opened, back: [...back] };
}"""
REFUSES = """async ([member, note, words, changed]) => {
  const { notesCipher, sealNote, openNote, random } = weft.sealing;
  const cipher = await notesCipher(new Uint8Array(32));
  const sealed = await sealNote(cipher, member, note, words);
  const asked = { member, ...note, ...changed };
  const opens = (bytes) => openNote(cipher, asked.member, asked, bytes).then(() => true, () => false);
  const bent = sealed.with(40, sealed[40] ^ 1);
  return [await opens(sealed), await opens(bent), await opens(sealed.with(0, 2))];
}"""


@pytest.fixture
def page(open_as: Callable[..., Page]) -> Page:
    """A page with the script in it, and nobody signed in."""
    page = open_as()
    page.goto("/help")
    page.wait_for_function("() => window.weft?.sealing")
    return page


def the_phone_makes(page: Page, words: dict[str, str]) -> dict[str, Any]:
    hexes = [one.hex() for one in (KEY, PRF, SALT, NONCE, CREDENTIAL)]
    made: dict[str, Any] = page.evaluate(PHONE, [MEMBER, NOTE, words, *hexes])
    return made


def test_the_phone_and_the_document_make_the_same(page: Page) -> None:
    made = the_phone_makes(page, WORDS)
    assert bytes(made["wrapped"]) == private_format.wrap(KEY, PRF, SALT, MEMBER, CREDENTIAL, NONCE)
    assert bytes(made["mark"]) == private_format.mark(KEY)
    assert bytes(made["sealed"]) == private_format.seal(KEY, MEMBER, NOTE, WORDS, NONCE)
    assert (made["opened"], bytes(made["back"])) == (WORDS, KEY)


def test_the_document_says_what_comes_of_its_example(page: Page) -> None:
    text = re.sub(r"\s+", "", (Path(__file__).parents[2] / "docs" / "private-notes.md").read_text())
    made = the_phone_makes(page, WORDS)
    found = bytes(made["wrapped"]).hex(), bytes(made["mark"]).hex(), hashlib.sha256(bytes(made["sealed"])).hexdigest()
    assert [one for one in found if one not in text] == []


@pytest.mark.parametrize(("length", "size"), [(1, 1024), (900, 1024), (1000, 4096), (4100, 16384), (30000, 32768)])
def test_a_length_says_little(page: Page, length: int, size: int) -> None:
    assert len(the_phone_makes(page, WORDS | {"text": "x" * length})["sealed"]) == size + 29


@pytest.mark.parametrize(
    "changed", [{"id": MEMBER}, {"kind": "journal"}, {"version": 4}, {"member": NOTE["id"]}], ids=["id", "kind", "version", "member"]
)
def test_what_was_sealed_for_one_place_opens_at_no_other_and_not_when_it_was_bent(page: Page, changed: dict[str, Any]) -> None:
    assert page.evaluate(REFUSES, [MEMBER, NOTE, WORDS, changed]) == [False, False, False]
    assert page.evaluate(REFUSES, [MEMBER, NOTE, WORDS, {}]) == [True, False, False]
