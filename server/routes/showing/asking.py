"""What is asked of each other, as one who asks or is asked sees it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.db import Session
from server.domain.errors import InvalidError, NotFoundError
from server.domain.text import isolated
from server.routes.showing import forms, words
from server.routes.showing.forms import Sent
from server.store import asks, bonds, ids, members, reviews
from server.store.asks import Answer, Ask
from server.store.bonds import Bond
from server.store.members import Member
from web.views import Action, AskForm, AskRow, AsksPage, Entry, Link, Notice

NOTHING, NOBODY = "Nothing is asked just now.", "Asks are for two or more. Ask somebody in first."


@dataclass(frozen=True, slots=True)
class Found:
    """Who looks, the people of their bonds, and what is asked, the latest first."""

    me: Member
    people: Mapping[Bond, Sequence[Member]]
    asks: Sequence[Ask]

    @property
    def names(self) -> dict[UUID, str]:
        return {one.id: isolated(one.name) for people in self.people.values() for one in people}


def load(session: Session, member_id: UUID, *, now: datetime) -> Found:
    """Read it."""
    me = members.get(session, member_id)
    mine = bonds.of_member(session, member_id)
    people = bonds.people(session, [one.id for one in mine])
    return Found(me, {one: people[one.id] for one in mine}, asks.of_member(session, member_id, since=now - asks.SHOWN_FOR))


def page(found: Found, *, sent: Sent | None = None) -> AsksPage:
    """The page of what is asked; a form that was refused stands in it as it was sent."""
    shown = [one for one in found.asks if one.answer is not Answer.TAKEN_BACK]
    others = {one.id: isolated(one.name) for people in found.people.values() for one in people if one.id != found.me.id}
    return AsksPage(
        eyebrow=words.listed([*others.values()]),
        heading="Asks",
        asked=tuple(row(one, found.me.id, found.names) for one in shown if one.to_id == found.me.id),
        mine=tuple(row(one, found.me.id, found.names) for one in shown if one.from_id == found.me.id),
        form=form("/asks", others, sent) if others else None,
        empty="" if shown else NOTHING if others else NOBODY,
        problem=str(sent.refusal) if sent and sent.refusal.field not in sent.fields else "",
    )


def above(session: Session, member_id: UUID, *, now: datetime) -> tuple[Notice, ...]:
    """A quiet line for each thing that one is asked and has said nothing to yet; it neither counts nor comes louder."""
    found = load(session, member_id, now=now)
    open_ones = [one for one in found.asks if one.to_id == member_id and one.answer is None]
    return tuple(
        Notice(text=f"{found.names.get(one.from_id, 'Somebody')} asks: {isolated(one.text)}", link=Link(label="Answer it", url="/asks"))
        for one in reversed(open_ones)
    )


def after(session: Session, ask_id: UUID) -> str:
    """Where an answer leads: back to the review that it was asked in while that runs, and otherwise to what is asked."""
    one = asks.get(session, ask_id)
    review = reviews.get(session, one.bond_id, one.to_on) if one and one.to_on else None
    return f"/weeks/{review.to_on}/review?bond={review.bond_id}" if review and review.closed_at is None else "/asks"


def row(one: Ask, me: UUID, names: Mapping[UUID, str]) -> AskRow:
    """One ask, with what may still be said to it."""
    is_asked, asker, asked = one.to_id == me and one.is_open, _name(one.from_id, me, names), _name(one.to_id, me, names)
    offer = Entry(name="counter", label="What you could do instead", value=one.counter, most=120)
    return AskRow(
        text=isolated(one.text),
        by=f"{asker} asked {asked.lower() if one.to_id == me else asked}",
        said=_said(one, asked),
        accept=Link(label="Make it a promise", url=f"/promises/new?ask={one.id}") if is_asked else None,
        counter=Action(label="Something else", url=f"/asks/{one.id}/counter", entry=offer) if is_asked else None,
        decline=Action(label="Rather not", url=f"/asks/{one.id}/decline") if is_asked else None,
        take_back=Action(label="Take it back", url=f"/asks/{one.id}/take-back") if one.from_id == me and one.is_open else None,
    )


def form(action: str, others: Mapping[UUID, str], sent: Sent | None = None) -> AskForm:
    """The form for one ask; whom it goes to is a question only where there are several."""
    several = {str(one): name for one, name in others.items()} if len(others) > 1 else {}
    name = "" if several else next(iter(others.values()))
    return AskForm(
        action=action,
        id=str(ids.new()),
        label=f"What you would like {name} to do" if name else "What you would like somebody to do",
        ask=forms.field("ask", "", sent),
        to=forms.choice("to", several, next(iter(several)), sent) if several else None,
        problem=str(sent.refusal) if sent and sent.refusal.field == "to" and not several else "",
    )


def whom(people: Iterable[Member], me: UUID, to: UUID | None) -> UUID:
    """Who is asked: whom one named, and without a name the other, where there is only one; InvalidError otherwise."""
    others = [one.id for one in people if one.id != me]
    if to not in others and (to is not None or len(others) != 1):
        raise InvalidError("Of whom do you ask it?", "to")
    return to or others[0]


def pair(people: Mapping[UUID, Sequence[Member]], me: UUID, to: UUID | None) -> tuple[UUID, UUID]:
    """The oldest bond in which one can ask somebody, and whom; NotFoundError for who is in none."""
    if not people:
        raise NotFoundError("There is no such bond.")
    everybody = list({one.id: one for some in people.values() for one in some}.values())
    found = whom(everybody, me, to)
    return next((bond_id, found) for bond_id, some in people.items() if found in {one.id for one in some})


def _said(one: Ask, asked: str) -> str:
    return {
        None: "",
        Answer.ACCEPTED: f"{asked} promised it.",
        Answer.COUNTERED: f"{asked} could do instead: {isolated(one.counter)}",
        Answer.DECLINED: f"{asked} would rather not.",
        Answer.TAKEN_BACK: "Taken back.",
    }[one.answer]


def _name(member_id: UUID, me: UUID, names: Mapping[UUID, str]) -> str:
    return "You" if member_id == me else names.get(member_id, "Somebody")
