"""How the database and the machine stand, asked anew whenever somebody looks."""

from collections.abc import Iterator
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from server.clock import Clock
from server.db import Database, passing
from server.store import measures
from server.store.measures import Outbox


class Standing(Collector):
    """The outbox, the phones and the sizes; while the database is away, that it is."""

    def __init__(self, database: Database, clock: Clock, place: Path) -> None:
        self._database, self._clock, self._place = database, clock, place

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found = self._ask()
        yield GaugeMetricFamily("weft_database_up", "1 while the database answers.", 0 if found is None else 1)
        yield GaugeMetricFamily("weft_disk_free_bytes", "Free on the disk of the data.", measures.free(self._place))
        if found is None:
            return
        outbox, size = found
        yield GaugeMetricFamily("weft_database_bytes", "The database, on SQLite with its log of writes.", size)
        yield GaugeMetricFamily("weft_outbox_waiting", "Messages that wait to leave for phones.", outbox.waiting)
        yield GaugeMetricFamily("weft_outbox_due", "Of these, those that are due.", outbox.due)
        late = (self._clock.now() - outbox.oldest_due_at).total_seconds() if outbox.oldest_due_at else 0
        yield GaugeMetricFamily("weft_outbox_oldest_seconds", "How long the oldest of those that are due has been due.", max(0.0, late))
        yield GaugeMetricFamily("weft_phones", "Phones that take notices.", outbox.phones)

    def _ask(self) -> tuple[Outbox, int] | None:
        try:
            with self._database.read() as session:
                return measures.outbox(session, now=self._clock.now()), measures.size(self._database, session)
        except Exception as error:
            if passing.refusal(error) is None:
                raise
            return None
