"""One OpenSearch cluster over HTTPS, and the little of it that the index needs.

An answer from some of the shards is an error, and so is one that came too late: an auditor never sees a part for the
whole. What a cluster says when it refuses may quote a document, so that of its texts only types of errors are kept.
"""

import re
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import msgspec

from audit.index import IndexUnavailable

PATIENCE_S = 30.0  # for one answer


class IdentityUnusable(Exception):
    """A certificate or key for the cluster cannot be used. The text says which file."""


class Refused(IndexUnavailable):
    """The cluster answered, and said no: with this status."""

    def __init__(self, status: int, kind: str) -> None:
        super().__init__(f"OpenSearch refused: {status} {kind}".rstrip())
        self.status = status


def trusting(authority: Path, identity: Path | None = None) -> ssl.SSLContext:
    """TLS that trusts one authority, and shows `identity` (certificate and key) where there is one.

    Raises `IdentityUnusable`.
    """
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        trust.load_verify_locations(authority)
    except OSError:
        raise IdentityUnusable(f"{authority} is not the certificate of an authority") from None
    try:
        if identity is not None:
            trust.load_cert_chain(identity)
    except OSError:
        raise IdentityUnusable(f"{identity} does not hold a certificate and its key") from None
    return trust


class Cluster:
    """The cluster at `url`. `close` it."""

    def __init__(
        self,
        url: str,
        trust: ssl.SSLContext,
        *,
        patience_s: float = PATIENCE_S,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._client = httpx2.AsyncClient(
            base_url=url, verify=trust, timeout=patience_s, trust_env=False, transport=transport
        )

    async def ask(
        self, method: str, path: str, body: Mapping[str, Any] | bytes = b"", *, bearer: str | None = None
    ) -> bytes:
        """The body of the answer to one request. Raises `IndexUnavailable`, of it `Refused` where it was answered."""
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {bearer}"} if bearer else {})
        try:
            answer = await self._client.request(method, path, content=content, headers=headers)
        except httpx2.HTTPError as error:
            # The type alone; a chain would carry the request along, and it holds the question.
            raise IndexUnavailable(f"OpenSearch cannot be asked: {type(error).__name__}") from None
        if answer.status_code >= 400:
            raise Refused(answer.status_code, _kind(answer.content))
        return answer.content

    async def search(self, path: str, body: Mapping[str, Any], bearer: str | None = None) -> "Found":
        """What a search found, all of it. Raises `IndexUnavailable`."""
        answer = await self.ask("POST", f"{path}?allow_partial_search_results=false", body, bearer=bearer)
        found = understood(answer, Found)
        shards = found.shards
        if found.timed_out or shards.failed or shards.successful < shards.total:
            raise IndexUnavailable(f"OpenSearch searched {shards.successful} of {shards.total} shards")
        return found

    async def close(self) -> None:
        """Let go of its connections."""
        await self._client.aclose()


T = TypeVar("T")


def understood(answer: bytes, kind: type[T]) -> T:
    """An answer as what it should be. Raises `IndexUnavailable` for any other."""
    try:
        return msgspec.json.decode(answer, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise IndexUnavailable("OpenSearch answered something else") from None


class Shards(msgspec.Struct, frozen=True):
    """How many parts of the index were to be searched, and how many were."""

    total: int
    successful: int
    failed: int


class Hit(msgspec.Struct, frozen=True):
    """One document, as it was shipped, and its place in the order."""

    document: msgspec.Raw = msgspec.field(name="_source")
    sort: tuple[Any, ...] = ()


class Hits(msgspec.Struct, frozen=True):
    """Documents in order."""

    hits: tuple[Hit, ...] = ()


class Bucket(msgspec.Struct, frozen=True):
    """One key of a count, and how many."""

    key: Mapping[str, Any]
    doc_count: int


class Counts(msgspec.Struct, frozen=True):
    """One page of counts, and the place to go on from."""

    buckets: tuple[Bucket, ...] = ()
    after_key: Mapping[str, Any] | None = None


class Aggregations(msgspec.Struct, frozen=True):
    """What was counted."""

    counts: Counts = Counts()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a search."""

    timed_out: bool
    shards: Shards = msgspec.field(name="_shards")
    hits: Hits = Hits()
    aggregations: Aggregations = Aggregations()
    pit_id: str | None = None


def _kind(answer: bytes) -> str:
    """The type of an error; nothing where there is none, or where it is no mere name."""
    try:
        kind = msgspec.json.decode(answer, type=_Error).error.type
    except (msgspec.MsgspecError, ValueError):
        return ""
    return kind if re.fullmatch(r"[a-z_]{1,80}", kind) else ""


class _Cause(msgspec.Struct):
    type: str


class _Error(msgspec.Struct):
    error: _Cause
