"""The pages before one is in, and those that anybody may see."""

from dataclasses import dataclass

from web.views.me import Passkey
from web.views.shell import Input, Link


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomePage:
    """`welcome/page.html`: the first member of a new server; posts `name` and `zone`."""

    name: Input
    zone: Input
    passkey: Passkey
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """`sign_in/page.html`; `is_again` asks somebody who is in to show that it is they.

    The recovery form posts `code` and `next` to `/sign-in`.
    """

    passkey: Passkey
    code: Input
    next: str = "/"
    is_again: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What an invitation offers, once its token is known; `passkey` is none for a member who is in."""

    token: str
    inviter: str
    bond: str
    operator: str
    sees: tuple[str, ...]
    name: Input
    zone: Input
    accept_url: str
    passkey: Passkey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationPage:
    """`invitation/page.html`: without an offer it asks for the token, which posts to `/invitation`."""

    token: Input
    offer: Offer | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpPage:
    """`help/page.html`; `operator` is who runs this server, `contacts` those that they set."""

    operator: str
    contacts: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemPage:
    """`problem/page.html`: a refusal's own sentence, and a way on."""

    heading: str
    sentence: str
    link: Link
