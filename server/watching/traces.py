"""Spans for OpenTelemetry, made of words of ours alone.

The ready-made instruments of frameworks and databases take along paths, query strings, addresses and what an error says.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, get_current_span
from structlog.contextvars import get_contextvars

from server.logs import UNTOLD
from server.watching.words import method_of

NOT_TRACED = UNTOLD | {"/live"}
"""A stream of hints is open for hours, which would say when somebody has their phone in the hand."""
QUIET: dict[str, Any] = {"record_exception": False, "set_status_on_exception": False}
"""What an exception says may be what somebody wrote."""


class Tracing:
    """Opens spans; the statements of a database are spans within whatever runs them."""

    def __init__(self, provider: TracerProvider, version: str) -> None:
        self.provider, self.tracer = provider, provider.get_tracer("weft", version)

    @contextmanager
    def span(self, name: str, kind: SpanKind = SpanKind.INTERNAL) -> Iterator[Span]:
        """A span by a name of ours; whether it failed is said, and not how."""
        with self.tracer.start_as_current_span(name, kind=kind, **QUIET) as span:
            try:
                yield span
            except BaseException:
                span.set_status(Status(StatusCode.ERROR))
                raise

    def began(self, name: str) -> Span | None:
        """A span for a statement, where something of ours runs it that is traced too."""
        return self.tracer.start_span(name, kind=SpanKind.CLIENT) if get_current_span().is_recording() else None

    def ended(self, token: Span, *, failed: bool) -> None:
        if failed:
            token.set_status(Status(StatusCode.ERROR))
        token.end()


class Traced:
    """A span around each request: its method, its route's template, its status, and the id that the log and the answer have."""

    def __init__(self, app: Any, tracing: Tracing) -> None:
        self._app, self._tracing = app, tracing

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] in NOT_TRACED:
            await self._app(scope, receive, send)
            return
        method, status = method_of(scope["method"]), 500

        async def note(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with self._tracing.span(method, SpanKind.SERVER) as span:
            try:
                await self._app(scope, receive, note)
            finally:
                _tell(span, method, scope.get("path_template", ""), status)


def _tell(span: Span, method: str, route: str, status: int) -> None:
    span.update_name(f"{method} {route}".strip())
    span.set_attribute("http.request.method", method)
    span.set_attribute("http.route", route)
    span.set_attribute("http.response.status_code", status)
    span.set_attribute("weft.request", get_contextvars().get("request", ""))
    if status >= 500:
        span.set_status(Status(StatusCode.ERROR))


@contextmanager
def tracing(endpoint: str, version: str, exporter: SpanExporter | None = None) -> Iterator[Tracing]:
    """Send spans to a collector until the block ends; what it does not take is dropped."""
    # Not Resource.create: it would name this machine and whoever runs the process.
    provider = TracerProvider(resource=Resource({"service.name": "weft", "service.version": version}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", timeout=5)))
    try:
        yield Tracing(provider, version)
    finally:
        provider.shutdown()
