"""What an index holds, entry by entry in the journal's order, for whoever holds it against the journal.

Standard library alone. Nothing is believed: an entry is what the index gives out for it, brought to the one form of an
event, so that it can be compared byte for byte.
"""

import json
import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from audit import canonical
from audit.documents import MONTHS, event_in, id_of, index_of

Entries: TypeAlias = Iterator[tuple[int, bytes]]

A_PAGE = 2000  # entries
PATIENCE_S = 60.0  # for one answer


class IndexUnreadable(Exception):
    """What the index holds cannot be read wholly. The text says why, and quotes nothing of it."""


class Cluster(NamedTuple):
    """An OpenSearch cluster, by the files of the authority it is trusted by and of the verifier's identity."""

    url: str
    authority: Path
    identity: Path
    months: str = MONTHS


@contextmanager
def in_sqlite(path: Path) -> Iterator[Entries]:
    """The entries in an index that is one file. Raises `IndexUnreadable`, while they are read too."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            database.text_factory = bytes
            yield database.execute("SELECT sequence, event FROM entry ORDER BY sequence")
    except sqlite3.DatabaseError as error:
        raise IndexUnreadable(f"the index at {path} cannot be read: {error}") from error


@contextmanager
def in_opensearch(cluster: Cluster, log: str) -> Iterator[Entries]:
    """The entries of `log` in a cluster, at one point in time. Raises `IndexUnreadable`, while they are read too."""
    address = urlsplit(cluster.url)
    trust = ssl.create_default_context(cafile=str(cluster.authority))
    trust.load_cert_chain(cluster.identity)
    host, port = address.hostname or "", address.port or 443
    with closing(HTTPSConnection(host, port, timeout=PATIENCE_S, context=trust)) as connection:
        point = _ask(connection, "POST", f"/{cluster.months}-*/_search/point_in_time?keep_alive=5m", {}).get("pit_id")
        try:
            yield _entries(connection, point, cluster.months, log)
        finally:
            if point:
                _ask(connection, "DELETE", "/_search/point_in_time", {"pit_id": [point]})


def shipped(data: Path) -> int:
    """How many entries the shipper of the data folder says a cluster was given: none of those may be missing."""
    try:
        size = json.loads((data / "shipping" / "cursor").read_bytes())["size"]
    except (OSError, ValueError, KeyError, TypeError):
        return 0
    return size if isinstance(size, int) else 0


def _entries(connection: HTTPSConnection, point: str | None, months: str, log: str) -> Entries:
    body: dict[str, Any] = {
        "size": A_PAGE,
        "track_total_hits": False,
        "query": {"term": {"cj.log": log}},
        "sort": [{"event.sequence": "asc"}, {"_shard_doc": "asc"}],
    }
    while point:
        body["pit"] = {"id": point, "keep_alive": "5m"}
        answer = _ask(connection, "POST", "/_search?allow_partial_search_results=false", body)
        shards = answer["_shards"]
        if answer["timed_out"] or shards["failed"] or shards["successful"] < shards["total"]:
            raise IndexUnreadable(f"only {shards['successful']} of the index's {shards['total']} parts can be read")
        hits = answer["hits"]["hits"]
        for hit in hits:
            yield hit["sort"][0], _bytes(hit, months)
        if len(hits) < A_PAGE:
            return
        body["search_after"] = hits[-1]["sort"]


def _bytes(hit: dict[str, Any], months: str) -> bytes:
    """The event of a document; nothing where it is none, or lies where it was not put by us."""
    try:
        event = event_in(hit["_source"])
        if (hit["_index"], hit["_id"]) != (index_of(event, months), id_of(event)):
            return b""
        return canonical.encode(dict(event), most=None)
    except (ValueError, KeyError, TypeError):
        return b""


def _ask(connection: HTTPSConnection, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    try:
        connection.request(method, path, json.dumps(body), {"content-type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
    except (OSError, HTTPException) as error:
        raise IndexUnreadable(f"the index cannot be asked: {type(error).__name__}") from None
    if answer.status == 400 and path.endswith("point_in_time?keep_alive=5m"):
        return {}  # there is no month yet
    if answer.status >= 400:
        raise IndexUnreadable(f"the index refused: {answer.status}")
    found: dict[str, Any] = json.loads(content)
    return found
