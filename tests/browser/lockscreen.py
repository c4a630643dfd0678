"""A phone's notifications: what comes, what is shown, and what is pressed on it."""

from datetime import datetime, timedelta
from typing import Any

from server.db import tables
from server.domain import notices
from server.domain.notices import Notice
from server.push.message import compose
from server.store import events
from tests.browser.conftest import PATIENCE
from tests.browser.person import SHOWN, Person
from tests.browser.server import Running

CLICK = """async ({ action, tag }) => {
  const [found] = await registration.getNotifications({ tag });
  const event = new NotificationEvent('notificationclick', { notification: found, action });
  const waits = [];
  event.waitUntil = (promise) => waits.push(promise);
  self.dispatchEvent(event);
  await Promise.all(waits).catch(() => {});
}"""
COMES = """async (text) => {
  const event = new PushEvent('push', { data: text });
  const waits = [];
  event.waitUntil = (promise) => waits.push(promise);
  self.dispatchEvent(event);
  await Promise.all(waits);
}"""
BADGES = """
for (const name of ['setAppBadge', 'clearAppBadge']) {
  navigator[name] = (count) => {
    localStorage.setItem('badge', name === 'setAppBadge' ? count : 'none');
    return new Promise(() => {});
  };
}
"""


def reminder(weft: Running, dinner: Any) -> Notice:
    """What the phone is reminded of; until an hour from now it may run late."""
    now = weft.clock.at
    day = occurrence_of(weft, dinner).day
    told = notices.reminder(
        dinner.member_id, dinner.id, day, bond_id=None, last_day=day, title=dinner.title, due_time=None, expires_at=now + timedelta(hours=9)
    )
    return notices.may_run_late(told, now + timedelta(hours=1))


def occurrence_of(weft: Running, promise: Any) -> Any:
    """The first occurrence of a promise."""
    with weft.desk.database.read() as session:
        found = session.execute(tables.occurrences.select().where(tables.occurrences.c.promise_id == promise.id))
        return min(found, key=lambda row: row.day)


def words(weft: Running, notice: Notice, *, shows_details: bool = False, due: int = 1, now: datetime | None = None) -> bytes:
    """The message that a phone gets, as its browser decrypts it."""
    return compose(notice, origin=weft.url, shows_details=shows_details, due=due, now=now or weft.clock.at).payload


def presses(person: Person, action: str, tag: str = "") -> None:
    """Press a button on the notification; an empty one is a tap on its body."""
    person.context.service_workers[0].evaluate(CLICK, {"action": action, "tag": tag} if tag else {"action": action})


def comes(person: Person, payload: bytes) -> None:
    """Let the worker have one more message, once; a browser that is busy may list what it shows a moment later."""
    person.context.service_workers[0].evaluate(COMES, payload.decode())


def shown(person: Person) -> list[dict[str, Any]]:
    """What stands on the lock screen."""
    return list(person.page.evaluate(SHOWN))


def waits_for(person: Person, title: str) -> dict[str, Any]:
    """The notification of this title, once it is there."""
    for _ in range(PATIENCE // 100):
        if found := [one for one in shown(person) if one["title"] == title]:
            return dict(found[0])
        person.page.wait_for_timeout(100)
    raise AssertionError(f"{title} was not shown")


def stays_only(person: Person, *titles: str) -> None:
    """Wait until nothing but these stands on the lock screen."""
    for _ in range(PATIENCE // 100):
        if sorted(one["title"] for one in shown(person)) == sorted(titles):
            return
        person.page.wait_for_timeout(100)
    raise AssertionError(f"{shown(person)} still stand there")


def nothing_shown(person: Person) -> None:
    """Wait until the lock screen is empty."""
    stays_only(person)


def said(weft: Running, promise: Any) -> list[Any]:
    """What was said of a promise, in order of arrival."""
    with weft.desk.database.read() as session:
        return [one for some in events.said_of(session, promise.id, promise.member_id).values() for one in some]


def kinds(weft: Running, promise: Any) -> list[str]:
    return [one.kind.value for one in said(weft, promise)]


def badge(person: Person, text: str) -> None:
    person.page.wait_for_function("(text) => localStorage.getItem('badge') === text", arg=text)
