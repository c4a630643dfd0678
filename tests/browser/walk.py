"""Every page that people open, in the states in which they meet it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar.routes import HTTPRoute

from jobs import demo, story
from server.actions import invitations, promises, sessions
from server.app import create_app
from server.db import Session
from server.store import promises as store
from server.store.promises import Pause
from tests import make
from tests.browser.server import Running, running

SUNDAY = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
"""Half past seven in the evening in Berlin."""
TODAY = date(2026, 11, 22)
NOBODY = ""
NO_PAGES = {
    "/static/{name:str}",
    "/calendar/{name:str}",
    "/me/hand-over/state",
    "/sign-in/hand-over/state",
    "/export/file",
    "/icons/{name:str}",
    "/favicon.ico",
    "/manifest.webmanifest",
    "/sw.js",
    "/push/key",
    "/metrics",
    "/notes/keys",
    "/notes/sealed",
    "/weeks/{to_on:date}/picture.png",
    "/milestones/{milestone_id:uuid}/picture.png",
    "/live",
    "/healthz",
    "/readyz",
}
"""What a browser or a machine fetches and nobody reads."""
SENDS = """([url, fields]) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action: url });
  for (const [name, value] of fields) form.append(Object.assign(document.createElement("input"), { name, value }));
  document.body.append(form);
  setTimeout(() => form.submit());
}"""


@dataclass(frozen=True)
class Told:
    """A Weft with eleven weeks of Noor and Sam in it, who else is there, and where their things are."""

    weft: Running
    people: dict[str, UUID]
    places: dict[str, str] = field(default_factory=dict)

    def cookie(self, name: str) -> dict[str, Any]:
        """The cookie of somebody who has just signed in."""
        with self.weft.desk.database.write() as session:
            token = sessions.begin(session, self.people[name], device="Chromium", now=SUNDAY)
        return {"name": "sid", "value": token, "url": self.weft.url}


@dataclass(frozen=True)
class Stop:
    """A page that somebody opens; with `fields` the form is sent, and what it answers with is looked at."""

    who: str
    path: str
    fields: Mapping[str, str] | None = None
    status: int = 200

    def __str__(self) -> str:
        return f"{self.who or 'nobody'} at {self.path}" + (f" after sending {dict(self.fields)}" if self.fields is not None else "")

    def open(self, page: Any) -> None:
        """Go there as its own person would."""
        if self.fields is None:
            page.goto(self.path)
            return
        # From a page on which nothing moves by itself: what a living page fetches would pass for the answer.
        page.goto("/offline")
        with page.expect_navigation(url=lambda url: not url.endswith("/offline")):
            page.evaluate(SENDS, [self.path, list(self.fields.items())])


@contextmanager
def told(folder: Path) -> Iterator[Told]:
    """Tell the story, and beside it of who is alone, new, in several bonds, in a family of six."""
    with running(folder, SUNDAY) as weft:
        cast = demo.tell(weft.desk.database, SUNDAY)
        with weft.desk.database.write() as session:
            people, places = _others(session)
            dinner = next(one.id for one in store.made_by(session, cast.members["Noor"]) if one.title == "Home for dinner")
        yield Told(weft, cast.members | people, places | _noors_dinner(dinner))


def _noors_dinner(promise_id: UUID) -> dict[str, str]:
    missed = TODAY - timedelta(days=story.MISSED_DAYS_AGO)
    return {"dinner": f"/promises/{promise_id}", "missed": f"/promises/{promise_id}/repairs/{missed}"}


def _others(session: Session) -> tuple[dict[str, UUID], dict[str, str]]:
    pair = make.other_couple(session, now=SUNDAY)
    eve = make.eve(session, now=SUNDAY)
    gus, ann = make.member(session, "Gus", now=SUNDAY), make.member(session, "Ann", now=SUNDAY)
    for kind in ("friends", "partners"):
        make.bond(session, gus, ann, kind=kind, now=SUNDAY)
    six = [make.member(session, name, now=SUNDAY) for name in ("Ada", "Bo", "Cy", "Di", "Ed", "Flo")]
    make.bond(session, *six, kind="family", now=SUNDAY)
    for member in six:
        promise = make.promise(session, member, "Lay the table", due_time=None, starts_on=TODAY, now=SUNDAY)
        if member is not six[0]:
            make.check_in(session, promise, now=SUNDAY)
    make.check_in(session, promise, "differs", by=six[0], now=SUNDAY)
    paused, released = (make.promise(session, pair.cleo, title, starts_on=TODAY, now=SUNDAY) for title in ("Call at nine", "Read aloud"))
    rest = Pause(TODAY + timedelta(days=1), TODAY + timedelta(days=9), promise_id=paused.id)
    promises.pause(session, rest, member_id=pair.cleo.id, now=SUNDAY)
    promises.release(session, released.id, member_id=pair.cleo.id, now=SUNDAY)
    _, token = invitations.invite(session, make.member(session, "Kit", now=SUNDAY).id, kind="partners", now=SUNDAY)
    ida = make.member(session, "Ida", now=SUNDAY)
    make.supported(session, pair.bond, ida, opened=("promises", "moments"), now=SUNDAY)
    people = {one.name: one.id for one in (pair.cleo, pair.dan, eve, gus, ida, *six)}
    places = {
        "paused": f"/promises/{paused.id}",
        "released": f"/promises/{released.id}",
        "token": token,
        "supported": f"/supporting/{pair.bond.id}",
    }
    return people, places | {"differs": f"/promises/{promise.id}/differences/{TODAY}"}


def stops(told: Told, page: Any) -> Iterator[Stop]:
    """All of them; `page` is Noor's, in which the addresses of her story are found."""
    page.goto("/")
    milestones = _found(page, "a[href^='/milestones/']")
    page.goto("/week")
    earlier = _found(page, "a[href^='/weeks/']")
    page.goto("/year")
    large = _found(page, "a[href^='/milestones/']")
    page.goto("/promises")
    promised = _found(page, "a[href^='/promises/0']")
    yield from _doors(told)
    yield from _beginnings(told)
    yield from _noors_own(promised[0])
    yield from (Stop("Noor", path) for path in (*promised, *milestones, *earlier))
    yield from (Stop("Sam", path) for path in (promised[0], *milestones))
    yield Stop("Sam", promised[-1], status=404)
    yield from (Stop(who, told.places["missed"]) for who in ("Noor", "Sam"))
    yield from (Stop(who, told.places["differs"]) for who in ("Ada", "Flo"))
    yield from _together(promised[0])
    yield from _read_back()
    yield from _supported(told.places["supported"])
    yield from (Stop("Noor", path) for path in (f"{large[0]}/picture", "/weeks/2026-11-22/picture", "/weeks/2026-11-22/picture?names=yes"))
    yield from (Stop(who, "/year") for who in ("Noor", "Sam", "Eve", "Gus", "Ada"))
    yield Stop("Noor", "/moments", {"what": "", "on_date": ""}, status=422)
    yield Stop("Noor", "/moments", {"what": "The lake", "on_date": "2026-11-29"})
    yield from (Stop(who, path) for who in ("Noor", "Sam") for path in ("/", "/promises", "/week", "/moments", "/us", "/me"))


