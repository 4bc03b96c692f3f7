"""One form for all that is compared: names without accents, case, hyphens and spaces; numbers without separators.

What a form drops can never change a result. A text of which nothing is left matches nothing.
"""

import re
import unicodedata

import jellyfish

from connectors.contract import Key

# Letters that are one with their plain neighbour on an American form, but have no accent to take off.
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i"})

_COURT_FILE = re.compile(r"(\d\d)([A-Z]{2,4})(\d{1,6})(9\d\d)?")


def plain(text: str) -> str:
    """`text` as it is compared: "De Los Santos", "DELOSSANTOS" and "de-los-santos" are one, "Peñalva" is "penalva"."""
    if not text.isascii():
        # Twice: folding case can put an accent on a letter, and taking accents off can leave a letter to fold.
        for _ in range(2):
            text = unicodedata.normalize("NFKD", text.casefold()).translate(_STROKES)
    text = text.lower()
    return text if text.isalnum() else "".join(filter(str.isalnum, text))


def plain_value(key: Key, text: str) -> str:
    """`text` in the one form in which values of `key` are compared."""
    return court_file(text) if key is Key.COURT_FILE else plain(text)


def court_file(text: str) -> str:
    """A court file as year, kind, six digits and, where given, county: "26 CR 1934" is "26cr001934"."""
    bare = plain(text)
    parts = _COURT_FILE.fullmatch(bare.upper())
    if not parts:
        return bare
    year, kind, serial, county = parts.groups(default="")
    return f"{year}{kind}{int(serial):06d}{county}".lower()


def sound(form: str) -> str:
    """How a name in its plain form sounds; the form itself where it has no sound."""
    return jellyfish.metaphone(form) or form
