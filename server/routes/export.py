"""Taking along what is one's own: what is in the file, and the file."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from server.actions import exporting
from server.domain import schedule
from server.domain.exports import Export
from server.routes import access, pages
from server.routes.access import Viewer
from server.routes.api.export import KEPT_NOWHERE
from server.routes.desk import Desk
from web.views import ExportPage

PAGE, FILE = "/export", "/export/file"
INDENT = 1


@get(PAGE, opt=access.FRESH, sync_to_thread=True)
def show(request: Request[Any, Any, Any]) -> Response[str]:
    """What is in the file, and what is not."""
    return pages.page(request, "export/page.html", ExportPage(url=FILE), title="Your own things")


@get(FILE, opt={**access.FRESH, access.ASKED_ON: PAGE}, sync_to_thread=True)
def take(desk: NamedDependency[Desk], viewer: NamedDependency[Viewer]) -> Response[bytes]:
    """The file, which no cache keeps."""
    with desk.database.read() as session:
        export = exporting.gather(session, viewer.member_id, now=desk.now())
    text = msgspec.json.format(msgspec.json.encode(export), indent=INDENT)
    name = {"Content-Disposition": f'attachment; filename="weft-{_day(export, desk.now()).isoformat()}.json"'}
    return Response(text, media_type="application/json", headers={**KEPT_NOWHERE, **name})


def _day(export: Export, now: datetime) -> Any:
    return now.astimezone(schedule.zone_of(export.profile.zone)).date()


HANDLERS = [show, take]
