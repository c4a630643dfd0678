"""A supporter, as the bond's members and as the supporter sees it, and what is printed."""

from dataclasses import replace

from web import views
from web.gallery.settings import INVITATION
from web.views import Action, AreaRow, Choice, Input, Link, OpenArea, OpenPiece, Option, ProposeForm, SupporterQuestion

_WHAT = (
    "Somebody from outside, a therapist say, reads what all of you have opened, and nothing else. "
    "It begins when all of you say yes, and each of you can end it alone, at once."
)
_PRINT = Link(label="Print for somebody from outside", url="/us/print")
_BARE = views.SupporterPage(eyebrow="Noor and Sam", heading="A supporter", close="/us", text=_WHAT, print=_PRINT)


def _act(label: str, where: str) -> Action:
    return Action(label=label, url=f"/us/supporter/{where}")


PROPOSE = replace(_BARE, propose=ProposeForm(action="/us/supporter", who=Input()))
ASKED = replace(
    _BARE,
    questions=(
        SupporterQuestion(
            text="Noor proposes a supporter: Ida, our therapist.",
            hint="Yes or no, or nothing. A no ends it, and it is not asked again.",
            answers=(_act("Yes", "answer"), _act("No", "answer")),
        ),
    ),
)
INVITED = replace(
    _BARE,
    text="All of you have said yes to Ida, our therapist.",
    invitation=INVITATION,
    areas=(
        AreaRow(
            name="Mending",
            holds="what was sent about a day that was missed, with the promise that it is about",
            text="Open from you until 12 June. It is shown once all of you have opened it.",
            action=_act("Close", "areas"),
        ),
        AreaRow(name="Moments", holds="what you plan together, and where", text="Closed from you.", action=_act("Open", "areas")),
    ),
    shown=Link(label="What is shown", url="/supporting/1"),
    end=_act("End it", "end"),
)
_AREAS = (
    OpenArea(
        heading="Mending",
        pieces=(
            OpenPiece(
                who="Noor",
                title="Home for dinner",
                note="Tuesday 10 November, mended since",
                words=("What happened, plainly: I came at nine.", "What I will do differently: I set an alarm at five."),
            ),
        ),
    ),
    OpenArea(heading="Asked of each other", empty="Nothing in the last twelve weeks."),
)
READ = views.SupportingPage(
    eyebrow="You support",
    heading="Noor and Sam",
    close="/supporting",
    areas=_AREAS,
    end=Action(label="Support them no more", url="/supporting/1/end"),
)
LISTED = views.SupportingList(bonds=(Link(label="Noor and Sam", url="/supporting/1"),))
PRINT = views.PrintPage(
    eyebrow="Noor and Sam",
    heading="From the last twelve weeks",
    close="/us/supporter",
    action="/us/print",
    own=(
        ("Mending", Choice(options=(Option(value="mending:1", label="Home for dinner: I came at nine.", chosen=True),))),
        ("Moments", Choice(options=(Option(value="moment:1", label="A walk by the river"),))),
    ),
    areas=_AREAS[:1],
)
