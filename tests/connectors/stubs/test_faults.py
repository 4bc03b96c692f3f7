"""Any source can be made to fail in any one way, and the others are left alone."""

import asyncio
import time
from collections.abc import Callable

import pytest

from connectors.contract import DataClass, Deadline, Fault, HasAttachments, Key, SourceFault, Term
from connectors.stubs import faults
from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.faults import Trouble, Troubled, parse, troubled
from tests.connectors.asking import by_name, deadline, query

HOLLIS = query(Term(Key.SURNAME, "Hollis"), Term(Key.GIVEN_NAME, "Merrick"))
SAID = [Trouble.TIMEOUT, Trouble.UNREACHABLE, Trouble.DENIED, Trouble.GARBLED, Trouble.TOO_MANY]


class Frozen:
    """A clock that stands still but for what a test adds."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What would have been slept, at once."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(faults.asyncio, "sleep", sleep)
    return waits


@pytest.mark.parametrize("trouble", SAID)
@pytest.mark.parametrize(
    "ask",
    [
        lambda source: source.search(HOLLIS, deadline()),
        lambda source: source.fetch("some record", query(), deadline()),
        lambda source: source.attachment("some record", "photograph", query(), deadline()),
    ],
    ids=["search", "fetch", "attachment"],
)
async def test_a_fault_is_said_by_its_name_to_every_question(
    dmv: Dmv, slept: list[float], trouble: Trouble, ask: Callable
) -> None:
    with pytest.raises(SourceFault) as caught:
        await ask(Troubled(dmv, trouble))

    assert caught.value.fault is Fault(trouble.value)
    assert str(caught.value) == trouble.value


async def test_a_timeout_takes_all_the_time_there_was(dmv: Dmv, slept: list[float]) -> None:
    with pytest.raises(SourceFault):
        await Troubled(dmv, Trouble.TIMEOUT).search(HOLLIS, Deadline(2.0, Frozen()))

    assert slept == [2.0]


async def test_a_slow_source_answers_late(dmv: Dmv, slept: list[float]) -> None:
    answer = await Troubled(dmv, Trouble.SLOW).search(HOLLIS, deadline())

    assert slept == [1.2]
    assert answer.total == 2


async def test_a_slow_source_that_is_too_late_says_so(dmv: Dmv, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Frozen()

    async def sleep(seconds: float) -> None:
        clock.now += seconds

    monkeypatch.setattr(faults.asyncio, "sleep", sleep)
    with pytest.raises(SourceFault) as caught:
        await Troubled(dmv, Trouble.SLOW).search(HOLLIS, Deadline(1.0, clock))
    assert caught.value.fault is Fault.TIMEOUT


async def test_a_stalled_source_never_answers_and_can_be_cancelled(dmv: Dmv) -> None:
    question = asyncio.ensure_future(Troubled(dmv, Trouble.STALL).search(HOLLIS, Deadline(0.0, time.monotonic)))
    for _ in range(100):
        await asyncio.sleep(0)
    assert not question.done()

    question.cancel()
    with pytest.raises(asyncio.CancelledError):
        await question


async def test_an_odd_source_gives_what_it_never_declared(courts: Courts) -> None:
    answer = await Troubled(courts, Trouble.ODD).search(HOLLIS, deadline())
    spec = courts.source.spec(answer.records[0].kind)
    assert spec is not None
    declared = {field.name: field.classes for field in spec.fields}
    odd = answer.records[0].fields[-4:]

    assert odd[0].name not in declared
    assert odd[1].data_class not in declared[odd[1].name]
    assert len(odd[2].value) == 1_000_000
    assert "\x00" in odd[3].value


async def test_an_odd_source_gives_the_rest_as_it_is(courts: Courts) -> None:
    answer, odd = [await source.search(HOLLIS, deadline()) for source in (courts, Troubled(courts, Trouble.ODD))]

    assert [record.fields for record in answer.records] == [record.fields[:-4] for record in odd.records]


async def test_sealed_and_fetched_records_are_odd_too(courts: Courts) -> None:
    source = Troubled(courts, Trouble.ODD)
    (sealed, _) = (await by_name(source, "Talloway")).sealed

    assert sealed.sealed_as in {DataClass.JUVENILE_COURT, DataClass.JUVENILE_POLICE}
    assert await source.fetch(sealed.id, query(), deadline()) == sealed
    assert await source.fetch("no such record", query(), deadline()) is None


async def test_pictures_are_given_as_they_are_and_none_where_there_are_none(dmv: Dmv, courts: Courts) -> None:
    (driver, _) = (await dmv.search(HOLLIS, deadline())).records
    asked = driver.id, "photograph", query(), deadline()

    assert await Troubled(dmv, Trouble.ODD).attachment(*asked) == await dmv.attachment(*asked)
    assert await Troubled(courts, Trouble.ODD).attachment(*asked) is None
    assert isinstance(Troubled(courts, Trouble.ODD), HasAttachments)


def test_only_the_sources_named_are_troubled(sources) -> None:
    dmv, courts, registry, corrections = troubled(sources, parse("courts:timeout, dmv:slow"))

    assert isinstance(dmv, Troubled)
    assert isinstance(courts, Troubled)
    assert (registry, corrections) == sources[2:]
    assert [each.source for each in (dmv, courts)] == [each.source for each in sources[:2]]


def test_every_trouble_can_be_asked_for_by_its_word() -> None:
    assert parse("a:timeout,b:slow,c:stall,") == {"a": Trouble.TIMEOUT, "b": Trouble.SLOW, "c": Trouble.STALL}
    assert parse("") == {}


@pytest.mark.parametrize(
    "text", ["courts", "courts:", ":timeout", "courts:busy", "courts timeout", "courts:open_circuit"]
)
def test_what_is_no_fault_is_refused_with_the_words_there_are(text: str) -> None:
    with pytest.raises(ValueError, match="write a source, a colon and one of timeout, unreachable, denied"):
        parse(text)


def test_a_source_that_does_not_exist_is_refused(sources) -> None:
    with pytest.raises(ValueError, match="no source is called court; there are dmv, courts, registry, corrections"):
        troubled(sources, {"court": Trouble.SLOW})
