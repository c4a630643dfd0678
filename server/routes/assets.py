"""What a browser loads beside the pages: styles, scripts, icons, the manifest and the service worker."""

from functools import lru_cache
from gzip import compress
from typing import Any

import brotli
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from server.domain import contacts
from server.domain.errors import NotFoundError
from server.routes import pages
from server.routes.access import ANYONE
from server.routes.desk import Desk
from server.routes.shipped import build, loaded
from web import assets, icons

FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
A_DAY = {"Cache-Control": "public, max-age=86400"}
ASK_AGAIN = {"Cache-Control": "no-cache"}
TEXT = ("text/css", "text/javascript")


@lru_cache(maxsize=64)
def _packed(name: str, encoding: str) -> bytes:
    body = loaded()[name].body
    return brotli.compress(body) if encoding == "br" else compress(body, 9) if encoding == "gzip" else body


@get("/static/{name:str}", opt=ANYONE, sync_to_thread=False)
def static(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """An asset under the name that carries its hash; an earlier version's name is not found."""
    asset = next((one for one in loaded().values() if one.path == f"/static/{name}"), None)
    if asset is None:
        raise NotFoundError("There is no such file.")
    accepted = request.headers.get("accept-encoding", "")
    encoding = next((one for one in ("br", "gzip") if one in accepted and asset.media_type in TEXT), "")
    headers = FOR_EVER | {"Vary": "Accept-Encoding"} | ({"Content-Encoding": encoding} if encoding else {})
    return Response(_packed(asset.name, encoding), media_type=asset.media_type, headers=headers)


@get("/icons/{name:str}", opt=ANYONE, sync_to_thread=False)
def icon(name: FromPath[str]) -> Response[bytes]:
    found = icons.load().get(name)
    if found is None:
        raise NotFoundError("There is no such icon.")
    return Response(found, media_type="image/svg+xml" if name.endswith(".svg") else "image/png", headers=A_DAY)


@get("/favicon.ico", opt=ANYONE, sync_to_thread=False)
def favicon() -> Response[bytes]:
    return Response(icons.load()["any-192.png"], media_type="image/png", headers=A_DAY)


@get("/manifest.webmanifest", opt=ANYONE, sync_to_thread=False)
def manifest() -> Response[dict[str, Any]]:
    return Response(assets.manifest(loaded()), media_type="application/manifest+json", headers=ASK_AGAIN)


@get("/sw.js", opt=ANYONE, sync_to_thread=False)
def worker(desk: NamedDependency[Desk]) -> Response[str]:
    """The service worker; it comes anew also where the operator has changed whom people may turn to, which every phone keeps."""
    headers = ASK_AGAIN | {"Service-Worker-Allowed": "/"}
    text = f"{assets.worker(loaded(), build())}// {contacts.name_of(desk.settings.contacts)}\n"
    return Response(text, media_type="text/javascript", headers=headers)


@get("/offline", opt=ANYONE, sync_to_thread=False)
def offline(request: Request[Any, Any, Any]) -> Response[str]:
    """What the service worker shows where it has nothing better; the same for everybody."""
    return pages.bare(request, "offline/page.html", title="No signal")


HANDLERS = [static, icon, favicon, manifest, worker, offline]
