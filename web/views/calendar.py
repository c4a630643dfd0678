"""The calendar that other programs read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarForm:
    """Posts `theirs` and `personal` to `/me/calendar` to make an address, or a new one, and to `/me/calendar/parts` to keep it.

    `since` is the day from which an address is in use, empty where there is none.
    """

    since: str = ""
    has_theirs: bool = False
    has_personal: bool = False
