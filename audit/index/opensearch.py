"""The activity index in OpenSearch, as auditors ask it: one index a month, asked all at once.

The cluster is the second fence: with each question goes a statement, signed for a minute, of whose events may be seen,
and the cluster's document-level security holds the question to it. `audit.index.intake` fills it.
"""

import hashlib
import re
import struct
from collections import Counter, OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from audit.documents import MONTHS, event_in
from audit.index import MOST_A_PAGE, IndexUnavailable, Page, Scope, Wanted
from audit.index import query as queries
from audit.index.cluster import Cluster, Found, Hit, IdentityUnusable, Refused, understood
from audit.index.places import given_out, taken_back
from audit.moments import Clock, utc_now

_KEPT = "2m"  # how long the cluster keeps a point in time that nobody goes on from
_MOST_KEPT = 100  # points in time that we remember
_STATED_S = 60  # how long a statement of whose events may be seen is good for


class OpenSearchIndex:
    """An `ActivityIndex` in `cluster`, whose months are called `months`. `questions_key` is the file of the key that
    statements are signed with. Raises `IdentityUnusable`. `close` it.
    """

    def __init__(self, cluster: Cluster, questions_key: Path, *, months: str = MONTHS, clock: Clock = utc_now) -> None:
        self._cluster = cluster
        self._months = f"/{months}-*"
        try:
            self._key = ECKey.import_key(questions_key.read_bytes())
        except (OSError, ValueError, JoseError):
            raise IdentityUnusable(f"{questions_key} does not hold a key to sign with") from None
        self._clock = clock
        self._points: OrderedDict[bytes, str] = OrderedDict()

    async def events(self, scope: Scope, wanted: Wanted, *, after: str | None = None, size: int = 100) -> Page:
        """As `ActivityIndex` says.

        From the second on, pages are of one point in time. Where that is gone (it is not kept long) they go on from the
        last entry shown: neither entries nor their order ever change, so that nothing is skipped or shown twice.
        """
        place = None if after is None else _Place.parse(taken_back(after, scope, wanted))
        size = max(1, min(size, MOST_A_PAGE))
        found = await self._page(scope, queries.page(scope, wanted, size + 1, place and place.sort), place)
        hits = found.hits.hits[:size]
        next_ = None
        if len(found.hits.hits) > size:
            next_ = given_out(_Place.behind(hits[-1], self._remember(found.pit_id)).pack(), scope, wanted)
        elif found.pit_id:
            await self._let_go(found.pit_id, scope)
        return Page(events=tuple(event_in(msgspec.json.decode(hit.document)) for hit in hits), next=next_)

    async def counts(self, scope: Scope, wanted: Wanted, by: str, zone: str) -> Sequence[tuple[str, int]]:
        """As `ActivityIndex` says; in order of time, or else the most frequent first."""
        counted: Counter[str] = Counter()
        after = None
        while True:
            body = queries.counting(scope, wanted, by, zone, after)
            found = await self._cluster.search(f"{self._months}/_search", body, self._statement(scope))
            page = found.aggregations.counts
            for bucket in page.buckets:
                counted[_named(by, bucket.key["key"], zone)] += bucket.doc_count
            after = page.after_key
            if after is None or len(page.buckets) < queries.COUNTED_A_PAGE:
                break
        if by in _IN_WORDS:
            return sorted(counted.items())
        return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))

    async def close(self) -> None:
        """Let go of the cluster."""
        await self._cluster.close()

    async def _page(self, scope: Scope, body: queries.Body, place: "_Place | None") -> Found:
        if place is None:
            # Most looks end with their first page. A point in time holds every month of it open, and there are few.
            return await self._cluster.search(f"{self._months}/_search", body, self._statement(scope))
        point = self._points.get(place.point)
        if point is not None:
            try:
                return await self._at(point, scope, body)
            except Refused as refused:
                if refused.status != 404:
                    raise
        point = await self._point_in_time(scope)
        if point is None:
            return await self._cluster.search(f"{self._months}/_search", body, self._statement(scope))
        return await self._at(point, scope, body)

    async def _at(self, point: str, scope: Scope, body: queries.Body) -> Found:
        pit = {"id": point, "keep_alive": _KEPT}
        return await self._cluster.search("/_search", {**body, "pit": pit}, self._statement(scope))

    async def _point_in_time(self, scope: Scope) -> str | None:
        """A new point in time; None when the cluster keeps too many already."""
        path = f"{self._months}/_search/point_in_time?keep_alive={_KEPT}"
        try:
            answer = await self._cluster.ask("POST", path, bearer=self._statement(scope))
        except Refused as refused:
            if refused.status != 429:
                raise
            return None
        return understood(answer, _Point).pit_id

    async def _let_go(self, point: str, scope: Scope) -> None:
        with suppress(IndexUnavailable):  # it goes by itself then, in two minutes
            body = {"pit_id": [point]}
            await self._cluster.ask("DELETE", "/_search/point_in_time", body, bearer=self._statement(scope))

    def _remember(self, point: str | None) -> bytes:
        name = hashlib.sha256((point or "").encode()).digest()[:_NAME_BYTES]
        if point:
            self._points[name] = point
            while len(self._points) > _MOST_KEPT:
                self._points.popitem(last=False)
        return name

    def _statement(self, scope: Scope) -> str:
        """Whose events may be seen, signed for the cluster."""
        now = int(self._clock().timestamp())
        # An agency of another form could be taken for one of the two words before it.
        agencies = sorted(agency for agency in scope.agencies if re.fullmatch(r"[A-Z0-9]+", agency))
        roles = ["statewide"] if scope.statewide else ["agency", *agencies]
        claims = {"sub": "gateway", "aud": _AUDIENCE, "iat": now, "exp": now + _STATED_S, "roles": roles}
        return jwt.encode({"alg": "ES256"}, claims, self._key)


class _Place(NamedTuple):
    """Behind which entry to go on, and the name of the point in time the page was of."""

    nanoseconds: int
    sequence: int
    log: str
    point: bytes

    @classmethod
    def behind(cls, hit: Hit, point: bytes) -> "_Place":
        """Behind that entry."""
        nanoseconds, sequence, log = hit.sort
        return cls(nanoseconds, sequence, log, point)

    def pack(self) -> bytes:
        """As bytes."""
        return _PLACE.pack(self.nanoseconds, self.sequence, self.point) + self.log.encode()

    @classmethod
    def parse(cls, packed: bytes) -> "_Place":
        """From `pack`."""
        nanoseconds, sequence, point = _PLACE.unpack_from(packed)
        return cls(nanoseconds, sequence, packed[_PLACE.size :].decode(), point)

    @property
    def sort(self) -> list[int | str]:
        """The place in the order of entries."""
        return [self.nanoseconds, self.sequence, self.log]


class _Point(msgspec.Struct):
    pit_id: str


def _named(by: str, key: str | int, zone: str) -> str:
    """What a count is called: a time in its zone, or the value itself."""
    if isinstance(key, str):
        return key
    return datetime.fromtimestamp(key / 1000, UTC).astimezone(ZoneInfo(zone)).strftime(_IN_WORDS[by])


_AUDIENCE = "sightline-index"  # as deploy/opensearch/security/config.yml has it
_NAME_BYTES = 8
_PLACE = struct.Struct(f">qq{_NAME_BYTES}s")
_IN_WORDS = {"hour": "%H", "day": "%Y-%m-%d"}
