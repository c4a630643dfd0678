"""What watches a process: figures, and spans for OpenTelemetry, each only where it is asked for and loaded only then."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Any

from server.app import pages_of, waiting_in
from server.cli.running import FailedError
from server.clock import Clock
from server.config import Settings
from server.db import Database, timing


@dataclass(frozen=True, slots=True)
class Watching:
    """`metrics` are None where nobody asks for figures; `span` opens a span by its name, or nothing."""

    metrics: Any = None
    tracing: Any = None

    @property
    def span(self) -> Callable[[str], AbstractContextManager[Any]]:
        return self.tracing.span if self.tracing else nullcontext

    def around(self, app: Any) -> Any:
        """The application, with a span around each request where spans are wanted."""
        if self.metrics:
            self.metrics.shows("weft_check_ins_waiting", "Check-ins that wait to be committed.", lambda: waiting_in(app))
            self.metrics.shows("weft_pages_open", "Pages that are open and listen.", lambda: pages_of(app))
        return import_module("server.watching.traces").Traced(app, self.tracing) if self.tracing else app


@contextmanager
def watched(settings: Settings, database: Database, clock: Clock) -> Iterator[Watching]:
    """Watch what is done in the block, in which whoever may ask is answered; FailedError where the port cannot be had."""
    with ExitStack() as stack:
        metrics = _metrics(settings, database, clock, stack) if settings.is_counted else None
        tracing = stack.enter_context(_tracing(settings, database)) if settings.otel else None
        yield Watching(metrics, tracing)


def counted(settings: Settings, database: Database, clock: Clock) -> Any:
    """Figures of this process and of its database."""
    metrics = import_module("server.watching.metrics").Metrics(version("weft"))
    metrics.registry.register(import_module("server.watching.standing").Standing(database, clock, settings.data / "weft"))
    metrics.registry.register(import_module("jobs.watching").Jobs(database, clock))
    timing.time_commits(database, metrics.committed)
    return metrics


def _metrics(settings: Settings, database: Database, clock: Clock, stack: ExitStack) -> Any:
    metrics = counted(settings, database, clock)
    if settings.metrics:
        listening = import_module("server.watching.listening").listening
        try:
            stack.enter_context(listening(settings, metrics))
        except OSError:
            host, port = settings.metrics
            raise FailedError(f"{host}:{port} cannot be listened on; perhaps something else does. See WEFT_METRICS.") from None
    return metrics


@contextmanager
def _tracing(settings: Settings, database: Database) -> Iterator[Any]:
    with import_module("server.watching.traces").tracing(settings.otel, version("weft")) as tracing:
        timing.watch_statements(database, tracing)
        yield tracing
