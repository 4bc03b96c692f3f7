"""Each entry is in the cluster once, whatever the cluster says or does not say; nothing it says is repeated."""

import base64
import json
import logging

import httpx2
import pytest

from audit import canonical
from audit.documents import event_in
from audit.index import IndexAltered, IndexUnavailable, Position
from audit.index.intake import OpenSearchIntake
from tests.audit.examples import CANARY
from tests.audit.index.imitation import Imitation, answering, breaking


@pytest.fixture
def held():
    return Imitation()


@pytest.fixture
async def intake(held, tmp_path):
    made = OpenSearchIntake(held.cluster(), held.cluster(), tmp_path / "shipping")
    yield made
    await made.close()


def whole(held, journalled):
    """Whether each entry is there once, as it was journalled, or in its envelope."""
    events = [canonical.encode(dict(event_in(json.loads(document)))) for document in held.entries().values()]
    return sorted(events) == sorted(event for _, event in journalled) and len(held.held) == len(journalled)


async def until_taken(intake, entries, most=10):
    """As a shipper does: the same again until it is taken."""
    for attempt in range(1, most + 1):
        try:
            await intake.create(entries)
        except IndexUnavailable:
            continue
        return attempt
    raise AssertionError("never taken")


async def test_an_entry_is_sent_as_it_was_journalled_to_the_month_of_its_own_time(intake, held, journalled):
    later = json.loads(journalled[0][1]) | {"@timestamp": "2027-12-31T23:59:59.999999Z"}
    later["event"] = later["event"] | {"sequence": len(journalled)}
    entries = [*journalled, (len(journalled), canonical.encode(later))]

    await intake.create(entries)

    assert whole(held, entries)
    assert {index for index, _ in held.held} == {"sightline-2026.03", "sightline-2027.12"}


async def test_an_entrys_id_is_its_place_in_its_log(intake, held, journalled):
    await intake.create(journalled)

    log = json.loads(journalled[0][1])["cj"]["log"]
    assert list(held.entries()) == [f"{log}-{sequence}" for sequence, _ in journalled]


