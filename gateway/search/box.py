"""One search box: a name, a date, a plate, a license or file number, told apart by their shape.

Pure. What it makes of a text is shown to the officer word by word, so it may be simple, but it never drops a word.
"""

import re
from collections.abc import Mapping
from datetime import date

import msgspec

from connectors.contract import Key
from gateway.search import dates

Fields = Mapping[Key, str]


class Read(msgspec.Struct, frozen=True):
    """How a text can be read: one way, or two where nothing says which of the words is the surname."""

    ways: tuple[Fields, ...]


_SUFFIXES = {"JR", "SR", "II", "III", "IV"}
_PARTICLES = {"DE", "DEL", "DELLA", "DI", "DA", "DOS", "LA", "LAS", "LOS", "VAN", "VON", "DER", "DEN", "ST", "SAN"}

# A word in front says what follows, where the shape alone would not.
_SAID: Mapping[str, Key] = {
    "PLATE": Key.PLATE,
    "TAG": Key.PLATE,
    "DL": Key.LICENCE_NUMBER,
    "OLN": Key.LICENCE_NUMBER,
    "LICENSE": Key.LICENCE_NUMBER,
    "LICENCE": Key.LICENCE_NUMBER,
    "VIN": Key.VIN,
    "SID": Key.SID,
    "FBI": Key.FBI_NUMBER,
    "FILE": Key.COURT_FILE,
    "CASE": Key.COURT_FILE,
    "OPUS": Key.OPUS_NUMBER,
    "PRISON": Key.OPUS_NUMBER,
    "REGISTRY": Key.REGISTRY_NUMBER,
}

# In this order: the first shape that fits the whole text wins. Spaces and hyphens inside are forgiven.
_SHAPES: tuple[tuple[Key, re.Pattern[str]], ...] = (
    (Key.COURT_FILE, re.compile(r"\d{2} ?[A-Z]{2,3} ?\d{6}(?:-\d{3})?")),
    (Key.VIN, re.compile(r"(?=.*[A-Z])(?=.*\d)[A-HJ-NPR-Z0-9]{17}")),
    (Key.SID, re.compile(r"NC\d{7}[A-Z]")),
    (Key.REGISTRY_NUMBER, re.compile(r"R\d{6}")),
    (Key.FBI_NUMBER, re.compile(r"\d{6}[A-Z]{2}\d")),
    (Key.LICENCE_NUMBER, re.compile(r"\d{12}")),
    (Key.OPUS_NUMBER, re.compile(r"\d{7}")),
    (Key.PLATE, re.compile(r"(?=.*\d)[A-Z]{1,4}[- ]?\d{1,5}[A-Z]?")),
    (Key.PLATE, re.compile(r"\d{1,4}[- ]?[A-Z]{2,4}")),
)


def read(text: str, today: date) -> Read:
    """What `text` may mean. Raises `dates.NotADate` for a date that does not exist."""
    text = re.sub(r"\s+", " ", text.strip())
    upper = text.upper()
    first, _, rest = upper.partition(" ")
    if first.rstrip(":") in _SAID and rest:
        return Read(({_SAID[first.rstrip(":")]: rest},))
    for key, shape in _SHAPES:
        if shape.fullmatch(upper):
            return Read(({key: upper},))
    return _person(text, today)


def _person(text: str, today: date) -> Read:
    name, born = _split_date(text, today)
    surname, comma, given = (part.strip() for part in name.partition(","))
    found: dict[Key, str] = {Key.BIRTH_DATE: born.isoformat()} if born else {}
    if comma:
        return Read((_named(surname, given.split()) | found,))
    words = name.split()
    suffix = words.pop() if len(words) > 1 and _plain(words[-1]) in _SUFFIXES else ""
    return Read(tuple(_named(surname, [*given, suffix]) | found for surname, given in _orders(words)))


def _orders(words: list[str]) -> list[tuple[str, list[str]]]:
    """Which words may be the surname: the only one; what follows a particle; else the last, or the first."""
    if len(words) < 2:
        return [(" ".join(words), [])]
    particles = [place for place, word in enumerate(words) if _plain(word) in _PARTICLES]
    if particles and particles[0] > 0:
        return [(" ".join(words[particles[0] :]), words[: particles[0]])]
    if particles:
        end = next(place for place in range(len(words)) if place not in particles)
        return [(" ".join(words[: end + 1]), words[end + 1 :])]
    return [(words[0], words[1:]), (words[-1], words[:-1])]


def _named(surname: str, given: list[str]) -> dict[Key, str]:
    words = [word for word in given if word]
    suffix = words.pop() if words and _plain(words[-1]) in _SUFFIXES else ""
    parts = {
        Key.SURNAME: surname.upper(),
        Key.GIVEN_NAME: words[0].upper() if words else "",
        Key.MIDDLE_NAME: " ".join(words[1:]).upper(),
        Key.SUFFIX: _plain(suffix),
    }
    return {key: value for key, value in parts.items() if value}


def _split_date(text: str, today: date) -> tuple[str, date | None]:
    """The text before a date at its end, and the date."""
    words = text.replace(",", ", ").split()
    for count in (3, 1):  # "Feb 11, 1980", then "2/11/1980"
        if len(words) >= count and (born := dates.read(" ".join(words[-count:]), today)):
            return " ".join(words[:-count]).rstrip(" ,"), born
    return " ".join(words), None


def _plain(word: str) -> str:
    return word.upper().strip(".,")
