"""Asks every source at once: one task a source, each with its own deadline; one that is slow costs the others nothing.

Nothing a source says or raises reaches a log: the fault's name does.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import msgspec

from connectors.contract import (
    Answer,
    Attachment,
    Connector,
    Deadline,
    Fault,
    HasAttachments,
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
        known = unasked(connector.source, readings, chosen, refused)
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


def unasked(
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


async def fetch(connector: Connector, record_id: str, query: Query) -> Record | Unavailable | None:
    """One whole record as declared, None when the source has none of that id, or why it did not say."""
    started = time.monotonic()
    deadline = Deadline(connector.source.patience_s, time.monotonic)
    try:
        async with asyncio.timeout(deadline.remaining_s()):
            record = await connector.fetch(record_id, query, deadline)
        if record is None:
            return None
        kept = declared.kept([record], connector.source).records
        return kept[0] if kept else Unavailable(source=connector.source, fault=Fault.GARBLED, elapsed_ms=_ms(started))
    except Exception as error:  # noqa: BLE001 - the edge to a source: whatever it raises becomes its fault
        return _unavailable(connector.source, error, started)


async def attachment(connector: Connector, record_id: str, name: str, query: Query) -> Attachment | Unavailable | None:
    """A picture of a record, None when there is none, or why the source did not say."""
    if not isinstance(connector, HasAttachments):
        return None
    started = time.monotonic()
    deadline = Deadline(connector.source.patience_s, time.monotonic)
    try:
        async with asyncio.timeout(deadline.remaining_s()):
            return declared.attachment(await connector.attachment(record_id, name, query, deadline))
    except Exception as error:  # noqa: BLE001 - the edge to a source: whatever it raises becomes its fault
        return _unavailable(connector.source, error, started)


async def _report(connector: Connector, query: Query, readings: Readings, arrived: "asyncio.Queue[Outcome]") -> None:
    outcome = await _ask(connector, query, readings)
    word = outcome.fault.value if isinstance(outcome, Unavailable) else "answered"
    SOURCE_ANSWERS.labels(connector.source.name, word).observe(outcome.elapsed_ms / 1000)
    arrived.put_nowait(outcome)


async def _ask(connector: Connector, query: Query, readings: Readings) -> Answered | Unavailable:
    source = connector.source
    started = time.monotonic()
    deadline = Deadline(source.patience_s, time.monotonic)
    try:
        async with asyncio.timeout(deadline.remaining_s()):
            given = [
                await connector.search(msgspec.structs.replace(query, terms=_for(source, reading)), deadline)
                for reading in readings
            ]
        checked = [declared.answer(answer, source, query.max_results) for answer in given]
        return _together(source, [answer for answer, _ in checked], sum(lost for _, lost in checked), started, query)
    except Exception as error:  # noqa: BLE001 - the edge to a source: whatever it raises becomes its fault
        return _unavailable(source, error, started)


def _for(source: Source, reading: Sequence[Term]) -> tuple[Term, ...]:
    """The terms this source knows, each with a qualifier it understands."""
    known = (term for term in reading if term.key in source.keys)
    return tuple(
        term if term.qualifier in source.keys[term.key] else msgspec.structs.replace(term, qualifier=Qualifier.EXACT)
        for term in known
    )


def _together(source: Source, answers: Sequence[Answer], dropped: int, started: float, query: Query) -> Answered:
    """The answers to both readings as one: each record once, and never fewer in total than are listed."""
    records = {(record.kind, record.id): record for answer in answers for record in answer.records}
    sealed = {(record.kind, record.id): record for answer in answers for record in answer.sealed}
    twice = sum(len(answer.records) for answer in answers) - len(records)
    return Answered(
        source=source,
        records=tuple(records.values())[: query.max_results],
        total=sum(answer.total for answer in answers) - twice,
        current_to=min(answer.current_to for answer in answers),
        elapsed_ms=_ms(started),
        sealed=tuple(sealed.values()),
        dropped=dropped,
    )


def _unavailable(source: Source, error: Exception, started: float) -> Unavailable:
    match error:
        case SourceFault(fault=fault):
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
