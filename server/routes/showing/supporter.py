"""How it stands with a supporter, as a member of the bond sees it; what members let be printed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

import segno

from server.actions import supporting
from server.db import Session
from server.domain import schedule
from server.domain.supporting import Area, Opening, open_to_all
from server.domain.text import isolated
from server.routes.showing import choosing, forms, opened, words
from server.routes.showing.forms import Sent
from server.routes.showing.opened import HEADINGS, HOLDS, NAMES, Piece
from server.store import bonds, members, supporters
from server.store.bonds import Bond
from server.store.members import Member
from server.store.supporters import Supporter
from web import views
from web.views import Action, AreaRow, Choice, Link, Notice, Option, PrintPage, ProposeForm, SupporterPage, SupporterQuestion, SupportNote

WHAT = (
    "Somebody from outside, a therapist say, reads what all of you have opened, and nothing else. "
    "It begins when all of you say yes, and each of you can end it alone, at once."
)
SAID_NO = "Here it was answered with a no. Whoever said so can bring it up again, and nobody else."
SHORTENED = 90


@dataclass(frozen=True, slots=True)
class Found:
    """Who looks and when, the bond and those in it; its supporter with their name once they came, who agreed, and what is open."""

    me: Member
    now: datetime
    mine: Sequence[Bond]
    bond: Bond
    people: Mapping[UUID, Member]
    may_propose: bool
    supporter: Supporter | None = None
    name: str = ""
    consents: frozenset[UUID] = frozenset()
    openings: Sequence[Opening] = field(default_factory=list)

    @property
    def query(self) -> str:
        return choosing.query(self.mine, self.bond)

    @property
    def called(self) -> str:
        """Who they are: by their own name once they came, till then in their proposer's words."""
        return self.name or (isolated(self.supporter.who) if self.supporter else "")

    @property
    def is_agreed(self) -> bool:
        return self.people.keys() <= self.consents

    @property
    def shown(self) -> tuple[Area, ...]:
        return open_to_all(self.openings, self.people, self.now) if self.is_agreed else ()

    def own(self, area: Area) -> Opening | None:
        """One's own opening of an area, while it is open."""
        return next((one for one in self.openings if (one.member_id, one.area) == (self.me.id, area) and one.is_open(self.now)), None)

    def day(self, at: datetime) -> str:
        return words.date_of(at.astimezone(schedule.zone_of(self.me.zone)).date())


def load(session: Session, member_id: UUID, bond_id: UUID | None, *, now: datetime) -> Found:
    """Read how it stands in one of a member's bonds; NotFoundError for a bond that is not theirs, and where there is none."""
    me, mine = members.get(session, member_id), bonds.of_member(session, member_id)
    bond = choosing.chosen(mine, bond_id)
    people = {one.id: one for one in bonds.members_of(session, bond.id)}
    may_propose = supporting.may_propose(session, bond.id, member_id)
    held = supporters.of_bond(session, bond.id)
    if held is None:
        return Found(me, now, mine, bond, people, may_propose)
    name = isolated(members.get(session, held.member_id).name) if held.member_id else ""
    consents, openings = supporters.consents(session, held), supporters.openings(session, held)
    return Found(me, now, mine, bond, people, may_propose, held, name, consents, openings)


def page(found: Found, origin: str, *, token: str = "", sent: Sent | None = None) -> SupporterPage:
    """The page; an invitation that was made a moment ago shows its link once."""
    bare = SupporterPage(
        eyebrow=words.listed([one.name for one in found.people.values()]),
        heading="A supporter",
        close=f"/us{found.query}",
        text=WHAT,
        print=Link(label="Print for somebody from outside", url=f"/us/print{found.query}"),
    )
    if found.supporter is None:
        return replace(bare, text=WHAT if found.may_propose else f"{WHAT} {SAID_NO}", propose=_propose(found, sent))
    if found.me.id not in found.consents:
        return replace(bare, questions=(_question(found, found.supporter),))
    agreed = found.is_agreed
    asked_in = found.supporter.expires_at is not None and found.now < found.supporter.expires_at
    return replace(
        bare,
        text=_standing(found),
        questions=tuple(_going_on(found)),
        invite=_act(found, "Make an invitation", "invitation") if agreed and not found.name and not asked_in else None,
        invitation=_invitation(found, found.supporter, origin, token) if asked_in else None,
        areas=tuple(_area(found, area) for area in Area) if agreed else (),
        shown=Link(label="What is shown", url=f"/supporting/{found.bond.id}") if agreed else None,
        end=_act(found, "End it" if found.name or agreed else "Take it back", "end"),
    )


def note(found: Found) -> SupportNote:
    """What the page of the bond says of it: to everybody in it who supports it, and what is open."""
    text = _noted(found)
    return SupportNote(text=text, link=Link(label="Look" if text else "A supporter from outside", url=f"/us/supporter{found.query}"))


def asked(found: Found) -> tuple[Notice, ...]:
    """That somebody is proposed, to whom it was not asked yet."""
    if found.supporter is None or found.me.id in found.consents:
        return ()
    return (Notice(text=_proposed(found, found.supporter), link=Link(label="Look", url=f"/us/supporter{found.query}")),)