def _together(promise: str) -> Iterator[Stop]:
    """A week being gone through: begun, joined, at each of its steps, and one that is closed."""
    path = "/weeks/2026-11-22/review"
    yield from (Stop(who, "/weeks/2026-11-15/review") for who in ("Noor", "Sam"))
    yield Stop("Noor", path)
    yield Stop("Noor", path, {"minutes": "20"}, status=422)
    yield Stop("Noor", path, {"minutes": "15", "phones": "two"})
    yield Stop("Sam", path)
    for step in ("thanks", "held", "frayed", "adjust"):
        yield Stop("Noor", f"{path}/next", {"step": step})
        yield Stop("Noor", f"{path}?at={step}")
    yield Stop("Noor", f"{path}/lines?at=frayed", {"kind": "frayed", "text": ""}, status=422)
    adjusted = {"promise": promise.rpartition("/")[2], "decision": "adjust"}
    yield Stop("Noor", f"{path}?at=adjust&promise={adjusted['promise']}")
    yield Stop("Noor", f"{path}/decisions?at=adjust", {**adjusted, "due_time": "18:30"}, status=422)
    yield Stop("Noor", f"{path}/asks", {"ask": ""}, status=422)
    yield Stop("Noor", f"{path}/moments", {"what": "The pier", "on_date": "2026-11-28"})
    yield Stop("Noor", f"{path}/pause", {"rests": "yes"})
    yield Stop("Noor", f"{path}/pause", {"rests": ""})
    yield from (Stop(who, "/asks") for who in ("Noor", "Sam", "Eve", "Ada"))
    yield Stop("Noor", "/asks", {"ask": ""}, status=422)


def _read_back() -> Iterator[Stop]:
    """The plan, every week, and what is looked for."""
    yield from (Stop(who, path) for who in ("Noor", "Sam", "Eve", "Gus") for path in ("/plan", "/weeks"))
    yield from (Stop("Ada", path) for path in ("/plan", "/search"))
    yield Stop("Noor", "/search", {"q": "x"}, status=422)
    yield from (Stop("Noor", "/search", {"q": words}) for words in ("dinner", "nothing like it"))


def _supported(path: str) -> Iterator[Stop]:
    """What a supporter reads, and what the bond's own members see and choose of it."""
    yield from (Stop("Ida", one) for one in ("/", "/supporting", path))
    yield from (Stop("Cleo", one) for one in ("/us", "/us/supporter", "/us/print", path))
    yield Stop("Noor", "/us/supporter")
    yield Stop("Noor", "/us/supporter", {"who": ""}, status=422)
    yield Stop("Noor", "/us/supporter", {"who": "Ida, our therapist"})
    yield from (Stop("Sam", one) for one in ("/us", "/us/supporter", "/us/print", "/supporting"))


