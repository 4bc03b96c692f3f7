"""From the journal into OpenSearch: create and nothing else, until each entry is there once, whatever goes wrong.

Theory. An entry's index and id follow from the event, so that sending it again never makes a second one: the cluster
says 409. What stands there then is compared, by the verifier's right to read; the shipper's own cannot. An entry that
the mapping refuses, which is a defect of ours, is named in a file of dead letters and stands in the index as an
envelope; it stops nobody. All else that is refused waits: the caller tries again, for ever.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from audit.documents import MONTHS, envelope, event_in, id_of, index_of
from audit.files import DISK, make_folder
from audit.index import IndexAltered, IndexUnavailable, Position
from audit.index.cluster import Cluster, Refused, understood
from audit.index.cursor import Cursor

MOST_BYTES = 2 * 1024 * 1024  # of one request; OpenSearch takes 100 MB, but is slow to say no to them
_WAIT = "5s"  # for a part of the index that is away; without it one such part holds up all others for a minute


class OpenSearchIntake:
    """An `Intake` of `cluster`. `verifier` is the same cluster, asked by somebody who may read. `folder` keeps how far
    it has come and the dead letters. `close` it.
    """

    def __init__(self, cluster: Cluster, verifier: Cluster, folder: Path, *, months: str = MONTHS) -> None:
        self._cluster = cluster
        self._verifier = verifier
        self._months = months
        make_folder(DISK, folder)
        self._cursor = Cursor(folder / "cursor")
        self._dead_letters = folder / "dead-letters"
        self._there: set[int] = set()  # of the entries that are tried again, those that need not be

    async def position(self) -> Position:
        """As `Intake` says."""
        return self._cursor.read()

    async def create(self, entries: Iterable[tuple[int, bytes]]) -> None:
        """As `Intake` says. Raises `IndexUnavailable` until all of them are there; the cursor moves then."""
        documents = [_Document.of(event, self._months) for _, event in entries]
        for batch in _batches([one for one in documents if one.sequence not in self._there]):
            await self._send(batch)
        position = self._cursor.read()
        for one in documents:
            if one.sequence == position.size:  # never past a gap
                position = Position(size=one.sequence + 1, at=datetime.fromisoformat(one.event["@timestamp"]))
        self._cursor.move(position)
        self._there.clear()

    def rewind(self) -> None:
        """Begin from the first entry, to fill an empty index."""
        self._cursor.rewind()

    async def close(self) -> None:
        """Let go of the cluster."""
        await self._cluster.close()
        await self._verifier.close()

    async def _send(self, documents: Sequence["_Document"]) -> None:
        try:
            answer = await self._cluster.ask("POST", _BULK, b"".join(one.line for one in documents))
        except Refused as refused:
            if refused.status != 413 or len(documents) == 1:
                raise
            half = len(documents) // 2
            await self._send(documents[:half])
            await self._send(documents[half:])
            return
        said = understood(answer, _Bulk)
        if len(said.items) != len(documents):
            raise IndexUnavailable("OpenSearch did not say what became of each entry")
        outcomes = [(one, item.create) for one, item in zip(documents, said.items, strict=True)]
        self._there.update(one.sequence for one, outcome in outcomes if outcome.status == 201)
        await self._compare([one for one, outcome in outcomes if outcome.status == 409])
        for one, outcome in outcomes:
            if outcome.status == 400:
                await self._bury(one, outcome.kind)
        waiting = [outcome for _, outcome in outcomes if outcome.status not in {201, 400, 409}]
        if waiting:
            kinds = ", ".join(sorted({f"{outcome.status} {outcome.kind}" for outcome in waiting}))
            raise IndexUnavailable(f"OpenSearch did not take {len(waiting):,} of {len(documents):,} entries: {kinds}")

    async def _compare(self, documents: Sequence["_Document"]) -> None:
        """Raise `IndexAltered` where something else stands in an entry's place."""
        if not documents:
            return
        wanted = [{"_index": one.month, "_id": one.id} for one in documents]
        answer = understood(await self._verifier.ask("POST", "/_mget", {"docs": wanted}), _Stored)
        if len(answer.docs) != len(documents):
            raise IndexUnavailable("OpenSearch did not say what it has of each entry")
        for one, stored in zip(documents, answer.docs, strict=True):
            if not stored.found:
                raise IndexUnavailable(f"entry {one.sequence:,} is in the index and cannot be read there")
            if not one.is_in(stored.document):
                raise IndexAltered(f"entry {one.sequence:,} was changed in the index")
        self._there.update(one.sequence for one in documents)

    async def _bury(self, refused: "_Document", why: str) -> None:
        """Name an entry that the index refuses, and leave an envelope in its place."""
        if refused.is_envelope:
            raise IndexUnavailable(f"OpenSearch refuses the envelope of entry {refused.sequence:,}: {why}")
        await self._send([refused.enveloped()])
        letter = {"log": refused.event["cj"]["log"], "entry": refused.sequence, "why": why}
        descriptor = os.open(self._dead_letters, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(msgspec.json.encode(letter) + b"\n")
            file.flush()
            os.fsync(descriptor)


class _Document(NamedTuple):
    """One entry as it is sent."""

    event: Mapping[str, Any]
    month: str
    id: str
    source: bytes
    is_envelope: bool = False

    @classmethod
    def of(cls, event: bytes, months: str) -> "_Document":
        known = msgspec.json.decode(event)
        return cls(known, index_of(known, months), id_of(known), event)

    @property
    def sequence(self) -> int:
        sequence: int = self.event["event"]["sequence"]
        return sequence

    @property
    def line(self) -> bytes:
        return b'{"create":{"_index":"%b","_id":"%b"}}\n%b\n' % (self.month.encode(), self.id.encode(), self.source)

    def enveloped(self) -> "_Document":
        """The same entry as an envelope."""
        return self._replace(source=msgspec.json.encode(envelope(self.event)), is_envelope=True)

    def is_in(self, stored: bytes) -> bool:
        """Whether the index has this entry, as it is or in its envelope."""
        try:
            return event_in(msgspec.json.decode(stored)) == self.event
        except ValueError:
            return False


def _batches(documents: Sequence[_Document]) -> Iterable[list[_Document]]:
    """In requests that are not too large."""
    batch: list[_Document] = []
    size = 0
    for one in documents:
        if batch and size + len(one.source) > MOST_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += len(one.source)
    if batch:
        yield batch


class _Why(msgspec.Struct, frozen=True):
    type: str = ""


class _Outcome(msgspec.Struct, frozen=True):
    status: int
    error: _Why = _Why()

    @property
    def kind(self) -> str:
        """The type of the error. Its reason may quote the event, and is not read at all."""
        return self.error.type if self.error.type.replace("_", "").isalpha() else ""


class _Item(msgspec.Struct, frozen=True):
    create: _Outcome


class _Bulk(msgspec.Struct, frozen=True):
    items: tuple[_Item, ...] = ()


class _Doc(msgspec.Struct, frozen=True):
    found: bool = False
    document: msgspec.Raw = msgspec.field(name="_source", default_factory=msgspec.Raw)


class _Stored(msgspec.Struct, frozen=True):
    docs: tuple[_Doc, ...]


_BULK = f"/_bulk?timeout={_WAIT}&filter_path=items.create.status,items.create.error.type"
