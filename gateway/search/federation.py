"""Asks every source at once: one task a source, each with its own deadline; one that is slow costs the others nothing.

Nothing a source says or raises reaches a log: the fault's name does.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import msgspec

from connectors.contract import (
    Attachment,
    Connector,
    Deadline,
    Fault,
    HasAttachments,
    Kind,
    Qualifier,
    Query,
    Record,
    Source,
    SourceFault,
    Term,
)
from gateway.logs import log
from gateway.metrics import SOURCE_ANSWERS
from gateway.search import declared
from gateway.search.outcomes import Answered, NotAsked, NotPermitted, Outcome, Unavailable

Readings = Sequence[tuple[Term, ...]]
Said = TypeVar("Said")


@asynccontextmanager
async def asking(
    connectors: Sequence[Connector],
    query: Query,
    readings: Readings,
    *,
    chosen: frozenset[str] | None,
    refused: Mapping[str, str],
) -> AsyncIterator["asyncio.Queue[Outcome]"]:
    """A queue that receives one outcome for each connector, as they come; leaving early hangs up on the rest.

    `chosen` None means all. `refused` names the sources policy forbids and the rule; those are never asked.
    """
    arrived: asyncio.Queue[Outcome] = asyncio.Queue()
    tasks = []
    for connector in connectors:
        known = _unasked(connector.source, readings, chosen, refused)
        if known is not None:
            arrived.put_nowait(known)
        else:
            tasks.append(asyncio.create_task(_report(connector, query, readings, arrived)))
    try:
        yield arrived
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Fetched(msgspec.Struct, frozen=True):
    """One whole record as its source declared it, and how many things were dropped of it."""

    record: Record
    dropped: int


async def fetch(connector: Connector, kind: Kind, record_id: str, query: Query) -> Fetched | Unavailable | None:
    """One whole record, None when the source has none of that id, or why it did not say."""

    async def ask(deadline: Deadline) -> Fetched | None:
        record = await connector.fetch(record_id, _in_time(query, deadline), deadline)
        if record is None:
            return None
        kept = declared.kept([record], connector.source)
        if [(found.kind, found.id) for found in kept.records] != [(kind, record_id)]:
            raise SourceFault(Fault.GARBLED)  # not as declared, or another record than was asked for
        return Fetched(kept.records[0], kept.dropped)

    return await _patiently(connector.source, ask)


async def attachment(connector: Connector, record_id: str, name: str, query: Query) -> Attachment | Unavailable | None:
    """A picture of a record, None when there is none, or why the source did not say."""
    if not isinstance(connector, HasAttachments):
        return None

    async def ask(deadline: Deadline) -> Attachment | None:
        given = await connector.attachment(record_id, name, _in_time(query, deadline), deadline)
        return declared.attachment(given)

    return await _patiently(connector.source, ask)


def _unasked(
    source: Source, readings: Readings, chosen: frozenset[str] | None, refused: Mapping[str, str]
) -> Outcome | None:
    """Why a source is not asked, or None when it is."""
    if source.name in refused:
        return NotPermitted(source, refused[source.name])
    if chosen is not None and source.name not in chosen:
        return NotAsked(source, "not_chosen")
    if not source.can_answer(frozenset(term.key for reading in readings for term in reading)):
        return NotAsked(source, "cannot_answer")
    return None


async def _report(connector: Connector, query: Query, readings: Readings, arrived: "asyncio.Queue[Outcome]") -> None:
    outcome = await _ask(connector, query, readings)
    word = outcome.fault.value if isinstance(outcome, Unavailable) else "answered"
    SOURCE_ANSWERS.labels(connector.source.name, word).observe(outcome.elapsed_ms / 1000)
    arrived.put_nowait(outcome)


async def _ask(connector: Connector, query: Query, readings: Readings) -> Answered | Unavailable:
    source = connector.source
    started = time.monotonic()

    async def ask(deadline: Deadline) -> Answered:
        checked = []
        for reading in readings:
            asked = msgspec.structs.replace(_in_time(query, deadline), terms=_for(source, reading))
            given = await connector.search(asked, deadline)
            checked.append(declared.answer(given, source, query.max_results))
        return _together(source, checked, query.max_results, _ms(started))

    return await _patiently(source, ask)


async def _patiently(source: Source, ask: Callable[[Deadline], Awaitable[Said]]) -> Said | Unavailable:
    """What a source says before our patience with it is at its end, or the fault for which it does not.

    It is told to stop then, and when somebody hangs up; nobody waits until it does.
    """
    started = time.monotonic()
    deadline = Deadline(source.patience_s, time.monotonic)
    saying = asyncio.ensure_future(ask(deadline))
    try:
        await asyncio.wait([saying], timeout=deadline.remaining_s())
    finally:
        if not saying.done():
            _STOPPING.add(saying)
            saying.add_done_callback(_stopped)
            saying.cancel()
    if not saying.done():
        return _unavailable(source, TimeoutError(), started)
    try:
        return saying.result()
    except (asyncio.CancelledError, Exception) as error:  # noqa: BLE001 - the edge to a source: each becomes its fault
        return _unavailable(source, error, started)


_STOPPING: set["asyncio.Future[Any]"] = set()  # the loop alone would forget them


def _stopped(late: "asyncio.Future[Any]") -> None:
    """Whatever it says now is too late, and in no log."""
    _STOPPING.discard(late)
    if not late.cancelled():
        late.exception()


def _in_time(query: Query, deadline: Deadline) -> Query:
    """The question with what is left of our patience, so that a source need not work for nobody."""
    return msgspec.structs.replace(query, deadline_ms=round(deadline.remaining_s() * 1000))


def _for(source: Source, reading: Sequence[Term]) -> tuple[Term, ...]:
    """The terms this source knows, each with a qualifier it declared: the one asked for, or the narrowest."""
    terms = []
    for term in reading:
        declared_for = source.keys.get(term.key, frozenset())
        qualifier = next((each for each in (term.qualifier, *Qualifier) if each in declared_for), None)
        if qualifier is not None:
            terms.append(msgspec.structs.replace(term, qualifier=qualifier))
    return tuple(terms)


def _together(source: Source, checked: Sequence[declared.Checked], most: int, elapsed_ms: int) -> Answered:
    """The answers to all readings as one: each record once, and never fewer in total than are listed."""
    answers = [each.answer for each in checked]
    records = {(record.kind, record.id): record for answer in answers for record in answer.records}
    sealed = {(record.kind, record.id): record for answer in answers for record in answer.sealed}
    twice = sum(len(answer.records) for answer in answers) - len(records)
    listed = tuple(records.values())[:most]
    return Answered(
        source=source,
        records=listed,
        total=sum(answer.total for answer in answers) - twice,
        current_to=min(answer.current_to for answer in answers),
        elapsed_ms=elapsed_ms,
        is_whole=all(each.is_whole for each in checked) and len(listed) == len(records),
        sealed=tuple(sealed.values()),
        dropped=sum(each.dropped for each in checked),
    )


def _unavailable(source: Source, error: BaseException, started: float) -> Unavailable:
    match error:
        case SourceFault(fault=Fault() as fault):
            pass
        case TimeoutError():
            fault = Fault.TIMEOUT
        case OSError():
            fault = Fault.UNREACHABLE
        case _:
            fault = Fault.GARBLED
            log.error("source.raised", source=source.name, error=type(error).__name__)
    return Unavailable(source=source, fault=fault, elapsed_ms=_ms(started))


def _ms(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
