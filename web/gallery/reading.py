"""What Noor reads back: what she looked for, every week, the plan."""

from web import views
from web.views import Hit, Input, Link, Stretch

SEARCH = views.SearchPage(
    heading="Search",
    q=Input(value="key bowl"),
    hits=(
        Hit(
            day="14 November 2026",
            label="Written by you: What I will do differently",
            title="Home for dinner",
            parts=(
                Stretch(text="The "),
                Stretch(text="key", is_found=True),
                Stretch(text=" goes into the "),
                Stretch(text="bowl", is_found=True),
            ),
            url="/promises/1/repairs/2026-11-14",
        ),
        Hit(
            day="3 October 2026",
            label="A moment",
            title="",
            parts=(
                Stretch(text="Choosing a "),
                Stretch(text="bowl", is_found=True),
                Stretch(text=" for the "),
                Stretch(text="key", is_found=True),
            ),
        ),
    ),
)
NOT_FOUND = views.SearchPage(
    heading="Search",
    q=Input(value="x", error="Two letters or more, please."),
    note="Nothing of yours, and nothing that was shared with you, has these words.",
)
NOTES = views.NotesPage(
    heading="Only yours",
    shelves=views.Choice(
        options=(
            views.Option(value="know", label="Need to know", chosen=True),
            views.Option(value="hurt", label="Might hurt"),
            views.Option(value="therapist", label="For the therapist"),
        )
    ),
    most=280,
    weeks=(
        views.NoteWeek(
            bond="1", label="Sam", sentence="It waits for the page of the week to Sunday 29 November. From then on Sam reads it there."
        ),
    ),
)
WEEKS = views.WeeksPage(
    eyebrow="Noor and Sam",
    heading="Every week",
    years=(
        views.YearOfWeeks(
            heading="2026",
            weeks=(Link(label="16 – 22 November", url="/weeks/2026-11-22"), Link(label="9 – 15 November", url="/weeks/2026-11-15")),
        ),
    ),
)
PLAN = views.PlanPage(
    eyebrow="Noor and Sam, 22 November 2026",
    heading="What we said we would do",
    people=(
        views.PlanMember(
            name="Noor",
            initial="N",
            colour=1,
            rows=(
                views.PlanRow(
                    title="Home for dinner",
                    when="weekdays by 18:30",
                    done_when="At the table, phone away",
                    cue="When I leave, I will write",
                ),
                views.PlanRow(title="Walk", when="3 times a week", note="paused until 2 December"),
            ),
        ),
        views.PlanMember(name="Sam", initial="S", colour=2, empty="Nothing promised yet."),
    ),
    mending=(views.PlanRow(title="Keys in the bowl", when="every day", note="grown from ‘Home for dinner’"),),
    moments=("A walk by the river, Friday 27 November, 18:00",),
    asks=("Sam asks Noor: Would you water the plants in May?",),
)
