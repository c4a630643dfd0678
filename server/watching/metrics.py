"""Figures for Prometheus; a label is a word of ours or a route's template, never an id, an address or a name."""

from collections.abc import Callable, Iterable, Sequence

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from server.actions.check_ins import Answer
from server.domain.errors import RefusedError
from server.watching.words import method_of

FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
OF_COMMITS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1)
OF_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
BECAME = ("taken", "known", "refused", "failed", "crowded")
OF_JOBS = (0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300)


class Metrics:
    """A Watch that counts."""

    def __init__(self, version: str) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._gauge("weft_build", "The version that runs; always 1.", "version").labels(version).set(1)
        self._requests = self._counter("weft_requests", "Requests answered.", "method", "route", "status")
        self._request_seconds = self._histogram("weft_request_seconds", "Until a request was answered.", FAST, "method", "route")
        self._check_ins = self._counter("weft_check_ins", "Check-ins by what became of them.", "became")
        self._batches = self._histogram("weft_gathered", "Check-ins committed together.", OF_BATCHES)
        self._waits = self._histogram("weft_check_in_seconds", "From a check-in's arrival to its answer, commit included.", FAST)
        self._commits = self._histogram("weft_commit_seconds", "One commit.", OF_COMMITS)
        self._pushes = self._counter("weft_pushes", "Attempts to reach a push service.", "answer", "became")
        self._job_runs = self._counter("weft_job_runs", "Runs of a job in this process.", "what", "ended")
        self._job_seconds = self._histogram("weft_job_seconds", "One run of a job.", OF_JOBS, "what")
        # To find a child by its labels takes longer than to count: those of every request and tap are kept at hand.
        self._became = {became: self._check_ins.labels(became) for became in BECAME}
        self._asked: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Whoever makes up methods makes up no label."""
        asked = (method_of(method), route, status)
        found = self._asked.get(asked) or self._asked.setdefault(asked, self._children(*asked))
        found[0].inc()
        found[1].observe(seconds)

    def said(self, answers: Iterable[object]) -> None:
        for one in answers:
            self._became[_became(one)].inc()

    def crowded(self) -> None:
        self._became["crowded"].inc()

    def gathered(self, waited: Sequence[float]) -> None:
        self._batches.observe(len(waited))
        for seconds in waited:
            self._waits.observe(seconds)

    def committed(self, seconds: float) -> None:
        self._commits.observe(seconds)

    def pushed(self, status: int | None, became: str) -> None:
        self._pushes.labels("none" if status is None else f"{status // 100}xx", became).inc()

    def ran(self, job: str, seconds: float, *, failed: bool) -> None:
        self._job_runs.labels(job, "failed" if failed else "well").inc()
        self._job_seconds.labels(job).observe(seconds)

    def page(self) -> bytes:
        return generate_latest(self.registry)

    def shows(self, name: str, means: str, read: Callable[[], float]) -> None:
        """Show a figure of this process that is read whenever somebody looks."""
        self._gauge(name, means).set_function(read)

    def _children(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        return self._requests.labels(method, route, str(status)), self._request_seconds.labels(method, route)

    def _counter(self, name: str, means: str, *labels: str) -> Counter:
        return Counter(name, means, labels, registry=self.registry)

    def _gauge(self, name: str, means: str, *labels: str) -> Gauge:
        return Gauge(name, means, labels, registry=self.registry)

    def _histogram(self, name: str, means: str, buckets: Sequence[float], *labels: str) -> Histogram:
        return Histogram(name, means, labels, registry=self.registry, buckets=buckets)


def _became(answer: object) -> str:
    if isinstance(answer, Answer):
        return "taken" if answer.is_new else "known"
    return "refused" if isinstance(answer, RefusedError) else "failed"
