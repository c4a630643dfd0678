"""What Today is made from, read in four statements however long the history is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from server.db import Session
from server.domain import schedule
from server.domain.check_ins import SPARE_WINDOW
from server.routes.showing import nudging
from server.routes.showing.scene import Sight
from server.store import above, today
from server.store.above import Above, Since
from server.store.occurrences import Key

NEWS_LASTS = timedelta(hours=36)
WORDS_LAST = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen, what stands above it, and whether any promise is one's own."""

    sight: Sight
    above: Above
    has_promised: bool


def look(session: Session, member_id: UUID, *, now: datetime, also: Key | None = None) -> Look:
    """Read what Today says to a member, and where it is asked for one day more of these weeks."""
    with_whom = today.people(session, member_id)
    day = schedule.local_day(now, with_whom.me.zone, with_whom.me.day_start)
    found = today.running(session, member_id, today=day, now=now, also=also)
    spoken = today.spoken(session, member_id, found, today=day, now=now, also=also)
    own = [row.day for rows in spoken.rows.values() for row in rows if row.member_id == member_id]
    since = Since(
        spare=min(own, default=day) - SPARE_WINDOW,
        news=now - NEWS_LASTS,
        arrived=now - WORDS_LAST,
        nudged=nudging.days(with_whom.bonds, now=now),
    )
    over = above.load(session, member_id, since, today=day, now=now)
    sight = Sight(
        me=with_whom.me,
        now=now,
        bonds=with_whom.bonds,
        people=with_whom.people,
        promises={one: running.promise for one, running in found.items()},
        rows=spoken.rows,
        days={one: running.days for one, running in found.items()},
        counts={one: running.streak for one, running in found.items()},
        weaves=with_whom.weaves,
        said=spoken.said,
        moves=spoken.moves,
        spare=over.spare,
    )
    return Look(sight, over, with_whom.has_promised)
