"""Figures for operators, by route and source only: no person, no agency, no question."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

REGISTRY = CollectorRegistry()

REQUESTS = Histogram(
    "sightline_request_seconds",
    "Time to the last byte of an answer, by route and status",
    ["route", "method", "status"],
    registry=REGISTRY,
)
SOURCE_ANSWERS = Histogram(
    "sightline_source_seconds",
    "Time until a source had answered or given up, by outcome",
    ["source", "outcome"],
    registry=REGISTRY,
)
RECORDING = Gauge("sightline_recording", "1 while the activity record can be written", registry=REGISTRY)
ENTRIES = Gauge("sightline_journal_entries", "Entries of the activity record", registry=REGISTRY)
SIGNED = Gauge("sightline_signed_entries", "Entries under the last signed checkpoint", registry=REGISTRY)
COSIGNED = Gauge("sightline_cosigned_entries", "Entries that enough witnesses have cosigned", registry=REGISTRY)
RECORD_WAITS = Histogram(
    "sightline_record_wait_seconds",
    "Time somebody waited for an event to be durable",
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
    registry=REGISTRY,
)
WORST_SYNC = Gauge("sightline_worst_sync_seconds", "The longest of the disk's latest syncs", registry=REGISTRY)
NOT_RECORDED = Counter(
    "sightline_not_recorded_total", "Answers withheld because they could not be recorded", registry=REGISTRY
)
INDEX_LAG = Gauge("sightline_index_lag_entries", "Entries the index is behind the journal", registry=REGISTRY)
INDEX_LAG_SECONDS = Gauge(
    "sightline_index_lag_seconds", "How long the oldest entry has waited that is not in the index", registry=REGISTRY
)
RECORD_WHOLE = Gauge("sightline_record_whole", "1 while the last check of the record found it whole", registry=REGISTRY)


@contextmanager
def served(host: str, port: int) -> Iterator[int]:
    """Show the figures at `http://host:port/metrics`; gives the port, which is a free one for 0.

    On a port of its own, so that whoever may read figures need not reach the gateway, nor the reverse. Raises
    `OSError` when the port is taken.
    """
    server, thread = start_http_server(port, host, REGISTRY)
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
