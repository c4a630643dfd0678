"""What a notice says on a phone, as a declarative push message that every browser can show."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from server.domain.milestones import MilestoneKind
from server.domain.notices import URGENCY, Notice, NoticeKind, Urgency

SIZE = 1600
LONGEST_TITLE, LONGEST_NAME = 60, 30
TOPIC_BYTES = 24
JOINERS = "\u200c\u200d"
Facts = Mapping[str, str | int]
Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: `payload` of always 1,600 bytes, `topic` replaces what a phone that is away has not seen, `ttl` in seconds."""

    payload: bytes
    topic: str
    ttl: int
    urgency: Urgency


def compose(notice: Notice, *, origin: str, shows_details: bool, now: datetime) -> Message:
    """Word a notice: neutral, or with the promise's own title where the phone's owner chose so."""
    topic = _topic(notice)
    path = _path(notice)
    title, body = (DETAILS if shows_details else NEUTRAL)[notice.kind](notice.about)
    notification: dict[str, Any] = {
        "title": title,
        "body": body,
        "lang": "en",
        "dir": "ltr",
        "navigate": origin + path,
        "tag": topic,
        "data": _facts(notice),
        "actions": [{"action": action, "title": words, "navigate": origin + path} for action, words in _actions(notice)],
    }
    left = max(0, int((notice.expires_at - now).total_seconds()))
    return Message(_padded({"web_push": 8030, "notification": notification}), topic, left, URGENCY[notice.kind])


def _topic(notice: Notice) -> str:
    """32 characters, whole groups of base64url: Apple refuses other lengths."""
    name = sha256(f"{notice.kind.value}:{notice.subject}".encode()).digest()
    return urlsafe_b64encode(name[:TOPIC_BYTES]).decode()


def _path(notice: Notice) -> str:
    """A page that asks or shows; opening it says nothing."""
    match notice.kind:
        case NoticeKind.REMINDER:
            return f"/#card-{notice.promise_id}-{notice.day}"
        case NoticeKind.KEPT:
            return f"/promises/{notice.promise_id}"
        case NoticeKind.MILESTONE:
            return f"/milestones/{notice.subject}"
        case NoticeKind.WEEK:
            return f"/weeks/{notice.day}"


def _actions(notice: Notice) -> list[tuple[str, str]]:
    if notice.kind is not NoticeKind.REMINDER:
        return []
    return [("kept", "Kept"), ("late", "Running late")] if "due" in notice.about else [("kept", "Kept")]


def _facts(notice: Notice) -> dict[str, str]:
    """What the service worker needs; `url` is where a tap on a reminder is posted, `day` what it speaks of.

    For n times a week that is the last day, not the Monday that names the occurrence.
    """
    facts = {"kind": notice.kind.value}
    if notice.promise_id is not None:
        facts |= {"promise": str(notice.promise_id), "day": str(notice.about.get("last_day", notice.day))}
    if notice.kind is NoticeKind.REMINDER:
        facts |= {"url": f"/promises/{notice.promise_id}/check-ins"}
    return facts


def _padded(payload: dict[str, Any]) -> bytes:
    """Every message has one length, so that its size tells nobody on the way what it says; JSON ends before the spaces."""
    written = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    if len(written) > SIZE:
        raise ValueError(f"a payload of {len(written)} bytes")
    return written.ljust(SIZE)


def _clipped(value: str | int, longest: int) -> str:
    """One line without signs that turn or hide what is around them."""
    words = "".join(letter for letter in " ".join(str(value).split()) if letter.isprintable() or letter in JOINERS)
    return words if len(words) <= longest else words[: longest - 1] + "…"


def _of_news(_: Facts) -> Words:
    return "Something new", "Open it when you like."


def _of_reminder(_: Facts) -> Words:
    return "A small reminder", "Something you said you would do."


def _of_own(about: Facts) -> Words:
    return _clipped(about["title"], LONGEST_TITLE), f"Due at {about['due']}." if "due" in about else "Before the day ends."


def _of_kept(about: Facts) -> Words:
    return "Kept", f"{_clipped(about['name'], LONGEST_NAME)}: {_clipped(about['title'], LONGEST_TITLE)}"


def _of_week(_: Facts) -> Words:
    return "Your week is ready", "Look at it together when it suits you both."


def _of_milestone(about: Facts) -> Words:
    """A mend or a comeback is told as what it is now, never as what came before it."""
    count = about["count"]
    first = {
        MilestoneKind.IN_A_ROW: f"{count} in a row",
        MilestoneKind.KEPT_IN_ALL: "The first one kept" if count == 1 else f"{count} kept in all",
        MilestoneKind.TOGETHER: f"{count} woven days",
        MilestoneKind.COMEBACK: f"{count} in a row",
        MilestoneKind.MEND: "A gold stitch",
    }[MilestoneKind(str(about["reached"]))]
    whose = [_clipped(about["name"], LONGEST_NAME), _clipped(about["title"], LONGEST_TITLE)]
    return first, ": ".join(one for one in whose if one)


NEUTRAL: dict[NoticeKind, Callable[[Facts], Words]] = {
    NoticeKind.REMINDER: _of_reminder,
    NoticeKind.KEPT: _of_news,
    NoticeKind.MILESTONE: _of_news,
    NoticeKind.WEEK: _of_news,
}
DETAILS: dict[NoticeKind, Callable[[Facts], Words]] = {
    NoticeKind.REMINDER: _of_own,
    NoticeKind.KEPT: _of_kept,
    NoticeKind.MILESTONE: _of_milestone,
    NoticeKind.WEEK: _of_week,
}
