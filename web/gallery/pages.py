"""The pages of promises and weeks, as Noor sees them on a Sunday evening."""

from dataclasses import replace

from web import views
from web.gallery import pieces
from web.views import (
    Action,
    AreaBar,
    AreaWeek,
    Entry,
    Figure,
    HistoryLine,
    HistoryWeek,
    Input,
    Link,
    MemberCount,
    MemberSection,
    MemberWeek,
    PromiseGroup,
    PromiseRow,
    Template,
    TemplateArea,
    Thanks,
)

TODAY = views.TodayPage(
    date="Sunday 22 November",
    greeting="Good evening, Noor",
    thread=pieces.TODAY_THREAD,
    asks=(pieces.ASK,),
    sections=(
        MemberSection(
            heading="Yours",
            count=MemberCount(id="count-yours", text="1 of 3 kept"),
            cards=(pieces.DINNER, pieces.MUM, pieces.PHONE),
        ),
        MemberSection(
            heading="Sam’s",
            count=MemberCount(id="count-theirs", text="1 of 2 kept"),
            cards=(pieces.TEXT, pieces.STATEMENT),
        ),
    ),
)
FIRST_DAY = views.TodayPage(
    date="Wednesday 2 September",
    greeting="Good morning, Noor",
    sections=(
        MemberSection(
            heading="Yours",
            count=MemberCount(id="count-yours", text=""),
            cards=(),
            empty="Nothing yet. Something small is a good beginning.",
        ),
    ),
)


def row(title: str, when: str, area: str, colour: int = 1, **more: str) -> PromiseRow:
    """Make a row of the list of promises."""
    return PromiseRow(
        title=title,
        url="/promises/1",
        when=when,
        area=area,
        colour=colour,
        **more,  # type: ignore[arg-type]
    )


PROMISES = views.PromiseList(
    groups=(
        PromiseGroup(
            heading="Yours",
            aside="82 % kept",
            rows=(
                row("Home for dinner", "weekdays by 18:30", "being on time", streak="14 in a row"),
                row("Call Mum with Sam", "Mondays and Thursdays 20:00", "staying in touch"),
                row("Phone away after nine", "every night", "presence", note="paused until 3 December"),
            ),
        ),
        PromiseGroup(
            heading="Sam’s",
            rows=(row("Text when leaving work", "weekdays 17:30", "staying in touch", 2, streak="8 in a row"),),
        ),
        PromiseGroup(heading="Only yours", rows=(), empty="A promise to yourself is seen by nobody else."),
    ),
    ended=(row("Swim on Saturdays", "Saturdays", "self", note="ended 2 May"),),
)
TEMPLATES = views.TemplatesPage(
    own_url="/promises/new?template=own",
    areas=(
        TemplateArea(
            name="Being on time",
            templates=(
                Template(title="Home for dinner", when="weekdays by 18:30", url="/promises/new?template=dinner"),
                Template(title="Text when leaving work", when="weekdays 17:30", url="/promises/new?template=text"),
            ),
        ),
        TemplateArea(
            name="Money, in the open",
            templates=(Template(title="Show the card statement", when="every Sunday", url="/promises/new?template=card"),),
        ),
    ),
)
FORM = views.PromiseForm(
    heading="A promise of yours",
    action="/promises",
    submit="Promise it",
    back="/promises/new",
    title=Input(value="Home for dinner"),
    done_when=Input(value="Coat off, phone in the drawer"),
    cue=Input(),
    area=pieces.choose("time", time="being on time", contact="staying in touch", money="money"),
    audience=pieces.choose("bond", bond="for Sam", personal="only for me"),
    rhythm=pieces.choose(
        "weekly",
        daily="every day",
        weekdays="weekdays",
        weekly="some days",
        times="n times a week",
        monthly="monthly",
        yearly="yearly",
        once="once",
        own="by a rule",
    ),
    days=pieces.choose("MO", MO="Mon", TU="Tue", WE="Wed", TH="Thu", FR="Fri", SA="Sat", SU="Sun"),
    times=pieces.choose("3", **{str(n): str(n) for n in range(1, 8)}),
    month_day=Input(value="1"),
    rule=Input(),
    due_time=Input(value="18:30"),
    grace=pieces.choose("10", **{"0": "none", "10": "10 min", "30": "30 min", "60": "an hour"}),
    starts_on=Input(value="2026-11-23", error="That day is over. Choose today or a later one."),
    hint="You have seven open promises. Would less often, or not now, be easier to keep?",
    note="Sam sees it as soon as you have promised it.",
)
CHANGE = replace(
    FORM,
    heading="Change it",
    action="/promises/1",
    submit="From tomorrow",
    is_change=True,
    cue=Input(value="", error="One moment a day, please."),
)
PROMISE = views.PromisePage(
    title="Home for dinner",
    by="You promised Sam, since 7 September",
    colour=1,
    area="being on time",
    when="weekdays by 18:30, 10 minutes of grace",
    done_when="Coat off, phone in the drawer.",
    cue="the clock says 17:50, I pack up.",
    cards=(pieces.DINNER,),
    figures=(
        Figure(value="14", label="in a row"),
        Figure(value="21", label="the most so far"),
        Figure(value="86 %", label="kept", note="of late"),
        Figure(value="48", label="stitches"),
    ),
    thread=pieces.thread(pieces.LAST_21[0]),
    year=pieces.YEAR,
    history=(
        HistoryWeek(
            heading="This week",
            lines=(
                HistoryLine(day="Friday", text="kept at 18:22", state="kept", colour=1, said=("I smelled the soup.",)),
                HistoryLine(day="Thursday", text="kept late", state="late", colour=1),
                HistoryLine(
                    day="Wednesday",
                    text="you owned it; mended since",
                    state="mended",
                    colour=1,
                    actions=(replace(pieces.THANK_YOU, target=""),),
                ),
            ),
        ),
    ),
    older="Before: 36 of 41 kept, 1 mended.",
    linked=(Link(label="Text before 18:00 if late", url="/promises/2"),),
    edit_url="/promises/1/edit",
    pause=views.PauseForm(action="/promises/1/pauses", since=Input(), until=Input()),
    release=Action(label="Let it end", url="/promises/1/release"),
)


