"""How a test asks a connector."""

import time

from connectors.contract import Answer, Connector, Deadline, Field, Key, Qualifier, Query, Record, Term

EXACT, STARTS_WITH, PHONETIC = Qualifier.EXACT, Qualifier.STARTS_WITH, Qualifier.PHONETIC


def query(*terms: Term, max_results: int = 50, purpose: str = "C") -> Query:
    return Query(
        query_id="q",
        terms=terms,
        user="u",
        requesting_ori="NC9010000",
        purpose_code=purpose,
        deadline_ms=2_000,
        max_results=max_results,
    )


def deadline(patience_s: float = 60.0) -> Deadline:
    return Deadline(patience_s, time.monotonic)


async def search(connector: Connector, *terms: Term, max_results: int = 50) -> Answer:
    return await connector.search(query(*terms, max_results=max_results), deadline())


async def by_name(connector: Connector, surname: str, given: str = "", how: Qualifier = EXACT, **more: str) -> Answer:
    named = [Term(Key.SURNAME, surname, how), *([Term(Key.GIVEN_NAME, given, how)] if given else [])]
    return await search(connector, *named, *(Term(Key(key), value) for key, value in more.items()))


async def by_number(connector: Connector, key: Key, value: str) -> Answer:
    return await search(connector, Term(key, value))


async def fetch(connector: Connector, record_id: str) -> Record | None:
    return await connector.fetch(record_id, query(), deadline())


def titles(connector: Connector, answer: Answer) -> list[str]:
    """The records of an answer under the titles a list of results gives them."""
    return [title(connector, record) for record in answer.records]


def title(connector: Connector, record: Record) -> str:
    spec = connector.source.spec(record.kind)
    assert spec is not None
    values: dict[str, str] = {}
    for field in record.fields:
        if field.group is None:
            values.setdefault(field.name, field.value)
    text = spec.title
    for field_spec in spec.fields:
        text = text.replace(f"{{{field_spec.name}}}", values.get(field_spec.name, ""))
    return " ".join(text.split())


def given(record: Record, name: str) -> Field:
    return next(field for field in record.fields if field.name == name)
