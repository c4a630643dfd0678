"""The pages before one is in, and those that anybody may see."""

from dataclasses import dataclass, field

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

    The recovery form posts `code` and `next` to `/sign-in`, that of another phone's code `hand_code` to `/sign-in/hand-over`.
    """

    passkey: Passkey
    code: Input
    hand_code: Input = field(default_factory=Input)
    next: str = "/"
    is_again: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    """`sign_in/link.html`: a one-time link that something fetched; one button posts to `url`."""

    url: str


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
class ContactLink:
    """Somebody to turn to, and a tap that reaches them."""

    label: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpPage:
    """`help/page.html`; `operator` is who runs this server, `contacts` whom to turn to: those that they set, else the emergency numbers."""

    operator: str
    contacts: tuple[ContactLink, ...]
    are_theirs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemPage:
    """`problem/page.html`: a refusal's own sentence, and a way on."""

    heading: str
    sentence: str
    link: Link
