"""The rules themselves: number, sentence, reason, an example of breaking it, and the check.

What is wrong is said without quoting a value: these lines end up in logs.
"""

import asyncio
import inspect
import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import msgspec

from connectors.conformance.declared import is_past, wrong_in_record, wrong_in_source
from connectors.contract import (
    IDENTIFIERS,
    Answer,
    Connector,
    Deadline,
    HasAttachments,
    Key,
    Query,
    Record,
    Samples,
    SourceFault,
    Term,
)

_PATIENCE_S = 10.0  # how long any one question may take
_GRACE_S = 1.0  # how long a cancelled question may take to end
_AT_ONCE = 50
_VERBS = {"search", "fetch", "attachment"}

# What an officer may type, or paste, or send by mistake. None of it may break a connector or turn up in what it says.
_CANARY = "Xyqzzorvane"
_ODD_TEXTS = (
    _CANARY,
    f"{_CANARY}'; DROP TABLE people; --",
    f"{_CANARY}\x00\x1b[31m\u202e\U0001f46e",
    f"<{_CANARY}>%_*?{{}}",
    _CANARY * 1_000,
)

_Check = Callable[[Connector, Samples], Awaitable[str | None]]


class Rule(msgspec.Struct, frozen=True):
    """One rule, why there is one, and what it is like to break it. `check` says in words what is wrong, or None."""

    number: str
    says: str
    reason: str
    example: str
    check: _Check


def _rule(number: str, says: str, *, reason: str, example: str) -> Callable[[_Check], Rule]:
    return lambda check: Rule(number, says, reason, example, check)


@_rule(
    "C01",
    "finds what is there",
    reason="An officer acts on what is not found.",
    example="A record is listed, but its id is not the one that fetch knows.",
)
async def _c01(connector: Connector, samples: Samples) -> str | None:
    answer = await _search(connector, samples.found)
    if not answer.records:
        return "the sample to be found finds nothing"
    for record in answer.records:
        fetched = await connector.fetch(record.id, _query(), _deadline())
        if fetched is None or (fetched.id, fetched.kind) != (record.id, record.kind):
            return "a record that was found cannot be fetched by its id"
    return None


@_rule(
    "C02",
    "absence is an answer",
    reason="Nobody must take 'no record' for 'no answer', or the other way round.",
    example="The county answers 404, and the connector raises a fault.",
)
async def _c02(connector: Connector, samples: Samples) -> str | None:
    answer = await _search(connector, samples.absent)
    if answer.records or answer.total or answer.sealed:
        return "the sample to find nothing finds something"
    if await connector.fetch("no-such-record", _query(), _deadline()) is not None:
        return "fetching an id that does not exist gives a record"
    return None


@_rule(
    "C03",
    "obeys the limit, and counts beyond it",
    reason="A list cut without a word looks like all there is.",
    example="Fifty of 312 records are given with a total of fifty.",
)
async def _c03(connector: Connector, samples: Samples) -> str | None:
    whole = await _search(connector, samples.found)
    if whole.total < 2:
        return "the sample to be found must match two records at least, or no limit can be tried"
    if len(whole.records) > whole.total:
        return f"it gives {len(whole.records)} records and counts {whole.total}"
    cut = await _search(connector, samples.found, max_results=1)
    if len(cut.records) != 1:
        return f"asked for one record at most, it gives {len(cut.records)}"
    if cut.total != whole.total:
        return f"its total changes with the limit, from {whole.total} to {cut.total}"
    return None


@_rule(
    "C04",
    "stops when cancelled",
    reason="A browser that hangs up must not keep a source busy.",
    example="`except BaseException` around the request turns a cancellation into a fault.",
)
async def _c04(connector: Connector, samples: Samples) -> str | None:
    for turns in (1, 2, 5, 20, 100):  # of the event loop, so as to cancel it at different points of its work
        task = asyncio.ensure_future(_search(connector, samples.found))
        for _ in range(turns):
            await asyncio.sleep(0)
        if task.done():
            await task
            return None
        task.cancel()
        await asyncio.wait({task}, timeout=_GRACE_S)
        if not task.done():
            return f"it is still at work {_GRACE_S:.0f} s after it was cancelled"
        if not task.cancelled():
            return "cancelled, it answers or fails all the same"
    return None


