"""When are two typed terms the same term: names, dates, plates and numbers, brought to one spelling each. Pure.

What an officer types and what a source has on file differ in case, accents, hyphens and spaces; a token made of the
spelling given here is the same for both. Never change a rule: tokens already written would no longer be found. Nothing
here refuses a spelling, since what a source really holds must be recordable; a term that says nothing has no spelling.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence


def spelling(kind: str, parts: Sequence[str]) -> list[str] | None:
    """The one spelling of a term: of kind `name` its surname and given name, and so on by `audit.events.TermType`.

    None when a part says nothing, for example a plate typed as `-`; only a given name may be missing. Raises
    `ValueError` for a wrong number of parts, which is a defect.
    """
    spelled = [rule(part) for rule, part in zip(_RULES[kind], parts, strict=True)]
    return None if "" in spelled else spelled


def _surname(text: str) -> str:
    words = text.replace(",", " ").split()
    while len(words) > 1 and words[-1].rstrip(".").casefold() in _SUFFIXES:
        words.pop()
    return _letters("".join(words))


def _given(text: str) -> str:
    """The first word: one source keeps `Mary Ann` as a given name, the next `Ann` as the middle name."""
    words = text.split(maxsplit=1)
    return (_letters(words[0]) if words else "") or _NO_NAME


def _letters(text: str) -> str:
    """Letters and digits alone, without case or accent: `De Los Santos` and `DE-LOS SANTOS` are one name."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.casefold()).translate(_UNDECOMPOSED)
    return "".join(filter(str.isalnum, text.casefold()))


def _number(text: str) -> str:
    """Letters and digits alone, upper case. Zeros in front stay: they belong to a North Carolina licence number."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).upper()))


def _date(text: str) -> str:
    """`YYYY-MM-DD` as the gateway and the connectors write it, without what stands between."""
    return "".join(filter(str.isdigit, text))


def _words(text: str) -> str:
    """Words as typed, but for case, width and the white space between them: a copied reason is found again."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _as_given(text: str) -> str:
    return text


_NO_NAME = "-"

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})

# Letters that a keyboard without them replaces, and that Unicode does not decompose.
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)

_RULES: Mapping[str, tuple[Callable[[str], str], ...]] = {
    "record": (_as_given, _as_given),  # source, record id
    "name_dob": (_surname, _given, _date),
    "name": (_surname, _given),
    "dl": (_number,),
    "plate": (_number,),
    "vin": (_number,),
    "sid": (_number,),
    "fbi": (_number,),
    "ssn": (_number,),
    "court_file": (_number,),
    "opus": (_number,),
    "registry": (_number,),
    "reason": (_words,),
}
