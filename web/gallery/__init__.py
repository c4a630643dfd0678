"""Sample views of Noor and Sam: every page, and every piece in every state."""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from web.gallery import mending, pages, pieces, reading, settings, supporting, together
from web.views import Link, Notice, Shell, Tab

__all__ = ["SAMPLES", "Sample", "page"]


@dataclass(frozen=True, slots=True)
class Sample:
    """A template and the values that it is shown with."""

    name: str
    template: str
    context: dict[str, Any]


def _page(name: str, template: str, page: object, tab: Tab = "", **more: Any) -> Sample:
    shell = Shell(**{"title": name, "build": "gallery", "tab": tab, "members": pieces.MEMBERS, **more})
    return Sample(name, template, {"shell": shell, "page": page})


def page() -> ModuleType:
    """The pieces that `dev/gallery.html` shows, as its `view`."""
    return pieces


_SAVED = (Notice(text="Saved. It holds from tomorrow.", link=Link(label="Look", url="/promises/1")),)

SAMPLES = (
    _page("today", "today/page.html", pages.TODAY, "today"),
    _page("first-day", "today/page.html", pages.FIRST_DAY, "today", notices=_SAVED, theme="dark"),
    _page("promises", "promises/page.html", pages.PROMISES, "promises"),
    _page("templates", "promises/templates.html", pages.TEMPLATES, "promises"),
    _page("form", "promises/form.html", pages.FORM, "promises"),
    _page("change", "promises/form.html", pages.CHANGE, "promises"),
    _page("promise", "promises/promise.html", pages.PROMISE, "promises"),
    _page("week", "weeks/page.html", pages.WEEK, "week"),
    _page("no-week", "weeks/page.html", pages.NO_WEEK, "week"),
    _page("year", "year/page.html", pages.YEAR, "week"),
    _page("no-year", "year/page.html", pages.NO_YEAR, "week"),
    _page("picture", "pictures/page.html", pages.PICTURE),
    _page("milestone", "milestones/page.html", pages.MILESTONE),
    _page("own-it", "repairs/page.html", mending.OWN_IT, "promises"),
    _page("repair", "repairs/page.html", mending.READ, "promises", theme="dark"),
    _page("difference", "differences/page.html", mending.DIFFERENCE, "promises"),
    _page("moments", "moments/page.html", mending.MOMENTS),
    _page("plan", "plan/page.html", reading.PLAN),
    _page("weeks", "weeks/list.html", reading.WEEKS, "week"),
    _page("search", "search/page.html", reading.SEARCH),
    _page("not-found", "search/page.html", reading.NOT_FOUND, theme="dark"),
    _page("begin-review", "reviews/page.html", together.BEGIN, "week"),
    _page("thanks", "reviews/page.html", together.THANKS, "week"),
    _page("held", "reviews/page.html", together.HELD, "week", theme="dark"),
    _page("frayed", "reviews/page.html", together.FRAYED, "week"),
    _page("adjust", "reviews/page.html", together.ADJUST, "week"),
    _page("ask-and-plan", "reviews/page.html", together.PLAN, "week", theme="dark"),
    _page("closed-review", "reviews/page.html", together.CLOSED, "week"),
    _page("asks", "asks/page.html", together.ASKS, "promises"),
    _page("us", "us/page.html", settings.US, "us"),
    _page("alone", "us/page.html", settings.ALONE, "us", members=pieces.MEMBERS[:1]),
    _page("propose", "us/supporter.html", supporting.PROPOSE, "us"),
    _page("asked", "us/supporter.html", supporting.ASKED, "us", theme="dark"),
    _page("supporter", "us/supporter.html", supporting.INVITED, "us"),
    _page("print", "us/print.html", supporting.PRINT),
    _page("supporting", "supporting/page.html", supporting.READ),
    _page("whom-one-supports", "supporting/list.html", supporting.LISTED),
    _page("leave", "leave/page.html", None, signed_in=False),
    _page("me", "me/page.html", settings.ME),
    _page("notes", "notes/page.html", reading.NOTES),
    _page("delete", "me/delete.html", settings.DELETE),
    _page("delete-last", "me/delete.html", settings.DELETE_LAST),
    _page("hand-over", "handing/old.html", settings.HAND_OVER),
    _page("hand-over-asked", "handing/old.html", settings.HAND_OVER_ASKED),
    _page("come-in", "handing/new.html", settings.COME_IN, signed_in=False),
    _page("come-in-waits", "handing/new.html", settings.COME_IN_WAITS, signed_in=False),
    _page("new-phone", "handing/passkey.html", settings.NEW_PHONE),
    _page("one-time-link", "sign_in/link.html", settings.ONE_TIME_LINK, signed_in=False),
    _page("export", "export/page.html", settings.EXPORT),
    _page("welcome", "welcome/page.html", settings.WELCOME, signed_in=False),
    _page("sign-in", "sign_in/page.html", settings.SIGN_IN, signed_in=False),
    _page("again", "sign_in/page.html", settings.AGAIN, signed_in=False),
    _page("token", "invitation/page.html", settings.TOKEN, signed_in=False),
    _page("offer", "invitation/page.html", settings.OFFER, signed_in=False),
    _page("help", "help/page.html", settings.HELP),
    _page("problem", "problem/page.html", settings.PROBLEM, signed_in=False),
    _page("offline", "offline/page.html", None, signed_in=False),
    Sample("gallery", "dev/gallery.html", {"shell": Shell(title="Gallery", build="gallery"), "view": pieces}),
    Sample("answer", "today/_answer.html", {"answer": pieces.ANSWER}),
)
