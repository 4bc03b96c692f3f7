"""Never one merged truth: values stay with their source and date, and a person card is only a way to look at them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import Answer, Connector, DataClass, Deadline, Field, Kind, Query, Record
from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.inmate import Corrections
from connectors.stubs.sex_offender import Registry
from gateway.search import matching
from tests.world import HOLLIS, World

DOCUMENT = {matching.SURNAME: "Hollis", matching.LICENCE: "000012345678", matching.BIRTH_DATE: "1980-02-11"}


def record(number: int, **values: str) -> Record:
    fields = tuple(Field(name=name, value=value, data_class=DataClass.PII) for name, value in values.items())
    at = datetime(2026, 11, 2, tzinfo=UTC)
    return Record(source="dmv", kind=Kind.LICENCE, id=str(number), version="1", as_of=at, fields=fields)


def members(*records: Record) -> list[tuple[int, ...]]:
    return [card.members for card in matching.cards(records)]


def test_one_document_and_birth_date_put_two_records_on_one_card() -> None:
    assert members(record(1, **DOCUMENT), record(2, **DOCUMENT)) == [(0, 1)]


@pytest.mark.parametrize("number", [matching.SID, matching.FBI])
def test_two_fingerprint_numbers_are_two_people_whatever_else_they_share(number: str) -> None:
    one, other = record(1, **DOCUMENT, **{number: "A1"}), record(2, **DOCUMENT, **{number: "B2"})
    assert members(one, other) == [(0,), (1,)]


def test_nobody_in_between_joins_two_people() -> None:
    one, other = record(1, **DOCUMENT, **{matching.SID: "A1"}), record(2, **DOCUMENT, **{matching.SID: "B2"})
    assert not any({0, 1} <= set(card) for card in members(one, other, record(3, **DOCUMENT)))


def test_a_document_alone_joins_nobody() -> None:
    other = {**DOCUMENT, matching.BIRTH_DATE: "1981-02-11"}
    assert members(record(1, **DOCUMENT), record(2, **other)) == [(0,), (1,)]


def test_a_name_and_birth_date_join_nobody() -> None:
    same = {matching.SURNAME: "Hollis", matching.BIRTH_DATE: "1980-02-11"}
    assert members(record(1, **same), record(2, **same)) == [(0,), (1,)]


def test_values_that_contradict_each_other_stand_side_by_side(world: World) -> None:
    """The courts have his birth date the other way round."""
    page = world.signed_in().post("/search", HOLLIS).text

    card = page[page.index("Birth date") :]
    card = card[: card.index("Address")]
    assert "differs" in card
    assert "Feb 11, 1980" in card
    assert "Nov 2, 1980" in card
    assert "Courts" in card
    assert "DMV" in card


def test_a_record_says_what_its_source_said_and_nothing_else(tmp_path: Path) -> None:
    sources = {stub.source.name: Remembering(stub()) for stub in (Dmv, Courts, Registry, Corrections)}
    with World(tmp_path, list(sources.values())).running() as world:
        answer = world.signed_in().ask()

    said = {
        source["source"]: [values(record["fields"]) for record in source["records"]] for source in answer["sources"]
    }
    assert sum(map(len, said.values())) > 3
    for name, records in said.items():
        given = [values(map(as_shown, record.fields)) for record in sources[name].gave.records]
        assert len(records) == len(given)
        assert all(shown <= whole for shown, whole in zip(records, given, strict=True))


def values(fields: Iterable[dict[str, Any]]) -> set[tuple[str, ...]]:
    return {(field["name"], field["value"], field["class"], field["group"] or "") for field in fields}


def as_shown(field: Field) -> dict[str, Any]:
    return {"name": field.name, "value": field.value, "class": field.data_class, "group": field.group}


class Remembering:
    """A source that remembers what it gave."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self.source, self.fetch = connector.source, connector.fetch

    async def search(self, query: Query, deadline: Deadline) -> Answer:
        self.gave = await self._connector.search(query, deadline)
        return self.gave
