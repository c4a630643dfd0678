"""What this server writes about itself: never a body, a cookie, a name, or a path with a secret in it."""

import logging
import sys
import time
from typing import Any
from uuid import uuid4

import structlog

from server.config import SettingsError

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
QUIET = {"apscheduler": logging.ERROR}
log = structlog.get_logger("weft")


def set_up(level: str) -> None:
    """Write to standard error, for people where it is a terminal, else a JSON object a line; SettingsError for an unknown level."""
    if level not in LEVELS:
        raise SettingsError(f"WEFT_LOG must be one of {', '.join(LEVELS)}, not {level!r}.")
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, *_rendering()],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _set_up_libraries(shared)


class RequestLog:
    """Writes a line for each request once it is answered: method, route template, status, milliseconds and the request's id."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def note(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with structlog.contextvars.bound_contextvars(request=uuid4().hex[:12]):
            try:
                await self._app(scope, receive, note)
            finally:
                ms = round((time.perf_counter() - began) * 1000, 1)
                log.info("request", method=scope["method"], route=scope.get("path_template", ""), status=status, ms=ms)


def _rendering() -> list[Any]:
    """Tracebacks are plain: the others show what variables held."""
    if sys.stderr.isatty():
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def _set_up_libraries(shared: list[Any]) -> None:
    """What libraries say by the standard logging, from warnings on, in the same form."""
    handler = logging.StreamHandler(sys.stderr)
    rendering = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering()]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=rendering))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
