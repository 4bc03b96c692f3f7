"""What a source never declared is never shown, whatever it hands over; and nothing it hands over breaks anything."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.contract import Answer, Attachment, DataClass, Fault, Field, Kind, Record, SourceFault
from gateway.search import declared
from tests.gateway.sources import AT, SURNAME, answer, field, record, source

COURTS = source()


def checked(given: object, most: int = 50) -> declared.Checked:
    return declared.answer(given, COURTS, most)


def test_what_was_declared_passes_as_it_is() -> None:
    given = answer(record(1), record(2))

    assert checked(given) == declared.Checked(given, dropped=0, is_whole=True)


# --- fields --------------------------------------------------------------------------------------------------------

NOT_DECLARED = {
    "another name": field("x:NeverDeclared", "v"),
    "another class": field(SURNAME, "v", DataClass.CHRI),
    "no value": field(SURNAME, ""),
    "a megabyte": field(SURNAME, "v" * 1_000_000),
    "a nul": field(SURNAME, "a\0b"),
    "an escape": field(SURNAME, "a\x1b[31mb"),
    "a carriage return": field(SURNAME, "a\rb"),
    "a lone surrogate": field(SURNAME, "a\ud800b"),
    "a number": field(SURNAME, 4711),
    "a class that is text": field(SURNAME, "v", "pii"),
    "a group that is a list": field(SURNAME, "v", group=["charge"]),
    "an endless group": field(SURNAME, "v", group="c" * 1_000),
    "a caveat with controls": field(SURNAME, "v", caveat="a\0"),
    "a source text that is bytes": field(SURNAME, "v", source_text=b"a"),
    "an as_of without a zone": field(SURNAME, "v", as_of=datetime(2026, 1, 1)),  # noqa: DTZ001 - what is wrong here
    "protected, perhaps": field(SURNAME, "v", protected=None),
    "no field at all": "surname",
}


@pytest.mark.parametrize("odd", NOT_DECLARED.values(), ids=NOT_DECLARED)
def test_a_field_that_was_not_declared_so_is_dropped_and_counted(odd: object) -> None:
    good = record()

    found = checked(answer(replace(good, fields=(*good.fields, odd))))

    assert found.answer.records == (good,)
    assert found.dropped == 1


def test_a_record_of_endless_fields_is_cut_and_the_rest_counted() -> None:
    found = checked(answer(record(1, fields=(field(SURNAME, "v"),) * 3_000)))

    assert (len(found.answer.records[0].fields), found.dropped) == (2_000, 1_000)


def test_an_answer_that_lost_a_field_is_not_whole() -> None:
    assert not checked(answer(record(1, field("x:NeverDeclared", "v")))).is_whole


def test_lost_fields_do_not_lessen_the_number_of_records() -> None:
    """Sixty match, one is listed, and its source gave twenty fields too many: sixty match all the same."""
    odd = record(1, *[field("x:NeverDeclared", "v")] * 20)

    assert checked(answer(odd, total=60)).answer.total == 60


# --- records -------------------------------------------------------------------------------------------------------


class Timeless(tzinfo):
    def utcoffset(self, when):
        return None


NO_RECORD = {
    "another source's": record(2, source="dmv"),
    "a kind that was not declared": record(2, kind=Kind.VEHICLE),
    "a kind that is text": record(2, kind="case"),
    "no id": record(2, id=""),
    "an id of ten kilobytes": record(2, id="i" * 10_000),
    "an id with controls": record(2, id="i\0"),
    "a version of ten kilobytes": record(2, version="v" * 10_000),
    "a version with a lone surrogate": record(2, version="\ud800"),
    "no version": record(2, version=None),
    "an as_of without a zone": record(2, as_of=datetime(2026, 1, 1)),  # noqa: DTZ001 - what is wrong here
    "an as_of whose zone says nothing": record(2, as_of=datetime(2026, 1, 1, tzinfo=Timeless())),
    "an as_of no zone can show": record(2, as_of=datetime.min.replace(tzinfo=UTC)),
    "fields that are no list": record(2, fields=None),
    "a seal that is text": record(2, sealed_as="juvenile.court"),
    "the first record again": record(1),
    "no record at all": 4711,
}


@pytest.mark.parametrize("odd", NO_RECORD.values(), ids=NO_RECORD)
def test_what_is_no_record_of_this_source_is_dropped_and_still_counts_as_a_match(odd: object) -> None:
    found = checked(answer(record(1), odd))

    assert found.answer.records == (record(1),)
    assert (found.answer.total, found.dropped, found.is_whole) == (2, 1, False)


def test_a_cut_list_is_not_whole() -> None:
    assert not checked(answer(record(1), total=2)).is_whole


def test_a_list_longer_than_was_asked_for_is_cut() -> None:
    found = checked(answer(record(1), record(2), record(3)), most=2)

    assert (len(found.answer.records), found.answer.total, found.is_whole) == (2, 3, False)


def test_a_total_below_what_is_listed_is_corrected() -> None:
    assert checked(answer(record(1), record(2), total=1)).answer.total == 2


@pytest.mark.parametrize("odd", [*NO_RECORD.values()], ids=NO_RECORD)
def test_what_is_wrong_with_sealed_records_shows_in_nothing_but_the_count_of_dropped(odd: object) -> None:
    plain = checked(answer(record(1)))

    found = checked(answer(record(1), sealed=(record(1), odd)))

    assert found.dropped == 1
    assert (found.answer.records, found.answer.total, found.is_whole) == (plain.answer.records, 1, plain.is_whole)


# --- no answer at all ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "odd",
    [
        None,
        "none",
        {"records": []},
        answer(total="2"),
        answer(total=None),
        answer(total=True),
        answer(total=-1),
        answer(total=10**30),
        answer(current_to=None),
        answer(current_to=datetime(2026, 1, 1)),  # noqa: DTZ001 - what is wrong here
        answer(records=None),
        answer(records=range(0)),
        answer(sealed=4711),
    ],
    ids=str,
)
def test_what_is_no_answer_is_garbled(odd: object) -> None:
    with pytest.raises(SourceFault) as raised:
        checked(odd)

    assert raised.value.fault is Fault.GARBLED


def junk(depth: int = 2) -> st.SearchStrategy[object]:
    plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=5)
    plain |= st.sampled_from(
        [*DataClass, *Kind, AT, "courts", SURNAME, datetime.max.replace(tzinfo=UTC), AT.astimezone(WEST)]
    )
    if not depth:
        return plain
    inner = junk(depth - 1)
    made = [st.builds(kind, **dict.fromkeys(kind.__struct_fields__, inner)) for kind in (Field, Record, Answer)]
    return (
        plain | st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2) | st.one_of(made)
    )


WEST = timezone(timedelta(hours=-14))
A_FIELD = st.builds(
    Field,
    name=st.sampled_from([SURNAME, "j:CourtName", "x:NeverDeclared"]) | junk(0),
    value=st.text() | junk(0),
    data_class=st.sampled_from(DataClass) | junk(0),
    group=st.none() | junk(0),
    protected=st.booleans() | junk(0),
)
A_RECORD = st.builds(
    Record,
    source=st.just("courts") | junk(0),
    kind=st.just(Kind.CASE) | junk(0),
    id=st.text(max_size=3) | junk(0),
    version=st.just("1") | junk(0),
    as_of=st.just(AT) | junk(0),
    fields=st.lists(A_FIELD | junk(1), max_size=4) | junk(0),
    sealed_as=st.none() | st.sampled_from(DataClass) | junk(0),
)
AN_ANSWER = st.builds(
    Answer,
    records=st.lists(A_RECORD | junk(1), max_size=4) | junk(1),
    total=st.integers(0, 9) | junk(0),
    current_to=st.just(AT) | junk(0),
    sealed=st.lists(A_RECORD, max_size=2) | junk(1),
)


@settings(max_examples=300)
@given(AN_ANSWER | junk())
def test_whatever_is_handed_over_only_what_was_declared_is_left(given: object) -> None:
    try:
        found = checked(given)
    except SourceFault:
        return
    for each in (*found.answer.records, *found.answer.sealed):
        classes = {spec.name: spec.classes for spec in COURTS.spec(each.kind).fields}
        assert all(given.data_class in classes[given.name] for given in each.fields)
    assert found.answer.total >= len(found.answer.records)


# --- pictures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("media_type", ["image/png", "image/jpeg"])
def test_a_picture_is_a_picture(media_type: str) -> None:
    given = Attachment(media_type, b"face")

    assert declared.attachment(given) is given


def test_no_picture_is_an_answer() -> None:
    assert declared.attachment(None) is None


@pytest.mark.parametrize(
    "odd",
    [
        Attachment("text/html", b"<script>"),
        Attachment("image/svg+xml", b"<svg onload=alert(1)>"),
        Attachment("image/png", b"x" * (5 << 20)),
        Attachment("image/png", "face"),
        Attachment(["image/png"], b"face"),
        b"face",
    ],
    ids=["a page", "a drawing with a script", "too large", "text", "a list", "bytes"],
)
def test_what_is_no_picture_a_browser_may_be_given_is_garbled(odd: object) -> None:
    with pytest.raises(SourceFault):
        declared.attachment(odd)
