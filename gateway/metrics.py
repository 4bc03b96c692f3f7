"""Figures for operators, by route and source only: no person, no agency, no question."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

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
APPENDS = Histogram(
    "sightline_append_seconds",
    "Time until an event was durable",
    registry=REGISTRY,
    buckets=(0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.2, 1, 2),
)
NOT_RECORDED = Counter(
    "sightline_not_recorded_total", "Answers withheld because they could not be recorded", registry=REGISTRY
)
INDEX_LAG = Gauge("sightline_index_lag_entries", "Entries the index is behind the journal", registry=REGISTRY)
RECORD_WHOLE = Gauge("sightline_record_whole", "1 while the last check of the record found it whole", registry=REGISTRY)
