"""Notices on this phone."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, URLEncodedBody
from litestar.response import Redirect

from server.actions import push
from server.domain.notices import Subscription
from server.push import addresses
from server.routes import access, pages
from server.routes.access import Viewer
from server.routes.desk import Desk


@dataclass(frozen=True, slots=True)
class PhoneKeys:
    """The browser's half, as base64url."""

    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A browser's `PushSubscription.toJSON()`, and the endpoint that it comes in place of."""

    endpoint: str
    keys: PhoneKeys
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a phone took notices."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class Details:
    """The choice of a phone's owner: `on`, or nothing."""

    shows_details: str = ""


@get("/push/key", opt=access.SIGNED_IN, sync_to_thread=False)
def key(desk: NamedDependency[Desk]) -> dict[str, str]:
    return {"key": desk.push_key}


@post("/push/subscriptions", opt=access.SIGNED_IN, sync_to_thread=True)
def subscribe(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: JSONBody[Wish]) -> dict[str, str]:
    to = Subscription(data.endpoint, data.keys.p256dh, data.keys.auth)
    with desk.database.write() as session:
        subscription_id = push.subscribe(
            session,
            to,
            member_id=viewer.member_id,
            session_id=viewer.session_id,
            replaces=data.replaces,
            services=addresses.services(desk.settings.push_hosts),
            vapid_key=desk.push_key,
            now=desk.now(),
        )
    return {"id": str(subscription_id)}


@delete("/push/subscriptions", opt=access.SIGNED_IN, sync_to_thread=True)
def unsubscribe(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], data: JSONBody[Endpoint]) -> None:
    with desk.database.write() as session:
        push.unsubscribe(session, data.endpoint, member_id=viewer.member_id, now=desk.now())


@post("/push/subscriptions/{subscription_id:uuid}/remove", opt=access.SIGNED_IN, sync_to_thread=True)
def remove(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], subscription_id: FromPath[UUID]) -> Redirect:
    with desk.database.write() as session:
        push.remove(session, subscription_id, member_id=viewer.member_id, now=desk.now())
    return pages.back("/me")


@post("/push/subscriptions/{subscription_id:uuid}/details", opt=access.SIGNED_IN, sync_to_thread=True)
def details(
    desk: NamedDependency[Desk], viewer: NamedDependency[Viewer], subscription_id: FromPath[UUID], data: URLEncodedBody[Details]
) -> Redirect:
    with desk.database.write() as session:
        push.show_details(session, subscription_id, member_id=viewer.member_id, shows=data.shows_details == "on")
    return pages.back("/me")


HANDLERS: list[Any] = [key, subscribe, unsubscribe, remove, details]
