"""A segment is written with zeros beforehand, and read up to what is not zero."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from audit.files import DISK
from audit.frames import Durable
from audit.segments import durable_position, prepare_spare, rest_behind, segment_path, segments

DURABLE = Durable(bytes(16), 9, 0, 700, bytes(32)).pack()


def test_a_spare_is_as_large_as_asked_and_all_zeros(tmp_path):
    spare = prepare_spare(tmp_path, 3_000_000, DISK)

    assert spare.read_bytes() == bytes(3_000_000)


def test_a_leftover_spare_is_made_anew(tmp_path):
    (tmp_path / "spare.unfinished").write_bytes(b"left by a process that died")

    assert prepare_spare(tmp_path, 1000, DISK).read_bytes() == bytes(1000)


def test_only_segments_are_segments(tmp_path):
    for name in ("0000000000000012.segment", "0000000000000003.segment", "durable", "spare.unfinished", "12.segment"):
        (tmp_path / name).touch()

    assert segments(tmp_path) == [(3, segment_path(tmp_path, 3)), (12, segment_path(tmp_path, 12))]


@given(st.binary(max_size=40), st.integers(0, 50), st.integers(0, 3_000_000), st.booleans())
def test_what_stands_behind_is_all_but_the_last_zeros(content, offset, zeros, more):
    content = content + bytes(zeros) + (b"more" if more else b"")

    def read(size, at):
        return content[at : at + size]

    assert rest_behind(read, offset) == content[offset:].rstrip(b"\0")


@pytest.mark.parametrize("written", [None, b"", DURABLE[:-1], b"x" + DURABLE[1:]])
def test_a_journal_that_does_not_say_how_far_it_is_says_nothing(tmp_path, written):
    if written is not None:
        (tmp_path / "durable").write_bytes(written)

    assert durable_position(tmp_path) is None


def test_a_journal_says_how_far_it_is(tmp_path):
    (tmp_path / "durable").write_bytes(DURABLE)

    assert durable_position(tmp_path).size == 9
