"""The member's own settings."""

from dataclasses import dataclass

from web.views.calendar import CalendarForm
from web.views.promises import PauseForm
from web.views.shell import Action, Choice, Input


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """Where a passkey is asked for and answered, both by POST of JSON.

    `options_url` gets the form's fields and answers with WebAuthn's options; `url` gets the same
    fields and `credential`, and answers `{"location": "/…"}`, or a problem with `detail`.
    """

    options_url: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A device, a passkey, a phone with push or a token, and what ends it."""

    name: str
    text: str
    end: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeForm:
    """Posts `name`, `zone` (an IANA name) and `day_start` (HH:MM) to `/me`."""

    name: Input
    zone: Input
    day_start: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenForm:
    """A new token; posts `token_name` and `scope` to `/me/tokens`."""

    name: Input
    scope: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePage:
    """`me/delete.html`: what deleting means, and with `is_last` the last word; posts to `/me/delete`."""

    name: str
    is_last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MePage:
    """`me/page.html`; `codes`, `token` and `calendar_url` are shown once, right after they were made.

    `appearance` is phone, light or dark; `streaks` is shown or hidden. `can_push` is false where
    the server has no key.
    """

    heading: str
    form: MeForm
    appearance: Choice
    streaks: Choice
    devices: tuple[Row, ...]
    passkeys: tuple[Row, ...]
    add_passkey: Passkey
    push: tuple[Row, ...]
    tokens: tuple[Row, ...]
    token_form: TokenForm
    calendar: CalendarForm
    recovery: str
    pause: PauseForm
    end_others: Action | None = None
    codes: tuple[str, ...] = ()
    token: str = ""
    calendar_url: str = ""
    can_push: bool = True
