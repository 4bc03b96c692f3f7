"""Every character a source sent reaches the page: drawn where the fonts can, else by its number."""

import re
import unicodedata

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.prints import printable as module
from gateway.prints.printable import printable, printable_or_none

FONTS = typst.Fonts(include_system_fonts=False)
LAYOUT = b"""
#set document(title: "x")
#set text(lang: "en", font: ("Libertinus Serif", "DejaVu Sans Mono"))
#let lines = sys.inputs.text.split("\\n").join(linebreak())
#lines #strong(lines)
"""


def set_in_both_weights(text: str) -> None:
    """Raises where a character has no shape: PDF/UA forbids the empty box that would stand for it."""
    typst.compile(LAYOUT, font_paths=FONTS, sys_inputs={"text": text}, pdf_standards="ua-1", timestamp=0)


def test_every_character_held_to_be_drawn_is():
    set_in_both_weights("\n".join(sorted(module._DRAWN)))


def test_every_letter_takes_every_mark():
    marks = "".join(sorted(module._MARKS))
    for letter in sorted(module._TAKES_MARKS)[::17]:
        set_in_both_weights("\n".join(unicodedata.normalize("NFC", letter + mark) for mark in marks))


def test_a_character_without_a_shape_would_be_noticed():
    with pytest.raises(typst.TypstError):
        set_in_both_weights("\U0001f600")


names = [
    "Núñez",
    "Đặng Thị Ngọc Ánh",
    "Łukasz Żółć",
    "Straße",
    "O\u2019Neil",
    "Ёлкин",
    "Παπαδόπουλος",
    "כהן",
    "محمد",
    "ẹ́",
]


@pytest.mark.parametrize("name", names)
def test_a_name_stays_as_it_is(name):
    assert printable(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\U0001f600", "[U+1F600]"),
        ("\u5f20", "[U+5F20]"),
        ("a\u202eb", "a[U+202E]b"),
        ("a\u200bb", "a[U+200B]b"),
        ("a\xadb", "a[U+00AD]b"),
        ("a\x00b", "a[U+0000]b"),
        ("\ufffd", "[U+FFFD]"),
        ("\ud800", "[U+D800]"),
        ("\u0301", "[U+0301]"),
        ("1\u0301", "1[U+0301]"),
        ("q" + "\u0301" * 3, "q\u0301\u0301[U+0301]"),
        ("a\tb\xa0c\u2003d", "a b c d"),
        ("a\r\nb\rc\u2028d\x85e\n\n", "a\nb\nc\nd\ne\n\n"),
        ("a\x0bb", "a[U+000B]b"),
        ("", ""),
    ],
)
def test_what_cannot_be_seen_as_it_is_becomes_its_number(text, shown):
    assert printable(text) == shown


def test_decomposed_letters_are_composed():
    assert printable("Nu\u0301n\u0303ez") == "Núñez"


def test_nothing_stays_nothing():
    assert printable_or_none(None) is None
    assert printable_or_none("a\x07") == "a[U+0007]"


anything = st.text(st.one_of(st.characters(), st.sampled_from("a\u0301\u0323\u05d0\u05b0\u0627\u064b\u202e\u200d")))


@given(anything.filter(lambda text: "[U+" not in text))
def test_every_character_can_be_read_back(text):
    """Kinds of space and line end apart, and where Unicode holds two spellings equal."""
    back = re.sub(r"\[U\+([0-9A-F]{4,6})\]", lambda number: chr(int(number[1], 16)), printable(text))
    assert back.split() == unicodedata.normalize("NFC", text).split()


@given(anything)
def test_what_is_printable_stays_so(text):
    assert printable(printable(text)) == printable(text)


@settings(deadline=None)
@given(anything)
def test_what_is_printable_has_a_shape(text):
    set_in_both_weights(printable(text))
