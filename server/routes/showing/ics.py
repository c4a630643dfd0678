"""A calendar as a calendar program reads it (RFC 5545); what writes it is loaded with the first one that is asked for."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import icalendar

from server.routes.showing.calendar import Entry

PRODUCT = "-//Weft//EN"
AGAIN_AFTER = timedelta(hours=1)


def text(entries: Sequence[Entry], origin: str) -> bytes:
    """The calendar as the RFC has it; instants are in UTC, so no clock change can move one."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Weft")
    calendar.add("refresh-interval", AGAIN_AFTER, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for one in entries:
        calendar.add_component(_event(one, origin))
    if not entries:
        calendar.add_component(_nothing())
    written: bytes = calendar.to_ical()
    return written


def _event(one: Entry, origin: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", one.uid)
    changed_at = datetime.combine(one.changed_on, time(), UTC)
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("sequence", one.version)
    event.add("summary", one.title)
    event.add("dtstart", one.starts)
    if one.ends:
        event.add("dtend", one.ends)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add("url", f"{origin}{one.path}")
    return event


def _nothing() -> icalendar.Timezone:
    """A calendar must hold something to be one: the zone that its instants would be in."""
    zone, standard = icalendar.Timezone(), icalendar.TimezoneStandard()
    zone.add("tzid", "UTC")
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 (the onset of a zone is local to it)
    standard.add("tzoffsetfrom", timedelta(0))
    standard.add("tzoffsetto", timedelta(0))
    zone.add_component(standard)
    return zone