def _noted(found: Found) -> str:
    if found.supporter is None or found.me.id not in found.consents:
        return ""
    if not found.name:
        return _standing(found)
    open_ones = words.listed([NAMES[area] for area in found.shown])
    return f"{found.name} supports you. Open: {open_ones}." if open_ones else f"{found.name} supports you. Nothing is open."


def _standing(found: Found) -> str:
    if found.name:
        return f"{found.name} supports you, and reads what all of you have opened."
    if found.is_agreed:
        return f"All of you have said yes to {found.called}."
    return f"You have said yes to {found.called}. Nothing begins before all of you have."


def _proposed(found: Found, supporter: Supporter) -> str:
    proposer = found.people.get(supporter.proposed_by)
    return f"{isolated(proposer.name) if proposer else 'Somebody who has left'} proposes a supporter: {isolated(supporter.who)}."


def _propose(found: Found, sent: Sent | None) -> ProposeForm | None:
    if not found.may_propose:
        return None
    problem = str(sent.refusal) if sent and not sent.refusal.field else ""
    return ProposeForm(action=f"/us/supporter{found.query}", who=forms.field("who", sent=sent), problem=problem)


def _question(found: Found, supporter: Supporter) -> SupporterQuestion:
    return SupporterQuestion(
        text=_proposed(found, supporter),
        hint="Yes or no, or nothing. A no ends it, and it is not asked again.",
        answers=(_act(found, "Yes", "answer", ("agrees", "yes")), _act(found, "No", "answer", ("agrees", "no"))),
    )


def _going_on(found: Found) -> Iterable[SupporterQuestion]:
    for area in Area:
        mine = found.own(area)
        if mine and mine.asks(found.now):
            yield SupporterQuestion(
                text=f"{HEADINGS[area]}: open from you until {found.day(mine.open_until)}. Another 90 days?",
                hint="Without a yes it closes by itself.",
                answers=(_say(found, "Yes", area, "open"), _say(found, "No", area, "lapse")),
            )


def _area(found: Found, area: Area) -> AreaRow:
    mine = found.own(area)
    if mine is None:
        return AreaRow(name=HEADINGS[area], holds=HOLDS[area], text="Closed from you.", action=_say(found, "Open", area, "open"))
    shown = "It is shown." if area in found.shown else "It is shown once all of you have opened it."
    text = f"Open from you until {found.day(mine.open_until)}. {shown}"
    return AreaRow(name=HEADINGS[area], holds=HOLDS[area], text=text, action=_say(found, "Close", area, "close"))


def _say(found: Found, label: str, area: Area, says: str) -> Action:
    return _act(found, label, "areas", ("area", area.value), ("says", says))


def _act(found: Found, label: str, where: str, *said: tuple[str, str]) -> Action:
    return Action(label=label, url=f"/us/supporter/{where}{found.query}", fields=said)


def _invitation(found: Found, supporter: Supporter, origin: str, token: str) -> views.Invitation:
    url = f"{origin}/invitation#{token}" if token else ""
    return views.Invitation(
        text=f"For {supporter.who}, until {found.day(supporter.expires_at or found.now)}.",
        withdraw=_act(found, "Take it back", "invitation/withdraw"),
        url=url,
        qr=tuple(tuple(row) for row in segno.make(url, micro=False).matrix) if url else (),
    )


def load_print(session: Session, found: Found) -> tuple[Sequence[Piece], set[tuple[UUID, str]]]:
    """Everything of the bond that may be printed, and the lines that their authors let be."""
    return opened.load(session, found.bond, tuple(Area), now=found.now), supporters.printed(session, found.bond.id)


def print_page(found: Found, pieces: Sequence[Piece], printed: set[tuple[UUID, str]]) -> PrintPage:
    """What is printed is what each author has let be; whoever has chosen nothing yet finds all of their own ticked."""
    has_chosen = any(who == found.me.id for who, _ in printed)
    chosen = [one for one in pieces if (one.member_id, one.line) in printed]
    own = {area: [one for one in pieces if one.area is area and one.member_id == found.me.id] for area in Area}
    return PrintPage(
        eyebrow=words.listed([one.name for one in found.people.values()]),
        heading="From the last twelve weeks",
        close=f"/us/supporter{found.query}",
        action=f"/us/print{found.query}",
        own=tuple((HEADINGS[area], _ticks(some, printed if has_chosen else None)) for area, some in own.items() if some),
        areas=opened.areas(chosen, [area for area in Area if any(one.area is area for one in chosen)], found.people),
        empty="" if chosen else "Nothing is chosen yet. Each of you chooses your own lines; until then they stay off the paper.",
    )


def _ticks(own: Sequence[Piece], printed: set[tuple[UUID, str]] | None) -> Choice:
    return Choice(
        options=tuple(
            Option(value=one.line, label=_label(one), chosen=printed is None or (one.member_id, one.line) in printed) for one in own
        )
    )


def _label(one: Piece) -> str:
    whole = ": ".join(filter(None, (isolated(one.title), isolated(" ".join(one.words)))))
    return whole if len(whole) <= SHORTENED else f"{whole[: SHORTENED - 1]}…"
