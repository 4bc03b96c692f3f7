"""A frame is found whole or not at all, and its bytes never change."""

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

import audit
from audit.frames import (
    FRAME_BYTES,
    MOST_FRAME_BYTES,
    NOTHING,
    Durable,
    SegmentHeader,
    frame,
    frames,
    names_previous,
    next_frame,
    time_of,
)

FORMAT = Path(audit.__file__).with_name("FORMAT.md")
LEAF = bytes(range(32))
written = st.builds(
    frame,
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**32 - 1),
    st.sampled_from([b"", b"NC9010000", b"ABCDEFGHIJKLMNOP"]),
    st.tuples(st.integers(0, 2**64 - 1), st.binary(min_size=32, max_size=32)),
    st.binary(max_size=300),
)


KNOWN = {
    "frame": (
        frame(4211, 2, b"NC9010000", (17, LEAF), b'{"a":1}'),
        """534c6531 4278d125 00000007 0000000000001073 00000002 4e433930313030303000000000000000 0000000000000011
        000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 00 7b2261223a317d""",
    ),
    "segment header": (
        SegmentHeader(bytes(range(16)), 4211, LEAF).pack(),
        """534c7365676d310a 000102030405060708090a0b0c0d0e0f 0000000000001073
        000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f b2c53736""",
    ),
    "durable position": (
        Durable(bytes(range(16)), 4212, 4000, 70_000, LEAF).pack(),
        """534c64757261310a 000102030405060708090a0b0c0d0e0f 0000000000001074 0000000000000fa0 0000000000011170
        000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f a624ee5b""",
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_bytes_never_change_and_stand_in_the_format(name):
    packed, known = KNOWN[name]

    assert packed == bytes.fromhex(known)
    assert " ".join(known.split()) in " ".join(FORMAT.read_text().split())


@given(st.lists(written, max_size=5), st.binary(max_size=20))
def test_frames_are_read_up_to_the_first_place_where_none_stands(several, behind):
    found = list(frames(b"".join(several) + bytes(4) + behind))

    assert [frame(*one[:3], one[3:5], b"".join(several)[one[5] : one[6]]) for one in padded(found)] == several


def padded(found):
    return [(sequence, place, agency.rstrip(b"\0"), *rest) for sequence, place, agency, *rest in found]


@given(written, st.data())
def test_a_frame_with_any_bit_changed_is_no_frame(whole, data):
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    changed = bytearray(whole)
    changed[bit // 8] ^= 1 << bit % 8

    assert list(frames(bytes(changed))) == []


@given(written, st.data())
def test_a_cut_frame_is_no_frame(whole, data):
    assert list(frames(whole[: data.draw(st.integers(0, len(whole) - 1))])) == []


def test_a_frame_larger_than_any_event_is_no_frame():
    assert list(frames(frame(0, 0, b"", (0, NOTHING), bytes(MOST_FRAME_BYTES)))) == []


@given(st.binary(max_size=100), written)
def test_the_next_whole_frame_is_found_behind_anything(before, whole):
    found = next_frame(before + whole, 0)

    assert found is not None
    assert found[5] - FRAME_BYTES <= len(before)


def test_a_cut_frame_before_a_whole_one_is_passed_over():
    cut, whole = frame(1, 0, b"", (0, NOTHING), b"{}")[:-1], frame(2, 0, b"", (0, NOTHING), b"{}")

    found = next_frame(cut + whole, 0)

    assert found is not None
    assert found[0] == 2
    assert next_frame(cut, 0) is None


@pytest.mark.parametrize(
    ("event", "names"),
    [
        (b'{"cj":{"log":"l","prev":"%b"}}', True),
        (b'{"cj":{"agency":{"prev":"%b","seq":1},"log":"l","prev":"00"}}', False),
        (rb'{"cj":{"attention":"\",\"prev\":\"%b\"","log":"l","prev":"00"}}', False),
    ],
    ids=["the entry before", "only the agency's entry before", "only in somebody's words"],
)
def test_an_event_names_the_entry_before_it_in_one_way_only(event, names):
    content = event % LEAF.hex().encode()

    assert names_previous(content, 0, len(content), LEAF) is names
    assert not names_previous(content, 0, len(content), NOTHING)


@pytest.mark.parametrize(
    "packed", [SegmentHeader(bytes(16), 1, LEAF).pack(), Durable(bytes(16), 1, 0, 99, LEAF).pack()]
)
def test_a_header_or_position_that_is_not_whole_is_none(packed):
    parse = SegmentHeader.parse if packed.startswith(b"SLsegm") else Durable.parse

    assert parse(packed + bytes(9)) is not None
    assert parse(packed[:-1]) is None
    assert parse(bytes(len(packed))) is None
    assert parse(packed[:20] + b"\xff" + packed[21:]) is None


def test_the_time_of_an_event_is_read_without_its_json():
    event = b'{"@timestamp":"2026-03-02T08:00:00.000000Z","cj":{}}'

    assert time_of(b"---" + event, 3) == "2026-03-02T08:00:00.000000Z"
