"""Fields of a form: as they stand, or as they were sent and refused."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.domain.errors import InvalidError
from web.views import Choice, Input, Option


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form held when it was refused, and why."""

    refusal: InvalidError
    fields: Mapping[str, str]


def several(sent: list[str] | str) -> list[str]:
    """What was chosen among several: a form sends one as it sends any field."""
    return [sent] if isinstance(sent, str) else sent


def field(name: str, value: str = "", sent: Sent | None = None) -> Input:
    """One field; of a form that was refused as it was sent, with what is wrong with it."""
    if sent is None or name not in sent.fields:
        return Input(value=value)
    return Input(value=sent.fields[name], error=str(sent.refusal) if sent.refusal.field == name else "")


def choice(name: str, answers: Mapping[str, str], chosen: str, sent: Sent | None = None) -> Choice:
    """One question and its answers, by value and label."""
    given = field(name, chosen, sent)
    return Choice(
        options=tuple(Option(value=one, label=label, chosen=one == given.value) for one, label in answers.items()), error=given.error
    )
