"""From what was typed to a question in terms a source understands, or what is wrong with it, field by field.

Pure. Problems are values with the place they belong to; nothing that was typed is ever lost by being wrong.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
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
            words = [also.get(Key.GIVEN_NAME), also.get(Key.MIDDLE_NAME)]
            first["also"] = f"{also[Key.SURNAME]}, {' '.join(word for word in words if word)}"
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
                    value += f", give or take {term.tolerance_years} years"
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
    if "q" in clean and fielded:
        return [Problem("q", "Use the box or the fields, not both.")]
    try:
        ways = box.read(clean["q"], today).ways if "q" in clean else (_fields(fielded, today),)
    except dates.NotADate as error:
        return [Problem("q" if "q" in clean else "birth_date", str(error))]
    place = next((key.value for key in fielded), "q")
    for way in ways:
        problems += _incomplete(way, place)
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


def _incomplete(way: Mapping[Key, str], place: str) -> list[Problem]:
    if not way:
        return [Problem("q", "Type a name, plate, license or file number.")]
    problems: list[Problem] = []
    for key in _NAMES:
        if key in way and not any(letter.isalpha() for letter in way[key]):
            problems.append(Problem(place, "A name needs letters."))
        elif any(letter.isdigit() for letter in way.get(key, "")):
            problems.append(Problem(place, f"A name has no digits. For a birth date: {dates.EXAMPLE}"))
    if not (way.keys() & IDENTIFIERS or Key.SURNAME in way):
        problems.append(Problem(place, "Add a surname, or a plate, license or file number."))
    if way.get(Key.SEX, "M") not in {"M", "F", "X"}:
        problems.append(Problem("sex", "Choose from the list."))
    problems += [
        Problem(place, f"This is not a {LABELS[key]}: letters, digits, hyphens only.")
        for key in IDENTIFIERS & way.keys()
        if not re.fullmatch(r"[A-Z0-9][A-Z0-9 -]{1,24}", way[key])
    ]
    return problems


def _term(key: Key, value: str, match: Qualifier, tolerance_years: int) -> Term:
    if key in _NAMES:
        # "Rob" should find Robert; a surname that only starts alike is too many people.
        loose = match is not Qualifier.STARTS_WITH or key is not Key.SURNAME
        return Term(key, value, match if loose else Qualifier.EXACT)
    return Term(key, value, tolerance_years=tolerance_years if key is Key.BIRTH_DATE else 0)


def problem_words(problems: Sequence[Problem]) -> Mapping[str, str]:
    """The first problem of each field, to stand beside it."""
    return {problem.field: problem.message for problem in reversed(problems)}