FAULTS = {
    "no connection": breaking(httpx2.ConnectError),
    "reset": breaking(httpx2.ReadError),
    "too slow": breaking(httpx2.ReadTimeout),
    "flooded": answering(429, "rejected_execution_exception"),
    "away": answering(503, "cluster_block_exception"),
    "no longer allowed": answering(403, "security_exception"),
    "nonsense": lambda _request: httpx2.Response(200, content=b'{"items": []}'),
    "no JSON": lambda _request: httpx2.Response(200, content=b"<html>"),
    "one flooded": {3: (429, "rejected_execution_exception")},
    "many flooded": dict.fromkeys(range(1, 11, 2), (429, "rejected_execution_exception")),
    "a part away": {0: (503, "unavailable_shards_exception"), 4: (503, "unavailable_shards_exception")},
    "a month blocked": {2: (403, "cluster_block_exception")},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_what_was_not_taken_is_taken_when_it_is_sent_again(intake, held, journalled, fault):
    held.faults = [fault] * 3

    assert await until_taken(intake, journalled) > 1

    assert whole(held, journalled)


@pytest.mark.parametrize("error", [httpx2.ReadTimeout, httpx2.ReadError])
async def test_what_was_taken_without_a_word_is_there_once(intake, held, journalled, error):
    def applied(request):
        held.apply(request)
        raise error("", request=request)

    held.faults = [applied]

    assert await until_taken(intake, journalled) == 2
    assert whole(held, journalled)


@pytest.mark.parametrize("fault", [FAULTS["one flooded"], FAULTS["away"]], ids=["in part", "wholly"])
async def test_until_all_are_there_the_cursor_stays(intake, held, journalled, fault):
    held.faults = [fault]

    with pytest.raises(IndexUnavailable):
        await intake.create(journalled)
    assert await intake.position() == Position(size=0, at=None)

    await intake.create(journalled)
    assert (await intake.position()).size == len(journalled)


async def test_only_what_was_not_taken_is_sent_again(intake, held, journalled):
    held.faults = [{3: (429, "rejected_execution_exception")}]

    await until_taken(intake, journalled)

    assert [request.content.count(b'{"create"') for request in held.requests] == [len(journalled), 1]


async def test_too_much_at_once_is_sent_in_halves(intake, held, journalled):
    def too_large(request):
        return httpx2.Response(413) if request.content.count(b'{"create"') > 3 else None

    held.faults = [too_large] * 20

    await intake.create(journalled)

    assert whole(held, journalled)


async def test_a_single_entry_too_large_for_the_cluster_waits(intake, held, journalled):
    held.faults = [answering(413)] * 20

    with pytest.raises(IndexUnavailable, match="413"):
        await intake.create(journalled[:1])


async def test_an_entry_that_was_changed_in_the_index_is_an_alarm(intake, held, journalled):
    await intake.create(journalled)
    place = list(held.held)[4]
    held.held[place] = held.held[place].replace(b"u-reyes", b"u-nobody")
    intake.rewind()

    with pytest.raises(IndexAltered, match="entry 4 was changed"):
        await intake.create(journalled)


async def test_after_a_lost_cursor_everything_is_found_there_again(held, journalled, tmp_path):
    for name in ("one", "other"):
        intake = OpenSearchIntake(held.cluster(), held.cluster(), tmp_path / name)
        await intake.create(journalled)
        await intake.close()

    assert whole(held, journalled)


async def test_the_cursor_outlives_the_process(intake, held, journalled, tmp_path):
    await intake.create(journalled)

    other = OpenSearchIntake(held.cluster(), held.cluster(), tmp_path / "shipping")

    assert await other.position() == await intake.position()
    await other.close()


# What the mapping refuses


def refused(document):
    """A mapping that takes no user of that name."""
    return "mapper_parsing_exception" if document.get("user", {}).get("id") == "u-lane" else None


@pytest.fixture
def strict(held):
    held.refuses = refused
    return held


async def test_what_the_mapping_refuses_stands_there_in_an_envelope_and_stops_nobody(intake, strict, journalled):
    await intake.create(journalled)

    enveloped = [json.loads(one) for one in strict.entries().values() if b'"envelope"' in one]
    assert len(enveloped) == 3
    assert whole(strict, journalled)
    assert (await intake.position()).size == len(journalled)


async def test_an_envelope_is_still_found_by_agency_action_question_and_token(intake, strict, journalled, smith):
    await intake.create(journalled)

    enveloped = [json.loads(one) for one in strict.entries().values() if b'"envelope"' in one]
    assert {one["organization"]["id"] for one in enveloped} == {"NC9020100"}
    assert {one["event"]["action"] for one in enveloped} == {"search.request", "search.disclose", "document.print"}
    assert {one["cj"]["query"]["id"] for one in enveloped} == {"2" * 32}
    assert any(set(smith) & set(one["cj"].get("shown", {}).get("token", ())) for one in enveloped)
    assert not any("user" in one for one in enveloped)


async def test_a_dead_letter_names_its_entry_and_says_nothing_of_it(intake, strict, journalled, tmp_path):
    await intake.create(journalled)

    lines = (tmp_path / "shipping" / "dead-letters").read_text().splitlines()
    assert [set(json.loads(line)) for line in lines] == [{"log", "entry", "why"}] * 3
    assert {json.loads(line)["why"] for line in lines} == {"mapper_parsing_exception"}
    assert (tmp_path / "shipping" / "dead-letters").stat().st_mode & 0o077 == 0


async def test_an_envelope_that_is_sent_again_is_no_change(intake, strict, journalled):
    await intake.create(journalled)
    intake.rewind()

    await intake.create(journalled)

    assert whole(strict, journalled)


async def test_an_envelope_with_another_event_in_it_is_an_alarm(intake, strict, journalled):
    await intake.create(journalled)
    for place, document in strict.held.items():
        if b'"envelope"' in document:
            held = json.loads(document)
            inside = base64.b64decode(held["cj"]["envelope"]).replace(b"u-lane", b"u-reye")
            held["cj"]["envelope"] = base64.b64encode(inside).decode()
            strict.held[place] = json.dumps(held).encode()
    intake.rewind()

    with pytest.raises(IndexAltered):
        await intake.create(journalled)


async def test_when_even_the_envelope_is_refused_everything_waits(intake, held, journalled):
    held.refuses = lambda _document: "index_closed_exception"

    with pytest.raises(IndexUnavailable, match="refuses the envelope of entry 0: index_closed_exception"):
        await intake.create(journalled)

    assert (await intake.position()).size == 0


# What it says


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_what_a_cluster_says_of_a_value_is_repeated_nowhere(intake, held, journalled, caplog, fault):
    caplog.set_level(logging.DEBUG)
    held.faults = [fault]

    with pytest.raises(IndexUnavailable) as raised:
        await intake.create(journalled)

    said, error = [caplog.text], raised.value
    while error is not None:
        said.append(repr(error))
        error = error.__cause__
    assert CANARY not in "".join(said)


async def test_neither_is_what_it_says_of_an_entry_it_refuses(intake, strict, journalled, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)

    await intake.create(journalled)

    assert CANARY not in caplog.text + (tmp_path / "shipping" / "dead-letters").read_text()
