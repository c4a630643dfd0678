"""The pages of the bond, of oneself, and those before one is in."""

from web import views
from web.gallery import pieces
from web.views import Action, Input, InviteForm, Link, PauseForm, QuietForm, ReviewForm, Row

_MARK = ("11111110", "10000010", "10111010", "10111010", "10111010", "10000010", "11111110", "00000001")

_FRAGMENT = "kX2f9Q0yJ1mVw8nB3tR7uE5zL6cA4sDgHhPpKkMmNnQ"
INVITATION = views.Invitation(
    text="Made today, ends on Wednesday at 18:00.",
    withdraw=Action(label="Take it back", url="/us/invitations/1/withdraw"),
    url=f"https://weft.example/invitation#{_FRAGMENT}",
    qr=tuple(tuple(int(bit) for bit in line * 3) for line in _MARK * 3),
)
US = views.UsPage(
    heading="Noor and Sam",
    eyebrow="Partners, eleven weeks",
    members=pieces.MEMBERS,
    review=ReviewForm(
        action="/us/review",
        weekday=pieces.choose("SU", SA="Saturday", SU="Sunday", MO="Monday"),
        time=Input(value="18:00"),
        zone="Europe/Berlin",
    ),
    quiet=QuietForm(action="/us/quiet-hours", since=Input(value="22:00"), until=Input(value="07:00")),
    pause=PauseForm(action="/us/pauses", since=Input(), until=Input(), pauses=("24 to 27 December.",)),
    leave=Action(label="Leave this space", url="/us/leave"),
    supporter=views.SupportNote(text="Ida supports you. Open: mending.", link=Link(label="Look", url="/us/supporter")),
    nudges=views.NudgePart(
        taps=(Action(label="Thinking of Sam", url="/us/nudges"),),
        said=("You thought of Ada today.",),
        choose="/us/nudges/choices",
        most=pieces.choose("3", **{f"{n}": f"{n}" for n in range(4)}),
        mutes=(Action(label="Let nothing from Sam through", url="/us/nudges/mutes"),),
    ),
)
ALONE = views.UsPage(
    heading="Us",
    eyebrow="Only you so far",
    members=pieces.MEMBERS[:1],
    invitations=(INVITATION,),
    invite=InviteForm(
        action="/us/invitations",
        kind=pieces.choose(
            "partners",
            partners="partners",
            parent_child="parent and child",
            family="family",
            friends="friends",
            team="a team",
        ),
    ),
)
ME = views.MePage(
    heading="Noor",
    form=views.MeForm(
        name=Input(value="Noor"),
        zone=Input(value="Europe/Berlin"),
        day_start=pieces.choose("03:00", **{f"{n:02}:00": f"{n:02}:00" for n in range(7)}),
    ),
    appearance=pieces.choose("phone", phone="as the phone", light="light", dark="dark"),
    streaks=pieces.choose("shown", shown="shown", hidden="hidden"),
    devices=(
        Row(name="This phone", text="signed in on 2 September"),
        Row(
            name="Firefox on Linux",
            text="signed in on 9 October",
            end=Action(label="Sign out", url="/me/devices/2/end"),
        ),
    ),
    passkeys=(
        Row(
            name="Noor’s phone",
            text="added on 2 September",
            end=Action(label="Remove", url="/me/passkeys/1/remove"),
        ),
    ),
    add_passkey=pieces.KEYS,
    push=(Row(name="This phone", text="“Something new” only"),),
    tokens=(Row(name="Calendar", text="reads, made on 3 October", end=Action(label="Remove", url="/me/tokens/1/remove")),),
    token_form=views.TokenForm(name=Input(), scope=pieces.choose("read", read="read", write="read and check in")),
    calendar=views.CalendarForm(since="3 October 2026", has_theirs=True),
    calendar_url="https://weft.example/calendar/4Vq0cYxq3nE8sJt1mWb6Rk9zLd2Hf7uPaXg5TiCo0yM.ics",
    recovery="Seven of ten codes are left.",
    pause=PauseForm(action="/me/pauses", since=Input(), until=Input(), pauses=("Resting from 24 to 27 December.",)),
    end_others=Action(label="Sign out everywhere else", url="/me/devices/end-others"),
    codes=("7F3K-9QXA-2MTV", "P8ZD-4WNE-6YRC", "H5JB-1GUS-3LKO", "V2CX-8TQM-7NAF"),
)
DELETE = views.DeletePage(name="Noor")
DELETE_LAST = views.DeletePage(name="Noor", is_last=True)
HAND_OVER = views.HandOverPage(
    stage="waits",
    until="18:40",
    code="7F3K-9QXA",
    url=f"https://weft.example/sign-in/hand-over#{_FRAGMENT}",
    qr=INVITATION.qr,
)
HAND_OVER_ASKED = views.HandOverPage(stage="claimed", device="Firefox on Android", number="041873")
COME_IN = views.ComeInPage(stage="asks", code=Input(error="That code is not known here. It lasts ten minutes and works once."))
COME_IN_WAITS = views.ComeInPage(stage="claimed", code=Input(), name="Noor", number="041873")
NEW_PHONE = views.NewPhonePage(passkey=pieces.KEYS)
ONE_TIME_LINK = views.LinkPage(url="/enter/4Vq0cYxq3nE8sJt1mWb6Rk9zLd2Hf7uPaXg5TiCo0yM")
EXPORT = views.ExportPage(url="/export/file")
WELCOME = views.WelcomePage(
    name=Input(),
    zone=Input(),
    passkey=views.Passkey(options_url="/welcome/options", url="/welcome/passkey"),
)
_SIGN_IN_KEYS = views.Passkey(options_url="/sign-in/options", url="/sign-in/passkey")
SIGN_IN = views.SignInPage(passkey=_SIGN_IN_KEYS, code=Input())
AGAIN = views.SignInPage(passkey=_SIGN_IN_KEYS, code=Input(), next="/me", is_again=True, problem="That was not it. Try once more.")
TOKEN = views.InvitationPage(token=Input())
OFFER = views.InvitationPage(
    token=Input(),
    offer=views.Offer(
        token=_FRAGMENT,
        inviter="Noor",
        bond="To be partners in Weft: small promises, seen by you two.",
        operator="Noor, at home",
        sees=(
            "Your name and the promises that you make for her.",
            "On which day you kept them, not at what minute.",
            "Words that you send. Nothing else.",
        ),
        name=Input(error="A name, please."),
        zone=Input(value="Europe/Berlin"),
        accept_url="/invitation/accept",
        passkey=pieces.KEYS,
    ),
)
HELP = views.HelpPage(
    operator="Noor, at home",
    contacts=(views.ContactLink(label="Somebody to talk to", url="tel:116006", note="day and night"),),
    are_theirs=True,
)
PROBLEM = views.ProblemPage(
    heading="Not found",
    sentence="This is not here, or not yours to see.",
    link=Link(label="Today", url="/"),
)