def _doors(told: Told) -> Iterator[Stop]:
    token = told.places["token"]
    yield from (Stop(NOBODY, path) for path in ("/sign-in", "/invitation", "/help", "/help/kept", "/leave", "/offline", "/dev/gallery"))
    yield Stop(NOBODY, "/nowhere", status=404)
    yield from (Stop(NOBODY, path) for path in ("/sign-in/hand-over", "/sign-in?gone=yes"))
    yield Stop(NOBODY, "/sign-in/hand-over", {"hand_code": "wrong"}, status=422)
    yield Stop(NOBODY, "/enter/nothing", status=404)
    yield Stop(NOBODY, "/sign-in", {"code": "wrong"}, status=422)
    yield Stop(NOBODY, "/invitation", {"token": "wrong"}, status=422)
    yield Stop(NOBODY, "/invitation", {"token": token})
    yield Stop(NOBODY, "/invitation/join", {"token": token, "name": "", "zone": "Europe/Berlin"}, status=422)
    yield Stop("Eve", "/invitation", {"token": token})


def _beginnings(told: Told) -> Iterator[Stop]:
    yield from (Stop("Eve", path) for path in ("/", "/promises", "/week", "/us", "/moments"))
    yield from (Stop(who, path) for who in ("Dan", "Gus", "Ada") for path in ("/", "/week"))
    yield from (Stop(who, "/us") for who in ("Gus", "Ada"))
    yield from (Stop("Cleo", path) for path in ("/promises", told.places["paused"], told.places["released"]))
    yield Stop("Eve", "/us/invitations", {"kind": "rivals"}, status=422)
    yield Stop("Eve", "/us/invitations", {"kind": "friends"})
    yield Stop("Eve", "/us")
    yield Stop("Eve", "/me")
    yield Stop("Eve", "/me/pauses", {"from": "2026-11-21", "until": "2026-11-20"}, status=422)
    yield Stop("Eve", "/export")
    yield Stop("Eve", "/notes")
    yield from (Stop("Eve", path) for path in ("/me/hand-over", "/me/new-phone", "/me/delete", "/me/delete?sure=yes"))
    yield Stop("Eve", "/me/hand-over", {})
    yield Stop("Eve", "/me/recovery-codes", {})
    yield Stop("Eve", "/me/tokens", {"token_name": "A watch", "scope": "read"})
    yield Stop("Eve", "/me/calendar", {"theirs": "on"})
    yield Stop("Eve", "/me/tokens", {"token_name": "", "scope": ""}, status=422)
    yield Stop("Eve", "/me", {"name": "", "zone": "Europe/Berlin", "day_start": "04:00"}, status=422)
    yield Stop("Eve", "/me", {"name": "Eve", "zone": "Europe/Nowhere", "day_start": "04:00"}, status=422)


def _noors_own(promise: str) -> Iterator[Stop]:
    """What only the one who promised sees, and what goes wrong there."""
    yield Stop("Noor", f"{promise}/edit")
    yield Stop("Noor", promise, {"title": "", "rhythm": "daily"}, status=422)
    yield Stop("Noor", f"{promise}/pauses", {"from": "", "until": ""}, status=422)
    yield from (Stop("Noor", path) for path in ("/promises/new", "/promises/new?template=dinner", "/promises/new?title=Walk"))
    yield Stop("Noor", "/promises", {"title": "", "rhythm": "weekly", "area": "time", "audience": "personal"}, status=422)
    yield Stop("Noor", "/promises", {"title": "Walk", "rhythm": "weekly", "area": "time", "starts_on": "2026-11-22"}, status=422)
    yield Stop("Noor", "/us/pauses", {"from": "", "until": ""}, status=422)
    yield Stop("Noor", "/us/quiet-hours", {"quiet_from": "22:00", "quiet_until": ""}, status=422)
    yield Stop("Noor", "/us/review", {"weekday": "XX", "time": "19:00"}, status=422)
    yield Stop("Noor", "/sign-in?again=1")
    yield Stop("Noor", "/notes")
    yield Stop("Noor", "/me/appearance", {"appearance": "pink"}, status=422)


def _found(page: Any, selector: str) -> list[str]:
    links = (one.get_attribute("href") for one in page.locator(selector).all())
    return list(dict.fromkeys(link for link in links if link))


def page_routes(told: Told) -> set[str]:
    """The addresses of the application that answer with a page."""
    routes = [route for route in create_app(told.weft.desk).routes if isinstance(route, HTTPRoute)]
    return {route.path for route in routes if "GET" in route.methods and not route.path.startswith(("/api", "/schema"))} - NO_PAGES


def route_of(path: str, routes: Iterable[str]) -> str | None:
    """Which of these addresses a path belongs to; one that is written out goes before one with a gap."""
    for route in sorted(routes, key=lambda one: one.count("{")):
        if re.fullmatch(re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(route)), path):
            return route
    return None
