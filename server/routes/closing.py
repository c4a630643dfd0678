"""What somebody is told whose space another has left: that it is closed, and until when they can take along what is theirs."""

from collections.abc import Sequence

from server.actions import deleting
from server.domain import schedule
from server.routes.desk import Desk
from server.routes.showing import us, words
from server.store.bonds import Bond
from server.store.members import Member
from web.views import Link, Notice


def notices(desk: Desk, me: Member, mine: Sequence[Bond]) -> tuple[Notice, ...]:
    """The sentences for who is in no bond; the day of their first sight is noted, for from then on it can be exported for a while."""
    if mine:
        return ()
    today = desk.now().astimezone(schedule.zone_of(me.zone)).date()
    with desk.database.read() as session:
        closed, untold = us.closed(session, me, mine), deleting.is_untold(session, me.id)
    if untold:
        with desk.database.write() as session:
            deleting.tell_closed(session, me.id, today=today)
    with desk.database.read() as session:
        until = deleting.exported_until(session, me.id)
    if until is None or until < today:
        return closed
    text = f"What is yours in it can be taken along until {words.date_of(until)}. Then all of it is removed."
    return (*closed, Notice(text=text, link=Link(label="Take it along", url="/export")))
