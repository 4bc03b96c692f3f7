"""From what was typed to a question in terms a source understands, or what is wrong with it, field by field.

Pure. Problems are values with the place they belong to; nothing that was typed is ever lost by being wrong.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import msgspec

from connectors.contract import IDENTIFIERS, Key, Qualifier, Term
from gateway import words
from gateway.search import box, dates

LABELS: Mapping[Key, str] = {
    Key.SURNAME: "surname",
    Key.GIVEN_NAME: "given",
    Key.MIDDLE_NAME: "middle",
    Key.SUFFIX: "suffix",
    Key.BIRTH_DATE: "born",
    Key.SEX: "sex",
    Key.LICENCE_NUMBER: "license number",
    Key.LICENCE_STATE: "license state",
    Key.PLATE: "plate",
    Key.PLATE_STATE: "plate state",
    Key.VIN: "VIN",
    Key.SID: "SID",
    Key.FBI_NUMBER: "FBI number",
    Key.COURT_FILE: "court file",
    Key.COUNTY: "county",
    Key.OPUS_NUMBER: "prison number",
    Key.REGISTRY_NUMBER: "registry number",
}

_NAMES = (Key.SURNAME, Key.GIVEN_NAME, Key.MIDDLE_NAME)
_MATCHES = {"starts_with": Qualifier.STARTS_WITH, "exact": Qualifier.EXACT, "phonetic": Qualifier.PHONETIC}
_LONGEST = 120  # characters; the longest real name on record needs fewer


class Problem(msgspec.Struct, frozen=True):
    """What is wrong, and at which field."""

    field: str
    message: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: one reading, or two where the order of a name is open. `typed` is what fills the form again."""

    readings: tuple[tuple[Term, ...], ...]
    typed: Mapping[str, str]

    @property
    def keys(self) -> frozenset[Key]:
        """What is asked by."""
        return frozenset(term.key for reading in self.readings for term in reading)

    def understood(self) -> dict[str, str]:
        """The first reading by key; a second one is said under `also`."""
        first = {term.key.value: term.value for term in self.readings[0]}
        tolerance = next((term.tolerance_years for term in self.readings[0] if term.tolerance_years), 0)
        if tolerance:
            first["birth_date_tolerance_years"] = str(tolerance)
        if len(self.readings) > 1:
            also = {term.key: term.value for term in self.readings[1] if term.key in _NAMES}
            given = [also.get(Key.GIVEN_NAME), also.get(Key.MIDDLE_NAME)]
            first["also"] = f"{also[Key.SURNAME]}, {' '.join(word for word in given if word)}".rstrip(", ")
        return first

    def words(self, today: date) -> list[tuple[str, str]]:
        """What was understood, as pairs of value and label, for the screen."""
        pairs = []
        for term in self.readings[0]:
            value = term.value
            if term.key is Key.BIRTH_DATE:
                born = date.fromisoformat(value)
                value = f"{words.day(born)} ({words.age(born, today)})"
                if term.tolerance_years:
                    value += f", give or take {words.count(term.tolerance_years, 'year')}"
            pairs.append((value, LABELS[term.key]))
        return pairs


def read_question(form: Mapping[str, str], today: date) -> Question | list[Problem]:
    """The question in `form` (CONTRACT.md 4's names), or every problem with it."""
    typed = {name: value for name, value in form.items() if value.strip() and name in _TYPED}
    problems = [problem for name, value in typed.items() if (problem := unreadable(name, value))]
    if problems:
        return problems
    clean = {name: unicodedata.normalize("NFC", " ".join(value.split())) for name, value in typed.items()}
    fielded = {key: clean[key.value] for key in Key if key.value in clean}
    try:
        boxed = box.read(clean["q"], today).ways if "q" in clean else ({},)
    except dates.NotADate as error:
        return [Problem("q", str(error))]
    try:
        ways = [_filed({**way, **_fields(fielded, today)}) for way in boxed]
    except dates.NotADate as error:
        return [Problem("birth_date", str(error))]
    twice = fielded.keys() & {key for way in boxed for key in way}
    problems = [Problem(key.value, "The box says this already. Take one of them away.") for key in Key if key in twice]
    problems += [found for way in ways for found in _wrong(way, fielded, in_box="q" in clean)]
    tolerance = clean.get("birth_date_tolerance_years", "0")
    if not re.fullmatch(r"[0-5]", tolerance):
        problems.append(Problem("birth_date_tolerance_years", "Give 0 to 5 years."))
    match = _MATCHES.get(clean.get("match", "starts_with"))
    if match is None:
        problems.append(Problem("match", "Choose how names are compared."))
    if problems or match is None:
        return list(dict.fromkeys(problems))
    readings = tuple(tuple(_term(key, value, match, int(tolerance)) for key, value in way.items()) for way in ways)
    return Question(readings=readings, typed=typed)