@_rule(
    "C05",
    "names its faults and never quotes the question",
    reason="Whatever an exception or a log line says is read by people who may not know who was asked about.",
    example="A client's exception with the address in it, and the name in the address.",
)
async def _c05(connector: Connector, samples: Samples) -> str | None:
    keys = (IDENTIFIERS | {Key.SURNAME}) & connector.source.keys.keys()
    odd = [((Term(key, text),), _PATIENCE_S) for key in keys for text in _ODD_TEXTS]
    with _what_is_logged() as logged:
        for terms, patience_s in (*odd, (samples.found, 0.0)):
            try:
                await _search(connector, terms, patience_s=patience_s)
            except SourceFault as fault:
                if _CANARY in "".join(traceback.format_exception(fault)):
                    return "a fault quotes the question, or an exception it was raised from does: raise it `from None`"
            except Exception as error:  # noqa: BLE001 - any other exception is what this rule forbids
                return f"{type(error).__name__} is raised where only SourceFault may be"
    return "the question is in the log" if any(_CANARY in line for line in logged) else None


@_rule(
    "C06",
    "answers fifty at once on one instance",
    reason="One connector serves every officer of a process.",
    example="The question is kept in an attribute, and the next one overwrites it.",
)
async def _c06(connector: Connector, samples: Samples) -> str | None:
    found = await _search(connector, samples.found)
    absent = await _search(connector, samples.absent)
    answers = await asyncio.gather(
        *(_search(connector, samples.absent if n % 2 else samples.found) for n in range(_AT_ONCE))
    )
    for n, answer in enumerate(answers):
        alone = absent if n % 2 else found
        if (_ids(answer), answer.total) != (_ids(alone), alone.total):
            return f"asked {_AT_ONCE} questions at once, it gives another answer than to one"
    return None


@_rule(
    "C07",
    "gives only what it declared, with its provenance",
    reason="Policy decides by what was declared; what was not can only be thrown away.",
    example="A new column of the county's table appears as a field that nobody has classified.",
)
async def _c07(connector: Connector, samples: Samples) -> str | None:
    source = connector.source
    if wrong := wrong_in_source(source):
        return wrong
    answer = await _search(connector, samples.found)
    records = (*answer.records, *answer.sealed)
    if len(_ids(answer)) != len(records):
        return "one id is given to two records"
    if not is_past(answer.current_to):
        return "current_to is not a time in the past, in UTC or with its zone"
    for record in records:
        whole = await connector.fetch(record.id, _query(), _deadline())
        for each in (record, whole or record):
            if wrong := wrong_in_record(source, each) or await _wrong_in_pictures(connector, each):
                return wrong
    return None


@_rule(
    "C08",
    "never writes",
    reason="Sightline asks. Nothing that an officer does here changes a source.",
    example="A coroutine `acknowledge` that marks a warrant as seen.",
)
async def _c08(connector: Connector, samples: Samples) -> str | None:  # noqa: ARG001 - every check is called alike
    verbs = {
        name
        for name, verb in inspect.getmembers(type(connector))
        if inspect.iscoroutinefunction(verb) or inspect.isasyncgenfunction(verb)
        if not name.startswith("_")
    }
    return f"it has the verb {min(verbs - _VERBS)}" if verbs - _VERBS else None


RULES = (_c01, _c02, _c03, _c04, _c05, _c06, _c07, _c08)


async def _search(
    connector: Connector, terms: tuple[Term, ...], *, max_results: int = 50, patience_s: float = _PATIENCE_S
) -> Answer:
    async with asyncio.timeout(_PATIENCE_S):
        return await connector.search(_query(terms, max_results), _deadline(patience_s))


async def _wrong_in_pictures(connector: Connector, record: Record) -> str | None:
    spec = connector.source.spec(record.kind)
    names = {field.name for field in spec.fields if field.attachment} if spec else ()
    for field in record.fields:
        if field.name not in names:
            continue
        if not isinstance(connector, HasAttachments):
            return f"{field.name} names a picture, but the connector has no `attachment`"
        if await connector.attachment(record.id, field.value, _query(), _deadline()) is None:
            return f"{field.name} names a picture that there is not"
    return None


def _query(terms: tuple[Term, ...] = (), max_results: int = 50) -> Query:
    return Query(
        query_id="conformance",
        terms=terms,
        user="conformance",
        requesting_ori="NC9010000",
        purpose_code="C",
        deadline_ms=int(_PATIENCE_S * 1_000),
        max_results=max_results,
    )


def _deadline(patience_s: float = _PATIENCE_S) -> Deadline:
    return Deadline(patience_s, time.monotonic)


def _ids(answer: Answer) -> set[str]:
    return {record.id for record in (*answer.records, *answer.sealed)}


@contextmanager
def _what_is_logged() -> Iterator[list[str]]:
    """Every line that any logger writes meanwhile, at any level."""
    lines: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    root, listener = logging.getLogger(), Listener()
    level = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.setLevel(level)
        root.removeHandler(listener)
