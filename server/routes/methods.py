"""Which methods an address takes, told to whoever asks."""

from litestar import Litestar
from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope


async def tell(message: Message, scope: Scope) -> None:
    """Name every method in the answer to OPTIONS: of a path with several handlers the framework names those of the first alone."""
    if message["type"] != "http.response.start" or scope.get("method") != "OPTIONS":
        return
    app: Litestar = scope["litestar_app"]
    methods = {one for route in app.routes if route.path_format == scope.get("path_template") for one in getattr(route, "methods", ())}
    if methods:
        MutableScopeHeaders(message)["Allow"] = ", ".join(sorted(methods))