_TYPED = frozenset({"q", "birth_date_tolerance_years", "match"} | {key.value for key in Key})


def unreadable(name: str, value: str) -> Problem | None:
    """What makes `value` unfit to be typed anywhere: its length, or characters that cannot be seen."""
    if len(value) > (_LONGEST if name not in {"q", "reason"} else 2 * _LONGEST):
        return Problem(name, f"This is too long: {len(value):,} characters.")
    # Cc, Cf: control and invisible characters, among them those that turn text around.
    if any(
        unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn"} for letter in value if letter not in "\t\r\n"
    ):
        return Problem(name, "This holds characters that cannot be seen. Type it again.")
    return None


def _fields(fielded: Mapping[Key, str], today: date) -> dict[Key, str]:
    made = {key: value.upper() for key, value in fielded.items()}
    if Key.BIRTH_DATE in made:
        born = dates.read(fielded[Key.BIRTH_DATE], today)
        if born is None:
            raise dates.NotADate(f"This is not a date. {dates.EXAMPLE}")
        made[Key.BIRTH_DATE] = born.isoformat()
    return made


def _filed(way: dict[Key, str]) -> dict[Key, str]:
    """A court file in the one form courts write it, 26CR001934, and its county apart: 26 CR 1934-910."""
    parts = re.fullmatch(r"(\d{2}) ?([A-Z]{2,4}) ?(\d{1,6})(?:-(\d{3}))?", way.get(Key.COURT_FILE, ""), re.ASCII)
    if parts is None:
        return way
    year, kind, serial, county = parts.groups()
    filed = way | {Key.COURT_FILE: f"{year}{kind}{int(serial):06}"}
    return filed | {Key.COUNTY: county} if county and Key.COUNTY not in way else filed


def _wrong(way: Mapping[Key, str], fielded: Mapping[Key, str], *, in_box: bool) -> Iterator[Problem]:
    """What is wrong with one reading, each at the field it was typed in."""
    if not way:
        yield Problem("q", "Type a name, plate, license or file number.")
    elif not (way.keys() & IDENTIFIERS or Key.SURNAME in way):
        place = "q" if in_box else Key.SURNAME.value
        yield Problem(place, "Add a surname, or a plate, license or file number.")
    for key, value in way.items():
        if message := _unfit(key, value):
            yield Problem(key.value if key in fielded else "q", message)


def _unfit(key: Key, value: str) -> str | None:
    """Why `value` cannot be asked for under `key`, or None."""
    if key in _NAMES:
        return _unfit_name(value)
    if key in IDENTIFIERS and not re.fullmatch(r"[A-Z0-9][A-Z0-9 -]{1,24}", value):
        return f"This is not a {LABELS[key]}: letters, digits, hyphens only."
    if key in _CHOICES and value not in _CHOICES[key]:
        return "Choose from the list."
    if key in _STATES and not re.fullmatch(r"[A-Z]{2}", value):
        return "Give the state as two letters, like NC."
    if key is Key.COUNTY and not re.fullmatch(r"[A-Z0-9][A-Z0-9 .'-]{1,39}", value):
        return "Give the county's name, or its number."
    return None


_CHOICES = {Key.SEX: frozenset({"M", "F", "X"}), Key.SUFFIX: box.SUFFIXES}
_STATES = frozenset({Key.LICENCE_STATE, Key.PLATE_STATE})
_BETWEEN_LETTERS = frozenset(" -'.,\u00b4\u00b7\u2018\u2019\u2010\u2011\u2013`")  # as names are written and mistyped


def _unfit_name(value: str) -> str | None:
    if any(letter.isdigit() for letter in value):
        return f"A name has no digits. For a birth date: {dates.EXAMPLE}"
    if not any(letter.isalpha() for letter in value):
        return "A name needs letters."
    # L and M: letters and the marks on them, of every script.
    if any(unicodedata.category(letter)[0] not in "LM" and letter not in _BETWEEN_LETTERS for letter in value):
        return "A name has letters, hyphens, apostrophes and dots only."
    return None


def _term(key: Key, value: str, match: Qualifier, tolerance_years: int) -> Term:
    if key in _NAMES:
        # "Rob" should find Robert; a surname that only starts alike is too many people.
        loose = match is not Qualifier.STARTS_WITH or key is not Key.SURNAME
        return Term(key, value, match if loose else Qualifier.EXACT)
    return Term(key, value, tolerance_years=tolerance_years if key is Key.BIRTH_DATE else 0)


def problem_words(problems: Sequence[Problem]) -> Mapping[str, str]:
    """The first problem of each field, to stand beside it; the fields in their order."""
    first: dict[str, str] = {}
    for problem in problems:
        first.setdefault(problem.field, problem.message)
    return first
