"""An event has one encoding and one hash, and whatever could be read in two ways is refused."""

import hashlib

import hypothesis.strategies as st
import msgspec
import pytest
import rfc8785
from hypothesis import given

from audit import canonical
from audit.canonical import MOST_BYTES, MOST_INTEGER, NotCanonical, TooLarge

texts = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(max_codepoint=0x7F), max_size=8)
integers = st.integers(-MOST_INTEGER, MOST_INTEGER)
values = st.recursive(texts | integers, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=20)
writer = msgspec.json.Encoder(order="sorted")


@given(values)
def test_three_independent_encoders_agree_to_the_byte(value):
    assert canonical.encode(value) == writer.encode(value) == rfc8785.dumps(value)


@given(values)
def test_what_was_encoded_is_read_back(value):
    assert canonical.parse(canonical.encode(value)) == value


@given(st.binary(max_size=60))
def test_bytes_are_canonical_only_when_encoding_gives_them_again(encoded):
    try:
        value = canonical.parse(encoded)
    except NotCanonical:
        return
    assert canonical.encode(value) == encoded


@given(values)
def test_a_leaf_is_the_sha256_of_a_zero_byte_and_the_event(value):
    encoded = canonical.encode(value)

    assert canonical.leaf_hash(encoded) == hashlib.sha256(bytes(1) + encoded).digest()


def test_the_bytes_and_the_hash_of_a_known_event_never_change():
    event = {"event": {"sequence": 0, "action": "journal.start"}, "@timestamp": "2026-01-05T08:00:00.000000Z"}

    encoded = canonical.encode(event)

    assert encoded == b'{"@timestamp":"2026-01-05T08:00:00.000000Z","event":{"action":"journal.start","sequence":0}}'
    assert canonical.leaf_hash(encoded).hex() == "cace64ce91ef994aafa8403a9e83744530e727127ac091ae2cb87a94f9b14f59"


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        1.0,
        float("nan"),
        b"bytes",
        ("a", "tuple"),
        MOST_INTEGER + 1,
        -MOST_INTEGER - 1,
        "\ud800",
        {"\ud800": ""},
        {"é": ""},
        {1: ""},
        {"a": [None]},
        [[0.5]],
    ],
)
def test_what_has_no_single_meaning_is_refused(value):
    with pytest.raises(NotCanonical):
        canonical.encode(value)


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"{",
        b"null",
        b"true",
        b"1.0",
        b"1e3",
        b"-0",
        b"01",
        b"NaN",
        b"9007199254740992",
        b"9" * 5_000,
        b' {"a":1}',
        b'{"a":1}\n',
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u001F"',
        b'"\\ud800"',
        b'"\xff"',
        b"\xef\xbb\xbf1",
        '"é"'.encode("utf-16"),
        b"[" * 50_000,
    ],
)
def test_other_bytes_for_the_same_thing_are_refused(encoded):
    with pytest.raises(NotCanonical):
        canonical.parse(encoded)


def test_an_event_of_sixty_thousand_bytes_is_the_largest():
    filling = "x" * (MOST_BYTES - len('{"a":""}'))

    assert len(canonical.encode({"a": filling})) == MOST_BYTES
    with pytest.raises(TooLarge, match="60,001 bytes"):
        canonical.encode({"a": filling + "x"})


@pytest.mark.parametrize("value", ["Quisenberry\ud800", {"Quisenberry\ud800": 1}, {"a": ["Quisenberry\ud800"]}])
def test_a_refusal_carries_nothing_of_the_text_with_it(value):
    with pytest.raises(NotCanonical) as refused:
        canonical.encode(value)

    assert refused.value.__context__ is None
    assert "Quisenberry" not in str(refused.value)
