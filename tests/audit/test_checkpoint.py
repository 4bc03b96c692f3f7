"""A checkpoint has one spelling, the one of C2SP tlog-checkpoint."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.checkpoint import Checkpoint, origin_of
from audit.notes import NotANote, Note
from audit.tree import EMPTY_ROOT

# The example of the specification.
EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_the_example_of_the_specification_is_understood():
    found = Checkpoint.of(Note(EXAMPLE, ()))

    assert found[:2] == ("example.com/behind-the-sofa", 20852163)
    assert found.root == base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    assert found.text() == EXAMPLE


def test_a_log_is_called_by_its_id():
    assert origin_of("0f" * 16) == "sightline/0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"


def test_a_log_without_entries_has_a_checkpoint():
    assert Checkpoint.of(Note(Checkpoint("a.example", 0, EMPTY_ROOT).text(), ())).size == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        EXAMPLE[:-1],
        EXAMPLE.replace("20852163", "020852163"),
        EXAMPLE.replace("20852163", "-1"),
        EXAMPLE.replace("20852163", "2\u0660"),
        EXAMPLE.replace("20852163", "1" * 40),
        EXAMPLE.replace("q2I=", "q2J="),
        EXAMPLE.replace("CsUYap", "Cs"),
        EXAMPLE.replace("example.com/behind-the-sofa", ""),
        f"{EXAMPLE}something more\n",
    ],
)
def test_every_other_spelling_is_refused(text):
    with pytest.raises(NotANote):
        Checkpoint.of(Note(text, ()))


@settings(deadline=None)
@given(st.integers(0, 2**60), st.binary(min_size=32, max_size=32))
def test_what_was_written_is_read(size, root):
    written = Checkpoint("sightline/x", size, root)

    assert Checkpoint.of(Note(written.text(), ())) == written
