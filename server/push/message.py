"""What a notice says on a phone, as a declarative push message that every browser can show."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from server.domain.check_ins import Kind
from server.domain.milestones import MilestoneKind
from server.domain.notices import URGENCY, Notice, NoticeKind, Urgency
from server.domain.text import isolated

SIZE = 2000
LONGEST_TITLE, LONGEST_NAME = 60, 30
LATER_BY = (10, 30, 45)
TOPIC_BYTES = 24
JOINERS = "\u200c\u200d"
HOW_LATE = {
    "title": "How much later?",
    "body": "Tap for more.",
    "name": "minutes",
    "choices": [[str(minutes), f"{minutes} min"] for minutes in LATER_BY],
}
Facts = Mapping[str, str | int]
Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: `payload` of always 2,000 bytes, `topic` replaces what a phone that is away has not seen, `ttl` in seconds."""

    payload: bytes
    topic: str
    ttl: int
    urgency: Urgency


@dataclass(frozen=True, slots=True)
class Answer:
    """A button on a notice: `says` are the fields that it posts, `path` the page that it opens where it cannot post."""

    action: str
    words: str
    says: Mapping[str, str]
    path: str


def compose(notice: Notice, *, origin: str, shows_details: bool, due: int, now: datetime) -> Message:
    """Word a notice: neutral, or with the promise's own title where the phone's owner chose so; `due` stands on the app's icon."""
    topic = _topic(notice)
    path = _path(notice)
    title, body = (DETAILS if shows_details else NEUTRAL)[notice.kind](notice.about)
    answers = _answers(notice, path, shows_details=shows_details)
    notification: dict[str, Any] = {
        "title": title,
        "body": body,
        "lang": "en",
        "navigate": origin + path,
        "tag": topic,
        "silent": notice.kind is NoticeKind.ANSWERED,
        "data": _facts(notice, answers, now),
        "actions": [{"action": one.action, "title": one.words, "navigate": origin + one.path} for one in answers],
        "app_badge": str(due),
    }
    left = max(0, int((notice.expires_at - now).total_seconds()))
    payload = {"web_push": 8030, "notification": notification, "app_badge": due}
    return Message(_padded(payload), topic, left, URGENCY[notice.kind])


def _topic(notice: Notice) -> str:
    """32 characters, whole groups of base64url: Apple refuses other lengths. What answers a reminder takes its place."""
    kind = NoticeKind.REMINDER if notice.kind is NoticeKind.ANSWERED else notice.kind
    name = sha256(f"{kind.value}:{notice.subject}".encode()).digest()
    return urlsafe_b64encode(name[:TOPIC_BYTES]).decode()


def _path(notice: Notice) -> str:
    """A page that asks or shows; opening it says nothing."""
    match notice.kind:
        case NoticeKind.REMINDER | NoticeKind.ANSWERED:
            return f"/#{_card(notice)}"
        case NoticeKind.KEPT:
            return f"/promises/{notice.promise_id}"
        case NoticeKind.MILESTONE:
            return f"/milestones/{notice.subject}"
        case NoticeKind.WEEK:
            return f"/weeks/{notice.day}"
        case NoticeKind.NUDGE:
            return "/"


def _card(notice: Notice) -> str:
    return f"card-{notice.promise_id}-{notice.day}"


def _answers(notice: Notice, path: str, *, shows_details: bool) -> list[Answer]:
    """What can be said without opening the app; nobody thanks for what they were not shown."""
    match notice.kind:
        case NoticeKind.REMINDER:
            kept = Answer("kept", "Kept", {"kind": Kind.KEPT.value}, path)
            late = Answer("late", "Running late", {"kind": Kind.HEADS_UP.value}, path.replace("/#", "/?late#"))
            return [kept, late] if "late_until" in notice.about else [kept]
        case NoticeKind.KEPT if shows_details:
            return [Answer("thanks", "Thank you", {"kind": Kind.SEEN.value}, path)]
        case NoticeKind.MILESTONE if shows_details and not notice.about.get("own"):
            return [Answer("thanks", "Thank you", {"line": "Thank you"}, path)]
    return []


def _facts(notice: Notice, answers: Sequence[Answer], now: datetime) -> dict[str, Any]:
    """What the service worker needs: `form` is posted to `url` with what the answer `says`; some ask something back first.

    `at` is when it was composed: a page that was made before knows nothing of it.
    """
    facts: dict[str, Any] = {"kind": notice.kind.value, "at": int(now.timestamp() * 1000)}
    if notice.promise_id:
        facts |= {"card": _card(notice)}
    if answers:
        facts |= {"url": _url(notice), "form": _form(notice), "says": {one.action: one.says for one in answers}}
    if "late_until" in notice.about:
        facts |= {"asks": {"late": HOW_LATE | {"until": notice.about["late_until"]}}}
    return facts


def _url(notice: Notice) -> str:
    return f"/promises/{notice.promise_id}/check-ins" if notice.promise_id else f"/milestones/{notice.subject}/answers"


def _form(notice: Notice) -> dict[str, str]:
    """Who was asked, and the day that it is of; for n times a week that is the last day, not the Monday that names the occurrence."""
    by = {"by": str(notice.member_id)}
    return by | {"day": str(notice.about.get("last_day", notice.day))} if notice.promise_id else by


def _padded(payload: dict[str, Any]) -> bytes:
    """Every message has one length, so that its size tells nobody on the way what it says; JSON ends before the spaces."""
    written = msgspec.json.encode(payload)
    if len(written) > SIZE:
        raise ValueError(f"a payload of {len(written)} bytes")
    return written.ljust(SIZE)


def _clipped(value: str | int, longest: int) -> str:
    """One line without signs that turn or hide what is around them."""
    words = " ".join(str(value).split())
    if not words.isprintable():
        words = "".join(letter for letter in words if letter.isprintable() or letter in JOINERS)
    return words if len(words) <= longest else words[: longest - 1] + "…"


def _of_news(_: Facts) -> Words:
    return "Something new", "Open it when you like."


def _of_answered(_: Facts) -> Words:
    return "Answered on another phone", ""


def _of_reminder(_: Facts) -> Words:
    return "A small reminder", "Something you said you would do."


def _of_own(about: Facts) -> Words:
    return _clipped(about["title"], LONGEST_TITLE), f"Due at {about['due']}." if "due" in about else "Before the day ends."


def _of_kept(about: Facts) -> Words:
    return "Kept", f"{isolated(_clipped(about['name'], LONGEST_NAME))}: {isolated(_clipped(about['title'], LONGEST_TITLE))}"


def _of_week(_: Facts) -> Words:
    return "Your week is ready", "Look at it together when it suits you both."


def _of_nudge(about: Facts) -> Words:
    return "Thinking of you", _clipped(about["name"], LONGEST_NAME)


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
    return first, ": ".join(isolated(one) for one in whose if one)


NEUTRAL: dict[NoticeKind, Callable[[Facts], Words]] = {
    NoticeKind.REMINDER: _of_reminder,
    NoticeKind.KEPT: _of_news,
    NoticeKind.MILESTONE: _of_news,
    NoticeKind.WEEK: _of_news,
    NoticeKind.NUDGE: _of_news,
    NoticeKind.ANSWERED: _of_answered,
}
DETAILS: dict[NoticeKind, Callable[[Facts], Words]] = {
    NoticeKind.REMINDER: _of_own,
    NoticeKind.KEPT: _of_kept,
    NoticeKind.MILESTONE: _of_milestone,
    NoticeKind.WEEK: _of_week,
    NoticeKind.NUDGE: _of_nudge,
    NoticeKind.ANSWERED: _of_answered,
}
