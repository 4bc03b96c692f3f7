"""Text as the embedded fonts can show it: what has no shape there, or none at all, is printed as its code point.

A missing shape would print as an empty box and a reversing control would let a value lie about its order, so neither
reaches the page: both become `[U+202E]`. Nothing is dropped. What is left of a text equals it in Unicode's canonical
sense (NFC), but for kinds of space and of line end.
"""

import re
import unicodedata

# First and last code point of what both weights of Libertinus Serif or of DejaVu Sans Mono can draw: enough for names
# and laws in Latin, Greek, Cyrillic, Hebrew and Arabic letters. A test asks typst about every one of them.
_SHAPES = (
    (0x0020, 0x007E),
    (0x00A1, 0x00AC),  # not the soft hyphen
    (0x00AE, 0x02E4),  # Latin, IPA, modifier letters
    (0x0384, 0x03CE),  # Greek
    (0x0400, 0x045F),  # Cyrillic
    (0x0490, 0x04C4),
    (0x05D0, 0x05EA),  # Hebrew
    (0x05F3, 0x05F4),
    (0x060C, 0x060C),  # Arabic
    (0x061B, 0x061B),
    (0x061F, 0x061F),
    (0x0621, 0x063A),
    (0x0640, 0x064A),
    (0x0660, 0x066C),
    (0x067E, 0x067E),  # Persian: peh, cheh, jeh, keheh, gaf, yeh
    (0x0686, 0x0686),
    (0x0698, 0x0698),
    (0x06A9, 0x06A9),
    (0x06AF, 0x06AF),
    (0x06CC, 0x06CC),
    (0x06F0, 0x06F9),
    (0x1E00, 0x1E9B),  # Latin, Vietnamese
    (0x1E9E, 0x1EF9),
    (0x2010, 0x2027),
    (0x2030, 0x2037),
    (0x2039, 0x203F),
    (0x2070, 0x20B5),  # raised and lowered figures, currencies
    (0x2100, 0x2103),
    (0x2116, 0x2116),
    (0x2122, 0x2122),
    (0x2153, 0x215E),  # fractions
    (0x2190, 0x21FF),  # arrows
)
_DRAWN = frozenset(chr(code) for first, last in _SHAPES for code in range(first, last + 1) if chr(code).isprintable())
_MARKS = frozenset(chr(code) for code in range(0x0300, 0x0370)) - {"\u034f"}
_TAKES_MARKS = frozenset(letter for letter in _DRAWN if letter.isalpha() and not "\u0590" <= letter <= "\u06ff")
_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_MOST_MARKS = 2  # on one letter; a taller pile would climb into the line above


def printable(text: str) -> str:
    """`text` with one kind of space, one kind of line end, and code points for what cannot be drawn."""
    return "\n".join(map(_drawn, _LINE_END.split(unicodedata.normalize("NFC", text))))


def printable_or_none(text: str | None) -> str | None:
    """`printable`, where there is a text."""
    return None if text is None else printable(text)


def _drawn(line: str) -> str:
    shown: list[str] = []
    room = 0  # for marks on the letter before
    for character in line:
        if character in _MARKS and room:
            room -= 1
            shown.append(character)
            continue
        room = _MOST_MARKS if character in _TAKES_MARKS else 0
        if character in _DRAWN:
            shown.append(character)
        elif character == "\t" or unicodedata.category(character) == "Zs":
            shown.append(" ")
        else:
            shown.append(f"[U+{ord(character):04X}]")
    return "".join(shown)
