"""One's own settings, and every way in that one has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from server.actions import operating, recovery, sessions
from server.actions.operating import Act
from server.db import Session
from server.domain import members as rules
from server.domain.schedule import local_day, zone_of
from server.routes.showing import calendar, forms, numbers, pausing, words
from server.routes.showing.forms import Sent
from server.store import calendars, members, passkeys, promises, push, tokens
from server.store.calendars import Calendar
from server.store.members import Member
from server.store.passkeys import Passkey
from server.store.promises import Pause
from server.store.push import Phone
from server.store.sessions import Session as Device
from server.store.tokens import Token
from web import views
from web.views import Action, MeForm, MePage, Notice, Row, TokenForm

ADD_PASSKEY = views.Passkey(options_url="/me/passkeys/options", url="/me/passkeys")
APPEARANCES = {"phone": "As the phone", "light": "Light", "dark": "Dark"}
STREAKS = {"shown": "Shown", "hidden": "Hidden"}
ACTS = {Act.LINK: "a sign-in link for you", Act.TOKEN: "a token with which a program can speak for you"}
SCOPES = {"read": "Read", "write": "Read, and speak for you"}
QUIETLY, IN_WORDS = "They say “Something new” and no more.", "They say what it is about."


@dataclass(frozen=True, slots=True)
class Once:
    """What was made a moment ago and is shown this one time."""

    codes: tuple[str, ...] = ()
    token: str = ""
    calendar_url: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A member, the devices they are signed in on and which of them asks, their ways in and pauses, and what the operator did."""

    me: Member
    today: date
    device_id: UUID | None
    devices: Sequence[Device]
    passkeys: Sequence[Passkey]
    phones: Sequence[Phone]
    tokens: Sequence[Token]
    calendar: Calendar | None
    codes_left: int
    done: Sequence[tuple[Act, datetime]]
    pauses: Sequence[Pause]

    def day(self, at: datetime) -> str:
        """The date of an instant where the member is, as in "3 May 2026"."""
        day = at.astimezone(zone_of(self.me.zone)).date()
        return f"{words.date_of(day)} {day.year}"


def load(session: Session, member_id: UUID, device_id: UUID | None, *, now: datetime) -> Found:
    """Read what the page says."""
    me = members.get(session, member_id)
    today = local_day(now, me.zone, me.day_start)
    return Found(
        me=me,
        today=today,
        device_id=device_id,
        devices=sessions.devices(session, member_id, now=now),
        passkeys=passkeys.of_member(session, member_id),
        phones=push.of_member(session, member_id),
        tokens=tokens.of_member(session, member_id),
        calendar=calendars.of_member(session, member_id),
        codes_left=recovery.left(session, member_id),
        done=operating.lately_done(session, member_id, now=now),
        pauses=promises.pauses_of_member(session, member_id, since=today),
    )


def notices(found: Found) -> tuple[Notice, ...]:
    """What whoever runs the server did to this account."""
    return tuple(Notice(text=f"Whoever runs this server made {ACTS[act]} on {found.day(at)}.") for act, at in found.done)


def page(found: Found, *, can_push: bool, once: Once | None = None, sent: Sent | None = None) -> MePage:
    """The page; a form that was refused stands in it as it was sent."""
    me = found.me
    return MePage(
        heading=me.name,
        form=_form(me, sent),
        appearance=forms.choice("appearance", APPEARANCES, me.appearance, sent),
        streaks=forms.choice("streaks", STREAKS, "hidden" if me.hides_streaks else "shown", sent),
        devices=tuple(_device(found, one) for one in found.devices),
        passkeys=tuple(_passkey(found, one) for one in found.passkeys),
        add_passkey=ADD_PASSKEY,
        push=tuple(row for one in found.phones for row in _phone(found, one)),
        tokens=tuple(_token(found, one) for one in found.tokens),
        token_form=TokenForm(name=forms.field("token_name", sent=sent), scope=forms.choice("scope", SCOPES, "read", sent)),
        calendar=calendar.form(found.calendar, found.day(found.calendar.made_at) if found.calendar else ""),
        recovery=_codes_left(found.codes_left),
        pause=pausing.form("/me/pauses", found.pauses, sent, today=found.today),
        end_others=Action(label="Sign out everywhere else", url="/me/devices/end-others") if len(found.devices) > 1 else None,
        codes=once.codes if once else (),
        token=once.token if once else "",
        calendar_url=once.calendar_url if once else "",
        can_push=can_push,
    )


def _form(me: Member, sent: Sent | None) -> MeForm:
    """The form of name, zone and start of day; one that was set by other means than this form stays among those to choose."""
    starts = {f"{one:%H:%M}": f"{one:%H:%M}" for one in sorted({*rules.DAY_STARTS, me.day_start})}
    return MeForm(
        name=forms.field("name", me.name, sent),
        zone=forms.field("zone", me.zone, sent),
        day_start=forms.choice("day_start", starts, f"{me.day_start:%H:%M}", sent),
    )


def _device(found: Found, device: Device) -> Row:
    since = found.day(device.made_at)
    if device.id == found.device_id:
        return Row(name=device.device, text=f"This one, since {since}")
    return Row(name=device.device, text=f"Since {since}", end=Action(label="Sign out", url=f"/me/devices/{device.id}/end"))


def _passkey(found: Found, passkey: Passkey) -> Row:
    remove = Action(label="Remove", url=f"/me/passkeys/{passkey.id}/remove")
    return Row(name=passkey.name, text=f"Since {found.day(passkey.made_at)}{_used(passkey.used_on)}", end=remove)


def _phone(found: Found, phone: Phone) -> tuple[Row, Row]:
    """A phone that takes notices, and what they say there."""
    url, name = f"/push/subscriptions/{phone.id}", phone.device or "A phone"
    fields = () if phone.shows_details else (("shows_details", "on"),)
    change = Action(label="Say less" if phone.shows_details else "Say more", url=f"{url}/details", fields=fields)
    return (
        Row(name=name, text=f"Since {found.day(phone.made_at)}", end=Action(label="Remove", url=f"{url}/remove")),
        Row(name="What they say there", text=IN_WORDS if phone.shows_details else QUIETLY, end=change),
    )


def _token(found: Found, token: Token) -> Row:
    remove = Action(label="Remove", url=f"/me/tokens/{token.id}/remove")
    return Row(name=token.name, text=f"{SCOPES[token.scope]}, since {found.day(token.made_at)}{_used(token.used_on)}", end=remove)


def _used(on: date | None) -> str:
    return f", last used on {words.date_of(on)}" if on else ""


def _codes_left(left: int) -> str:
    if not left:
        return "You have no recovery code. Without one, a lost phone may be a lost account."
    return f"You have {numbers.counted(left, 'recovery code', 'recovery codes')} left."
