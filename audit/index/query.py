"""A question as OpenSearch is asked it. Pure: every body is built here from typed values, and no text becomes syntax.

The cluster's own document-level security leaks by nested `min_doc_count: 0`, by global and significant-terms
aggregations and by suggesters. None of them is ever built.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from audit.index import Scope, Wanted
from audit.moments import instant

Body = dict[str, Any]

# A total order of entries that never changes: pages join without a gap and without an overlap.
NEWEST_FIRST = [{"@timestamp": "desc"}, {"event.sequence": "desc"}, {"cj.log": "desc"}]

COUNTED_A_PAGE = 1000  # buckets
_FIELDS = {"agency": "organization.id", "purpose": "cj.purpose.code", "action": "event.action", "officer": "user.id"}
_IN_ZONE = ("hour", "day")
_TOKENS = ("cj.subject.token", "cj.shown.token", "cj.reason.token")
_TOLD_OF_A_SOURCE = ("outcome", "total", "dropped")  # any of them is told of every source that was asked


def matching(scope: Scope, wanted: Wanted) -> Body:
    """What an event must fulfil, the scope first and always."""
    parts: list[Body] = []
    if not scope.statewide:
        parts.append({"terms": {"organization.id": sorted(scope.agencies)}})
    for field, value in (
        ("user.id", wanted.officer),
        ("organization.id", wanted.agency),
        ("cj.case.number", wanted.case),
        ("cj.print.id", wanted.print_id),
        ("cj.purpose.code", wanted.purpose),
    ):
        if value is not None:
            parts.append({"term": {field: {"value": value}}})
    for field, values in (("event.action", wanted.actions), ("cj.query.id", wanted.query_ids)):
        if values:
            parts.append({"terms": {field: list(values)}})
    if wanted.tokens:
        parts.append(_any({"terms": {field: list(wanted.tokens)}} for field in _TOKENS))
    if wanted.source is not None:
        parts.append(_source(wanted.source))
    bounds = {"gte": wanted.start, "lt": wanted.end}
    if within := {name: instant(at) for name, at in bounds.items() if at is not None}:
        parts.append({"range": {"@timestamp": within}})
    return {"bool": {"filter": parts}}


def counting(scope: Scope, wanted: Wanted, by: str, zone: str, after: Mapping[str, Any] | None) -> Body:
    """One page of counts `by` a word of the protocol. Raises `KeyError` for another word."""
    if by in _IN_ZONE:
        key: Body = {"date_histogram": {"field": "@timestamp", "calendar_interval": by, "time_zone": zone}}
    else:
        key = {"terms": {"field": _FIELDS[by]}}
    composite: Body = {"size": COUNTED_A_PAGE, "sources": [{"key": key}]}
    if after is not None:
        composite["after"] = dict(after)
    return {
        "size": 0,
        "track_total_hits": False,
        "query": matching(scope, wanted),
        "aggs": {"counts": {"composite": composite}},
    }


def page(scope: Scope, wanted: Wanted, size: int, after: Sequence[Any] | None) -> Body:
    """One page of events, newest first."""
    body: Body = {"size": size, "track_total_hits": False, "query": matching(scope, wanted), "sort": NEWEST_FIRST}
    if after is not None:
        body["search_after"] = list(after)
    return body


def _source(name: str) -> Body:
    if not re.fullmatch(r"[\w-]+", name):  # it becomes a part of a field's name
        return {"match_none": {}}
    asked = [{"exists": {"field": f"cj.source_status.{name}.{told}"}} for told in _TOLD_OF_A_SOURCE]
    return _any([{"term": {"cj.shown.source": {"value": name}}}, *asked])


def _any(parts: Any) -> Body:
    return {"bool": {"should": list(parts), "minimum_should_match": 1}}
