"""What this server writes about itself: never a body, a cookie, a name, or a path with a secret in it."""

import asyncio
import logging
import sys
import time
from collections import deque
from functools import partial
from random import getrandbits
from typing import Any, TextIO

import structlog

from server.config import SettingsError
from server.watching import Watch
from server.watching.words import method_of

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
UNTOLD = frozenset({"/help", "/help/kept", "/leave"})
"""That somebody looks for help, or leaves a page in a hurry, is in no line and in no figure."""
QUIET = {"apscheduler": logging.ERROR}
log = structlog.get_logger("weft")


def set_up(level: str, form: str = "auto") -> None:
    """Write to standard error, as `json` a line or as `text`, by itself text on a terminal; SettingsError for an unknown level."""
    if level not in LEVELS:
        raise SettingsError(f"WEFT_LOG must be one of {', '.join(LEVELS)}, not {level!r}.")
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, *_rendering(is_json=_is_json(form))],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=partial(Lines, sys.stderr),
        cache_logger_on_first_use=True,
    )
    _set_up_libraries(shared, is_json=_is_json(form))


class Lines:
    """Writes lines as they come; what is told in passing within a loop goes out with all others of its turn.

    Each write lets another thread have the interpreter, which an answer that is ready would wait for.
    """

    def __init__(self, to: TextIO, *_: Any) -> None:
        self._to = to
        self._held: deque[str] = deque()

    def info(self, line: str) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.error(line)
            return
        if not self._held:
            loop.call_soon(self._let_go)
        self._held.append(line)

    def error(self, line: str) -> None:
        self._held.append(line)
        self._let_go()

    debug = info
    warning = critical = exception = msg = error

    def _let_go(self) -> None:
        lines = [self._held.popleft() for _ in range(len(self._held))]
        self._to.write("".join(f"{line}\n" for line in lines))
        self._to.flush()


class RequestLog:
    """Writes a line for each request once it is answered: method, route template, status, milliseconds and the request's id.

    The answer carries that id too, so that who was told that something broke can say which it was.
    """

    def __init__(self, app: Any, watch: Watch | None = None) -> None:
        self._app, self._watch = app, watch

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, request = time.perf_counter(), 500, f"{getrandbits(48):012x}"

        async def note(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(request=request):
            try:
                await self._app(scope, receive, note)
            finally:
                seconds, route = time.perf_counter() - began, scope.get("path_template", "")
                if route not in UNTOLD:
                    log.info("request", method=method_of(scope["method"]), route=route, status=status, ms=round(seconds * 1000, 1))
                    if self._watch:
                        self._watch.answered(scope["method"], route, status, seconds)


def _is_json(form: str) -> bool:
    return form == "json" or (form == "auto" and not sys.stderr.isatty())


def _rendering(*, is_json: bool) -> list[Any]:
    """Tracebacks are plain: the others show what variables held."""
    if is_json:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)]


def _set_up_libraries(shared: list[Any], *, is_json: bool) -> None:
    """What libraries say by the standard logging, from warnings on, in the same form."""
    handler = logging.StreamHandler(sys.stderr)
    rendering = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(is_json=is_json)]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=rendering))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
