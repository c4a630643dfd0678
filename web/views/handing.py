"""Handing an account over: what the old phone shows, and what the new one does."""

from dataclasses import dataclass

from web.views.me import Passkey
from web.views.shell import Input


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverPage:
    """`handing/old.html`: the phone that is signed in.

    `stage` is begin, waits, claimed, confirmed or over. While it waits there is a `code` and the `url` with its picture; once it is
    claimed, the `device` that asks. `number` is what both phones show without script; with `is_keyed` the phones find their own.
    """

    stage: str
    until: str = ""
    code: str = ""
    url: str = ""
    qr: tuple[tuple[int, ...], ...] = ()
    device: str = ""
    number: str = ""
    is_keyed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ComeInPage:
    """`handing/new.html`: the phone that is to be signed in.

    `stage` is asks, claimed, confirmed or over; `name` is whose account it is, once the code was right.
    """

    stage: str
    code: Input
    name: str = ""
    number: str = ""
    is_keyed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPhonePage:
    """`handing/passkey.html`: signed in on a new phone, which is offered a passkey of its own."""

    passkey: Passkey
    problem: str = ""
