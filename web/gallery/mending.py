"""The pages of a repair, as Noor writes it and as Sam reads it."""

from web import views
from web.views import Action, Input, Link, MarkForm, RepairForm, RepairLine, Side

_URL = "/promises/1/repairs/2026-11-18"
_WORDS = (
    RepairLine(label="What happened, plainly", text="I stayed for one more call and did not say so."),
    RepairLine(label="What it was like for me", text="Dinner went cold and he sat wondering again."),
    RepairLine(label="That it was on me", text="Nobody made me stay. I did."),
    RepairLine(label="What I will do to put it right", text="I cook on Thursday."),
    RepairLine(label="What I will do differently", text="Alarm at 17:50. If I can’t leave, I text before 18:00."),
)
OWN_IT = views.RepairPage(
    eyebrow="Wednesday 18 November",
    heading="Own it",
    title="Home for dinner",
    about="by 18:30 · you owned it",
    close_url="/promises/1",
    form=RepairForm(
        action=_URL,
        draft_action=f"{_URL}/draft",
        id="01995a6e-0000-7000-8000-000000000001",
        did=Input(value="I stayed for one more call and did not say so."),
        landed=Input(value="Dinner went cold and he sat wondering again."),
        mine=Input(),
        right=Input(),
        prevent=Input(error="Say how you will keep it from happening again; one small thing."),
        reason=Input(),
        new_promise=Input(),
        landed_label="What it was like for Sam",
        in_person="I will say it to Sam myself",
        sent="Send it to Sam",
        note="Sam can answer in their own time, or not at all. Nothing here asks anybody to forgive.",
    ),
    sorry=Action(label="Say sorry, in one word", url=f"{_URL}/words", fields=(("word", "sorry"),)),
)
READ = views.RepairPage(
    eyebrow="Wednesday 18 November",
    heading="Noor owned it",
    title="Home for dinner",
    about="by 18:30 · owned",
    close_url="/promises/1",
    lines=_WORDS,
    notes=("You answered: “Not yet”.",),
    kept_since="Kept since: 2 of 3",
    linked=Link(label="Text before 18:00 if late, kept since: 3 of 3", url="/promises/2"),
    actions=tuple(
        Action(label=label, url=f"{_URL}/words", fields=(("word", word),))
        for word, label in (("heard", "I heard it"), ("accepted", "I accept it"), ("rather_not", "Rather not"))
    ),
    foot="Any of these, or nothing. You are not asked again.",
    thanks=(Action(label="Thank you for saying so", url="/promises/1/check-ins", fields=(("kind", "seen"),)),),
    plan=Link(label="Plan something small", url="/moments?what=Something%20small"),
    mark=MarkForm(action=f"{_URL}/mark", lets_go=True, relies=False, remind_on=Input(value="2026-11-25")),
)
DIFFERENCE = views.DifferencePage(
    eyebrow="Wednesday 18 November",
    heading="Seen differently",
    title="Home for dinner",
    about="by 18:30",
    close_url="/promises/1",
    sides=(
        Side(name="You", initial="N", colour=1, text="It was kept on time. Said at 18:22."),
        Side(name="Sam", initial="S", colour=2, text="It was otherwise. Said yesterday."),
    ),
    notes=(
        "Both stand here as they were said, and nobody judges between them. Until it ends, the day counts neither way.",
        "On Thursday 26 November it falls away by itself, and what you said stands. Nobody has to do anything.",
    ),
    actions=(Action(label="It was missed, I agree", url="/promises/1/check-ins", fields=(("kind", "agree_missed"),)),),
    foot="Agreeing corrects your own word, and stays to be seen as that.",
)
MOMENTS = views.MomentsPage(
    eyebrow="Sam",
    heading="Moments",
    rows=(
        views.MomentRow(
            what="A walk by the river",
            text="Friday 27 November, 18:00, the old bridge",
            cancel=Action(label="Call it off", url="/moments/1/cancel"),
        ),
    ),
    form=views.MomentForm(
        action="/moments",
        id="01995a6e-0000-7000-8000-000000000002",
        what=Input(),
        on_date=Input(value="2026-11-22"),
        at_time=Input(),
        place=Input(),
    ),
)
