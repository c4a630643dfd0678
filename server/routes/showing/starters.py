"""Small promises that others make: where a new one may start."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Starter:
    """A form filled in: rhythm is a name of the form's choice, `days` weekdays like MO."""

    name: str
    title: str
    area: str
    rhythm: str = "daily"
    days: tuple[str, ...] = ()
    due_time: str = ""
    times: str = "3"
    month_day: str = "1"


STARTERS = (
    Starter("dinner", "Home for dinner", "time", "weekdays", due_time="18:30"),
    Starter("leaving", "Text when leaving work", "time", "weekdays", due_time="17:30"),
    Starter("morning", "Out of the door on time", "time", "weekdays", due_time="08:00"),
    Starter("call", "Call when I said I would", "staying_in_touch", due_time="21:00"),
    Starter("midday", "A message at midday", "staying_in_touch", "weekdays", due_time="13:00"),
    Starter("goodnight", "Say good night", "staying_in_touch", due_time="23:00"),
    Starter("parents", "Call Mum", "staying_in_touch", "weekly", ("SU",), "18:00"),
    Starter("statement", "Show the card statement", "money", "weekly", ("SU",)),
    Starter("receipts", "Put receipts in the box", "money", "times", times="2"),
    Starter("budget", "Go through the budget", "money", "monthly"),
    Starter("dishes", "Do the dishes", "home"),
    Starter("rubbish", "Take the rubbish out", "home", "weekly", ("TH",), "20:00"),
    Starter("shopping", "Do the weekly shop", "home", "weekly", ("SA",)),
    Starter("phone", "Phone away after nine", "presence", due_time="21:00"),
    Starter("evening", "An evening for us", "presence", "times", times="1"),
    Starter("walk", "A walk together", "presence", "times", times="2"),
    Starter("truth", "Say it the same day", "honesty"),
    Starter("whereabouts", "Say where I am going", "honesty"),
    Starter("coffee", "Bring you coffee", "care", "weekly", ("SA", "SU"), "10:00"),
    Starter("bedtime", "Put the children to bed", "care", "times", times="3"),
    Starter("bed", "In bed by half past eleven", "self", due_time="23:30"),
    Starter("move", "Move for half an hour", "self", "times", times="3"),
)


def named(name: str) -> Starter:
    """The starter of this name; an empty form for any other."""
    return next((one for one in STARTERS if one.name == name), Starter("", "", "time"))
