"""A note says what its signers signed, byte for byte, and nobody else's signature makes it say anything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.notes import COSIGNATURE, MOST_NOTE_BYTES, Key, NotANote, Note, Signer, parse_lines

# The note of the package golang.org/x/mod/sumdb/note, with the key from its documentation.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
KNOWN = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()

SEED, OTHER_SEED = bytes(range(32)), bytes(range(1, 33))
LOG = Signer("sightline/log", SEED)
WITNESS = Signer("witness.example", OTHER_SEED, COSIGNATURE)
TEXT = "sightline/log\n5\nmE7PQCJ3mrvw\n"


def note(*lines, text=TEXT):
    return Note.parse(Note(text, lines).pack())


def test_a_note_that_another_program_signed_is_understood():
    found = Note.parse(KNOWN)

    assert found.signed_by(Key.parse(VKEY))
    assert found.pack() == KNOWN


def test_a_key_is_written_as_it_was_read():
    assert str(Key.parse(VKEY)) == VKEY
    assert Key.parse(str(WITNESS.key)) == WITNESS.key


def test_the_signature_of_a_known_text_never_changes():
    assert str(LOG.key) == "sightline/log+4ccd0172+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    assert str(LOG.sign(TEXT)) == (
        "— sightline/log TM0Bcko9owSXPID2YFij3kwWnnubsI5FxzBM1wHbpdc9YwmAInnE1IZP8+ABtNTzo6ha8k1b8byKpu3B9O02oDD5zgA=\n"
    )


def test_the_cosignature_of_a_known_text_never_changes():
    line = WITNESS.cosign(TEXT, 1_767_600_000)

    assert note(line).cosigned_at(WITNESS.key) == 1_767_600_000
    assert line.signature[:8].hex() == "00000000695b6f80"


def test_only_the_owner_of_a_key_has_signed():
    signed = note(LOG.sign(TEXT))

    assert signed.signed_by(LOG.key)
    assert not signed.signed_by(Signer("sightline/log", OTHER_SEED).key)
    assert not signed.signed_by(Signer("sightline/other", SEED).key)


def test_a_text_that_was_changed_is_signed_by_nobody():
    assert not Note(TEXT.replace("5", "4"), (LOG.sign(TEXT),)).signed_by(LOG.key)


def test_a_signature_of_one_kind_is_none_of_the_other():
    both = note(LOG.sign(TEXT), WITNESS.cosign(TEXT, 1))

    assert both.cosigned_at(LOG.key) is None
    assert not both.signed_by(WITNESS.key)
    assert both.signed_by(LOG.key)


def test_a_cosignature_of_another_time_is_none():
    line = WITNESS.cosign(TEXT, 7)
    later = line._replace(signature=(8).to_bytes(8, "big") + line.signature[8:])

    assert note(later).cosigned_at(WITNESS.key) is None
    assert note(line, later).cosigned_at(WITNESS.key) is None, "one that does not hold undoes the other"


def test_signatures_of_unknown_keys_are_passed_over():
    assert note(WITNESS.cosign(TEXT, 1), LOG.sign(TEXT), Signer("who.example", OTHER_SEED).sign(TEXT)).signed_by(
        LOG.key
    )


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        VKEY.replace("c74f20a3", "c74f20a4"),
        VKEY.replace("PeterNeumann", "Peter Neumann"),
        VKEY.replace("PeterNeumann", ""),
        VKEY[:-4],
        "ecdsa+00000000+AhpcCQ==",
        f"{VKEY}\n",
    ],
)
def test_what_is_no_key_is_refused(vkey):
    with pytest.raises(NotANote):
        Key.parse(vkey)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text alone\n",
        KNOWN[:-1],
        KNOWN.replace(b"Peter", b"\xff"),
        KNOWN.replace(b"problem is", b"problem\ris"),
        KNOWN.replace("—".encode(), b"-"),
        KNOWN.replace(b"x08go", b"x08g!"),
        KNOWN + b"\n",
        KNOWN.replace(b"\n\n", b"\n" + b"x" * MOST_NOTE_BYTES + b"\n\n"),
    ],
)
def test_what_is_no_note_is_refused(content):
    with pytest.raises(NotANote):
        Note.parse(content)


def test_a_base64_that_means_the_same_in_other_letters_is_refused():
    line = "— a.example AAAAAAAAAAA=\n"

    assert parse_lines(line)
    with pytest.raises(NotANote):
        parse_lines(line.replace("AAA=", "AAB="))


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_whatever_comes_is_a_note_or_refused(content):
    try:
        found = Note.parse(content)
    except NotANote:
        return
    assert found.pack() == content


@settings(deadline=None)
@given(st.integers(0, len(KNOWN) - 1), st.integers(1, 255))
def test_no_byte_of_a_note_can_be_changed(place, by):
    changed = bytearray(KNOWN)
    changed[place] ^= by
    try:
        found = Note.parse(bytes(changed))
    except NotANote:
        return
    assert not found.signed_by(Key.parse(VKEY))