def _area(name: str, note: str, *percents: int) -> AreaWeek:
    bars = zip(pieces.MEMBERS, percents, strict=True)
    return AreaWeek(
        name=name,
        note=note,
        bars=tuple(AreaBar(name=m.name, colour=m.colour, percent=p, text=f"{p} %") for m, p in bars),
    )


WEEK = views.WeekPage(
    eyebrow="16 – 22 November · week 7",
    heading="Your week, together",
    sentence="Five more than last week. The two that were missed were owned the same day.",
    kept=Figure(value="31", label="of 34 kept"),
    thread=pieces.thread("kkmkkkk", "kkkkakk", marks="MTWTFSS"),
    figures=(
        Figure(value="6", label="days woven"),
        Figure(value="19", label="woven in a row"),
        Figure(value="1", label="mended"),
    ),
    milestones=(Link(label="30 in a row: call when you said", url="/milestones/1"),),
    areas=(
        _area("Being on time", "steady", 92, 86),
        _area("Staying in touch", "up 12", 100, 94),
        _area("Money, in the open", "up 25", 75, 100),
        _area("Time for us", "same", 66, 66),
    ),
    courses=pieces.COURSES,
    thanks=(Thanks(text="You called from the platform even though the train was leaving. I noticed.", by="Sam, Thursday"),),
    members=(
        MemberWeek(
            name="Noor",
            initial="N",
            colour=1,
            sentence="17 of 19 kept, one told ahead.",
            figures=(Figure(value="17", label="kept"), Figure(value="1", label="mended")),
        ),
        MemberWeek(
            name="Sam",
            initial="S",
            colour=2,
            sentence="14 of 15 kept.",
            figures=(Figure(value="14", label="kept"), Figure(value="1", label="let go")),
        ),
    ),
    asks=(pieces.ASK,),
    still_open=("Show the card statement, Sunday: nothing said yet.",),
    made="Made on Sunday 22 November at 18:00; brought up to date as things settled, last at 21:10.",
    picture_url="/weeks/2026-11-22/picture",
    year_url="/year",
    review=Link(label="Go through it together", url="/weeks/2026-11-22/review"),
    earlier=Link(label="9 – 15 November", url="/weeks/2026-11-15"),
)
NO_WEEK = views.WeekPage(
    eyebrow="16 – 22 November",
    heading="Your week, together",
    sentence="Nothing to look back on yet. The first page comes on Sunday at 18:00.",
)
YEAR = views.YearPage(
    eyebrow="6 September – 22 November 2026",
    heading="Your year, together",
    sentence="In twelve weeks 235 small promises were kept, and one was mended.",
    big=Figure(value="74", label="days woven"),
    woven=(
        pieces.thread("kkkkkkkkkkkmkkkkkkkkkkkkkkkk", "nkkkkknnkkkkknnkkkkknnkkkkkn", heading="6 Sep"),
        pieces.thread("kkkkkkkkkakkkkkkkkkkffffffff", "nkkkkknnkkgkknnkkkkkffffffff", heading="4 Oct"),
    ),
    figures=(Figure(value="235", label="kept"), Figure(value="1", label="mended")),
    calendar=pieces.CALENDAR,
    courses=pieces.COURSES,
    milestones=(Link(label="100 kept in all: you", url="/milestones/1"),),
)
NO_YEAR = views.YearPage(eyebrow="", heading="Your year", sentence="The page of the year begins when there are two of you.")
PICTURE = views.PicturePage(
    url="/weeks/2026-11-22/picture.png",
    file="weft-2026-11-22.png",
    text="31 small promises kept. Five more than the week before.",
    note="Nobody’s name is on it, and nothing of what you promised.",
    other_label="Put your names on it",
    other_url="/weeks/2026-11-22/picture?names=yes",
    back_url="/weeks/2026-11-22",
)
MILESTONE = views.MilestonePage(
    number="30",
    unit="in a row",
    heading="Thirty times, when you said",
    text="Sam has called when he said he would thirty times running. That is what being able to rely on someone looks like.",
    close_url="/",
    thread=pieces.thread("kkkkmkkgkkkklk", "kkkkkkkkkakkkk"),
    own_line=Action(
        label="Tell Sam what it meant",
        url="/milestones/1/answers",
        fields=(("kind", "seen"),),
        entry=Entry(name="line", label="In your words"),
    ),
    answers=tuple(
        Action(label=line, url="/milestones/1/answers", fields=(("kind", "seen"), ("line", line)))
        for line in ("I noticed", "It made things lighter", "Thank you")
    ),
    picture_url="/milestones/1/picture",
)
