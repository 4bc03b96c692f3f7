"""One search box: a name, a date, a plate, a license or file number, told apart by their shape.

Pure. What it makes of a text is shown to the officer word by word, so it may be simple, but it never drops a word of a
name.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import msgspec

from connectors.contract import Key
from gateway.search import dates

Fields = Mapping[Key, str]


class Read(msgspec.Struct, frozen=True):
    """How a text can be read: one way, or two where nothing says which of the words is the surname."""

    ways: tuple[Fields, ...]


SUFFIXES = frozenset({"JR", "SR", "II", "III", "IV"})
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
_SAYING = re.compile(r"([A-Z]+)(?: ?[:#.] ?| )#?(.+)")

# In this order: the first shape that fits the whole text wins.
_SHAPES: tuple[tuple[Key, re.Pattern[str]], ...] = (
    (Key.COURT_FILE, re.compile(r"[0-9]{2} ?[A-Z]{2,4} ?[0-9]{1,6}(?:-[0-9]{3})?")),
    (Key.VIN, re.compile(r"(?=.*[A-Z])(?=.*[0-9])[A-HJ-NPR-Z0-9]{17}")),
    (Key.SID, re.compile(r"NC[0-9]{7}[A-Z]")),
    (Key.REGISTRY_NUMBER, re.compile(r"R[0-9]{6}")),
    (Key.FBI_NUMBER, re.compile(r"[0-9]{6}[A-Z]{2}[0-9]")),
    (Key.LICENCE_NUMBER, re.compile(r"[0-9]{12}")),
    (Key.OPUS_NUMBER, re.compile(r"[0-9]{7}")),
    (Key.PLATE, re.compile(r"(?=.*[0-9])[A-Z]{1,4}[- ]?[0-9]{1,5}[A-Z]?")),
    (Key.PLATE, re.compile(r"[0-9]{1,4}[- ]?[A-Z]{2,4}")),
)


def read(text: str, today: date) -> Read:
    """What `text` may mean. Raises `dates.NotADate` for a date that does not exist."""
    text = " ".join(text.split())
    upper = text.upper()
    said = _SAYING.fullmatch(upper)
    # Case and File are surnames too: what follows such a word is a number only if there is a digit in it.
    if said and (key := _SAID.get(said[1])) and (key is Key.PLATE or re.search("[0-9]", said[2])):
        return Read(({key: said[2]},))
    for key, shape in _SHAPES:
        if shape.fullmatch(upper):
            return Read(({key: upper},))
    return _person(text, today)


def _person(text: str, today: date) -> Read:
    name, born = _split_date(text, today)
    birth: Fields = {Key.BIRTH_DATE: born.isoformat()} if born else {}
    surname, comma, given = name.partition(",")
    if comma:
        return Read(({**_named(surname.split(), given.replace(",", " ").split()), **birth},))
    ways = [{**_named(surname, given), **birth} for surname, given in _orders(name.split())]
    return Read(tuple(way for place, way in enumerate(ways) if way not in ways[:place]))


def _orders(words: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Which words may be the surname: from a particle on, where there is one; the first; the last."""
    words, suffix = _without_suffix(words)
    particles = [_plain(word) in _PARTICLES for word in words]
    if particles and particles[0]:
        end = next((place for place, is_particle in enumerate(particles) if not is_particle), len(words)) + 1
        yield words[:end], [*words[end:], *suffix]
        yield words[-1:], [*words[:-1], *suffix]
    elif any(particles):
        begin = particles.index(True)
        yield words[begin:], [*words[:begin], *suffix]
        yield words[:1], [*words[1:], *suffix]
    else:
        yield words[:1], [*words[1:], *suffix]
        yield words[-1:], [*words[:-1], *suffix]


def _named(surname: Sequence[str], given: Sequence[str]) -> dict[Key, str]:
    """The fields of a name. A suffix may stand behind either part: SMITH JR, JOHN or SMITH, JOHN JR."""
    surname, suffix = _without_suffix(surname)
    if not suffix:
        given, suffix = _without_suffix(given, first=0)
    parts = {
        Key.SURNAME: " ".join(surname).upper(),
        Key.GIVEN_NAME: "".join(given[:1]).upper(),
        Key.MIDDLE_NAME: " ".join(given[1:]).upper(),
        Key.SUFFIX: _plain("".join(suffix)),
    }
    return {key: value for key, value in parts.items() if value}


def _without_suffix(words: Sequence[str], first: int = 1) -> tuple[Sequence[str], Sequence[str]]:
    """The words but for the one that is a suffix, and that one; all of them where none is, or more than one."""
    found = [place for place, word in enumerate(words) if place >= first and _plain(word) in SUFFIXES]
    if len(found) != 1:
        return words, ()
    return [word for place, word in enumerate(words) if place not in found], [words[found[0]]]


def _split_date(text: str, today: date) -> tuple[str, date | None]:
    """The text without a date at its end or its beginning, and the date."""
    words = text.replace(",", ", ").split()
    for count in (3, 1):  # "Feb 11, 1980", then "2/11/1980"
        for these, others in ((words[-count:], words[:-count]), (words[:count], words[count:])):
            if len(these) == count and (born := dates.read(" ".join(these).rstrip(","), today)):
                return _unsaid(others), born
    return " ".join(words), None


def _unsaid(words: Sequence[str]) -> str:
    """The words without one that only says that a birth date follows: as a middle name it would find nobody."""
    said = _plain(words[-1]).rstrip(":").replace(".", "") if len(words) > 1 else ""
    # Born is a surname too, but not behind the comma that follows one.
    if said == "DOB" or (said == "BORN" and any("," in word for word in words[:-1])):
        words = words[:-1]
    return " ".join(words).strip(" ,")


def _plain(word: str) -> str:
    return word.upper().strip(".,")
