"""Each rule can be broken, and says so: a good connector with one fault breaks the rule of that fault."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from connectors import conformance
from connectors.conformance import connector_tests, rules, run, tried
from connectors.conformance.rules import RULES, Rule
from connectors.contract import (
    Answer,
    Attachment,
    DataClass,
    Deadline,
    Fault,
    Field,
    FieldSpec,
    Key,
    Kind,
    KindSpec,
    Qualifier,
    Query,
    Record,
    Samples,
    Source,
    SourceFault,
    Term,
)

NAME = "nc:PersonSurName"
SAMPLES = Samples(found=(Term(Key.SURNAME, "Hollis"),), absent=(Term(Key.SURNAME, "Nettlefold"),))


def record(number: int) -> Record:
    return Record(
        source="good",
        kind=Kind.CUSTODY,
        id=f"r{number}",
        version="1",
        as_of=datetime(2026, 1, 1, tzinfo=UTC),
        fields=(
            Field(name=NAME, value="Hollis", data_class=DataClass.PII, group="alias[1]"),
            Field(name="j:Booking", value="2026-01-01", data_class=DataClass.INMATE),
            Field(name="nc:PersonDigitalImage", value="face", data_class=DataClass.INMATE),
        ),
    )


class Good:
    """Keeps every rule: three records of one name, and a turn of the event loop before each answer."""

    source = Source(
        name="good",
        title="Good",
        owner="A county",
        owner_ori="NC9010000",
        version="1",
        caveat="Invented.",
        keys={Key.SURNAME: frozenset(Qualifier), Key.SID: frozenset({Qualifier.EXACT})},
        kinds=(
            KindSpec(
                kind=Kind.CUSTODY,
                title="Booking of {nc:PersonSurName}",
                fields=(
                    FieldSpec(name=NAME, label="Surname", classes=frozenset({DataClass.PII}), headline=True),
                    FieldSpec(name="j:Booking", label="Booked", classes=frozenset({DataClass.INMATE}), date=True),
                    FieldSpec(
                        name="nc:PersonDigitalImage",
                        label="Photograph",
                        classes=frozenset({DataClass.INMATE}),
                        attachment=True,
                    ),
                ),
            ),
        ),
    )
    samples = SAMPLES
    records = tuple(record(number) for number in range(3))

    async def search(self, query: Query, deadline: Deadline) -> Answer:
        await asyncio.sleep(0)
        return self.answer(query)

    def answer(self, query: Query) -> Answer:
        found = self.records if query.value(Key.SURNAME) == "Hollis" else ()
        return Answer(records=found[: query.max_results], total=len(found), current_to=datetime.now(UTC))

    async def fetch(self, record_id: str, query: Query, deadline: Deadline) -> Record | None:
        return next((each for each in self.records if each.id == record_id), None)

    async def attachment(self, record_id: str, name: str, query: Query, deadline: Deadline) -> Attachment | None:
        return Attachment("image/png", b"...") if name == "face" else None


def answering(change: Callable[[Answer], Answer]) -> type[Good]:
    class Changed(Good):
        def answer(self, query: Query) -> Answer:
            return change(super().answer(query))

    return Changed


def recording(**changes: object) -> type[Good]:
    class Changed(Good):
        records = tuple(replace(each, **changes) for each in Good.records)

    return Changed


def giving(**changes: object) -> type[Good]:
    """With the first field of every record changed."""
    name, *others = record(0).fields
    return recording(fields=(replace(name, **changes), *others))


def declaring(**changes: object) -> type[Good]:
    class Changed(Good):
        source = replace(Good.source, **changes)

    return Changed


class FindsNothing(Good):
    records = ()


class LosesIds(Good):
    async def fetch(self, record_id: str, query: Query, deadline: Deadline) -> Record | None:
        return None


class ListsUnfetchableKinds(Good):
    async def fetch(self, record_id: str, query: Query, deadline: Deadline) -> Record | None:
        found = await super().fetch(record_id, query, deadline)
        return found and replace(found, kind=Kind.PERSON)


class FaultOnAbsence(Good):
    def answer(self, query: Query) -> Answer:
        if query.value(Key.SURNAME) == "Nettlefold":
            raise SourceFault(Fault.UNREACHABLE)
        return super().answer(query)


class FindsEverybody(Good):
    def answer(self, query: Query) -> Answer:
        return super().answer(replace(query, terms=SAMPLES.found))


class InventsRecords(Good):
    async def fetch(self, record_id: str, query: Query, deadline: Deadline) -> Record | None:
        return await super().fetch(record_id, query, deadline) or record(0)


class IgnoresTheLimit(Good):
    def answer(self, query: Query) -> Answer:
        return super().answer(replace(query, max_results=50))


class HasOnlyOne(Good):
    records = Good.records[:1]


class SwallowsCancellation(Good):
    async def search(self, query: Query, deadline: Deadline) -> Answer:
        try:
            return await super().search(query, deadline)
        except asyncio.CancelledError:
            return self.answer(query)


class FaultsWhenCancelled(Good):
    async def search(self, query: Query, deadline: Deadline) -> Answer:
        try:
            return await super().search(query, deadline)
        except BaseException:  # noqa: BLE001 - the mistake to be found
            raise SourceFault(Fault.TIMEOUT) from None


class WorksOnWhenCancelled(Good):
    async def search(self, query: Query, deadline: Deadline) -> Answer:
        try:
            return await super().search(query, deadline)
        except asyncio.CancelledError:
            await asyncio.Event().wait()
            raise


class RaisesItsOwn(Good):
    def answer(self, query: Query) -> Answer:
        if not (query.value(Key.SURNAME) or "").isalpha():
            raise ValueError("not a name")
        return super().answer(query)


class QuotesTheQuestion(Good):
    def answer(self, query: Query) -> Answer:
        if len(query.value(Key.SURNAME) or "") > 99:
            fault = SourceFault(Fault.TOO_MANY)
            fault.args = (f"too long: {query.value(Key.SURNAME)}",)
            raise fault
        return super().answer(query)


class CarriesTheQuestionAlong(Good):
    def answer(self, query: Query) -> Answer:
        if value := query.value(Key.SID):
            try:
                int(value)
            except ValueError as error:
                raise SourceFault(Fault.GARBLED) from error
        return super().answer(query)


class CannotBeLate(Good):
    def answer(self, query: Query) -> Answer:
        return super().answer(query)

    async def search(self, query: Query, deadline: Deadline) -> Answer:
        if not deadline.remaining_s():
            raise TimeoutError
        return await super().search(query, deadline)


class LogsTheQuestion(Good):
    def answer(self, query: Query) -> Answer:
        logging.getLogger("county").debug("asked for %s", query.value(Key.SURNAME))
        return super().answer(query)


class KeepsTheQuestion(Good):
    async def search(self, query: Query, deadline: Deadline) -> Answer:
        self.query = query
        await asyncio.sleep(0)
        return self.answer(self.query)


class AnswersOneAtATime(Good):
    busy = False

    async def search(self, query: Query, deadline: Deadline) -> Answer:
        if self.busy:
            raise SourceFault(Fault.UNREACHABLE)
        self.busy = True
        try:
            return await super().search(query, deadline)
        finally:
            self.busy = False


class HasNoSuchPicture(Good):
    async def attachment(self, record_id: str, name: str, query: Query, deadline: Deadline) -> Attachment | None:
        return None


class NoPictures(Good):
    attachment = None


class Acknowledges(Good):
    async def acknowledge(self, record_id: str) -> None: ...


class Streams(Good):
    async def changes(self):
        yield None


FIRST = Good.source.kinds[0]
TWICE = (*FIRST.fields, FIRST.fields[0])
BARE = FieldSpec(name="nc:PersonGivenName", label="", classes=frozenset({DataClass.PII}))
TOMORROW = datetime.now(UTC) + timedelta(days=1)

BAD = [
    ("C01", FindsNothing, "the sample to be found finds nothing"),
    ("C01", LosesIds, "cannot be fetched by its id"),
    ("C01", ListsUnfetchableKinds, "cannot be fetched by its id"),
    ("C02", FaultOnAbsence, "SourceFault (unreachable) was raised"),
    ("C02", FindsEverybody, "the sample to find nothing finds something"),
    ("C02", answering(lambda a: replace(a, total=1)), "finds something"),
    ("C02", answering(lambda a: replace(a, sealed=Good.records)), "finds something"),
    ("C02", InventsRecords, "an id that does not exist gives a record"),
    ("C03", IgnoresTheLimit, "asked for one record at most, it gives 3"),
    ("C03", HasOnlyOne, "must match two records at least"),
    ("C03", answering(lambda a: replace(a, total=len(a.records) + 1)), "its total changes with the limit, from 4 to 2"),
    ("C03", answering(lambda a: replace(a, total=min(2, a.total))), "it gives 3 records and counts 2"),
    ("C04", SwallowsCancellation, "answers or fails all the same"),
    ("C04", FaultsWhenCancelled, "answers or fails all the same"),
    ("C04", WorksOnWhenCancelled, "still at work"),
    ("C05", RaisesItsOwn, "ValueError is raised where only SourceFault may be"),
    ("C05", CannotBeLate, "TimeoutError is raised where only SourceFault may be"),
    ("C05", QuotesTheQuestion, "a fault quotes the question"),
    ("C05", CarriesTheQuestionAlong, "raise it `from None`"),
    ("C05", LogsTheQuestion, "the question is in the log"),
    ("C06", KeepsTheQuestion, "asked 50 questions at once, it gives another answer than to one"),
    ("C06", AnswersOneAtATime, "SourceFault (unreachable) was raised"),
    ("C07", declaring(name="Not a name"), "the source's name is not letters"),
    ("C07", declaring(caveat=""), "lacks its title, owner, ORI, version or caveat"),
    ("C07", declaring(kinds=()), "declares no keys or no kinds"),
    ("C07", declaring(kinds=(FIRST, FIRST)), "a kind is declared twice"),
    ("C07", declaring(kinds=(replace(FIRST, fields=TWICE),)), "a field of custody is declared twice"),
    ("C07", declaring(kinds=(replace(FIRST, fields=(replace(BARE, name="Name"),)),)), "has no NIEM name"),
    ("C07", declaring(kinds=(replace(FIRST, title="Of {j:Booking}"),)), "uses what is not a headline"),
    ("C07", declaring(kinds=(replace(FIRST, fields=(*FIRST.fields, BARE)),)), "has no label or no class"),
    ("C07", answering(lambda a: replace(a, records=a.records[:1] * 2)), "one id is given to two records"),
    ("C07", answering(lambda a: replace(a, current_to=TOMORROW)), "current_to is not a time in the past"),
    ("C07", answering(lambda a: replace(a, current_to=datetime(2026, 1, 1))), "current_to is not a time"),  # noqa: DTZ001 - the mistake to be found
    ("C07", recording(kind=Kind.ORDER), "is of kind order, which is not declared"),
    ("C07", recording(source="another"), "names another source"),
    ("C07", recording(version=""), "has no id or no version"),
    ("C07", recording(as_of=TOMORROW), "as_of is not a time in the past"),
    ("C07", recording(sealed_as=DataClass.JUVENILE_COURT), "sealed as juvenile.court"),
    ("C07", giving(name="nc:PersonGivenName"), "nc:PersonGivenName is not declared"),
    ("C07", giving(data_class=DataClass.SBI), "nc:PersonSurName is given as sbi, which is not declared"),
    ("C07", giving(value=""), "given without a value"),
    ("C07", giving(group="alias"), "a group that is not written like charge[2]"),
    ("C07", giving(name="j:Booking", data_class=DataClass.INMATE), "j:Booking is not a date"),
    ("C07", HasNoSuchPicture, "names a picture that there is not"),
    ("C07", NoPictures, "the connector has no `attachment`"),
    ("C08", Acknowledges, "it has the verb acknowledge"),
    ("C08", Streams, "it has the verb changes"),
]

test_a_good_connector_keeps_every_rule = connector_tests(Good, SAMPLES)


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_GRACE_S", 0.05)


@pytest.mark.parametrize(("number", "make", "wrong"), BAD, ids=[f"{bad[0]}-{n}" for n, bad in enumerate(BAD)])
def test_a_bad_connector_breaks_its_rule(number: str, make: type[Good], wrong: str) -> None:
    (rule,) = (rule for rule in RULES if rule.number == number)

    assert wrong in (tried(rule, make, SAMPLES) or "nothing is wrong")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.number)
def test_every_rule_has_a_connector_that_breaks_it(rule: Rule) -> None:
    assert rule.number in {number for number, *_ in BAD}


def test_the_rules_keep_their_numbers() -> None:
    assert [(rule.number, rule.says) for rule in RULES] == [
        ("C01", "finds what is there"),
        ("C02", "absence is an answer"),
        ("C03", "obeys the limit, and counts beyond it"),
        ("C04", "stops when cancelled"),
        ("C05", "names its faults and never quotes the question"),
        ("C06", "answers fifty at once on one instance"),
        ("C07", "gives only what it declared, with its provenance"),
        ("C08", "never writes"),
    ]


def test_a_broken_rule_fails_the_test_with_its_sentence_and_its_reason() -> None:
    with pytest.raises(pytest.fail.Exception) as failed:
        connector_tests(FindsNothing, SAMPLES)(RULES[0])

    assert str(failed.value) == (
        "C01 finds what is there: the sample to be found finds nothing. An officer acts on what is not found."
    )


def test_what_is_wrong_never_quotes_a_value() -> None:
    said = [tried(rule, make, SAMPLES) or "" for number, make, _ in BAD for rule in RULES if rule.number == number]

    assert not [text for text in said if "Hollis" in text or "Xyqzzorvane" in text]


def test_every_rule_is_tried_on_a_connector_of_its_own() -> None:
    made: list[Good] = []

    def make() -> Good:
        made.append(Good())
        return made[-1]

    for rule in RULES:
        tried(rule, make, SAMPLES)
    assert len({id(connector) for connector in made}) == len(RULES)


def test_listening_to_the_log_leaves_the_log_as_it_was() -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers))

    tried(RULES[4], LogsTheQuestion, SAMPLES)

    assert (root.level, root.handlers) == before


def test_the_command_says_a_line_for_each_rule(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(f"{__name__}:Good")

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert lines == [*(f"{rule.number} kept   {rule.says}" for rule in RULES), "8 rules, 0 broken."]


def test_the_command_says_which_rule_is_broken_and_how(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(f"{__name__}:Acknowledges")

    assert code == 1
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "C08 BROKEN never writes: it has the verb acknowledge",
        "8 rules, 1 broken.",
    ]


@pytest.mark.parametrize(
    "target", ["nowhere.at_all:Good", f"{__name__}:NoSuchClass", __name__, "", ":", f"{__name__}:"]
)
def test_the_command_refuses_what_is_not_there(capsys: pytest.CaptureFixture[str], target: str) -> None:
    assert run(target) == 2
    assert "Name a class like package.module:Class" in capsys.readouterr().err


def test_the_command_refuses_a_class_without_samples(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(f"{conformance.__name__}:Rule") == 2
    assert "has no attribute `samples`" in capsys.readouterr().err
