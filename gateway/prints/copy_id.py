"""The number of one print: eleven random characters and a check, read back however a person types it.

The alphabet is Crockford's base 32, which leaves out I, L, O and U; reading forgives case, spaces and dashes, and
takes O for 0, I and L for 1. The check makes a weighted sum of all twelve characters zero in GF(32), the weights being
the powers of a primitive element: a maximum-distance code with one check symbol (MacWilliams and Sloane, *The Theory
of Error-Correcting Codes*, ch. 11), computed one character at a time as in H. M. Damm's totally anti-symmetric
quasigroups (Marburg 2004). No weight is zero, so no single wrong character passes; no two are equal, so no swap of
two characters does, neighbours or not.
"""

import re
import secrets
from collections.abc import Callable, Iterable

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM = 11  # characters of 5 bits: two among a million copies are equal with odds of 1 in 70,000
_PRIMITIVE = 0b100101  # x^5 + x^2 + 1

_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_VALUES |= {letter.lower(): value for letter, value in _VALUES.items()}
_SPACES_AND_DASHES = re.compile(r"[\s\u2010-\u2015\u2212-]")


def new(random_bits: Callable[[int], int] = secrets.randbits) -> str:
    """A fresh number: twelve characters without dashes."""
    drawn = random_bits(5 * _RANDOM)
    values = [drawn >> 5 * place & 31 for place in range(_RANDOM)]
    values.append(_double(_weighted_sum(values)))
    return "".join(_ALPHABET[value] for value in values)


def parse(typed: str) -> str | None:
    """The number a person meant, without dashes, or None: no copy has such a number."""
    values = [_VALUES.get(letter, -1) for letter in _SPACES_AND_DASHES.sub("", typed)]
    if len(values) != _RANDOM + 1 or -1 in values or _weighted_sum(values) != 0:
        return None
    return "".join(_ALPHABET[value] for value in values)


def grouped(copy_id: str) -> str:
    """In three groups of four, `K7QF-2M9X-41AB`, for people."""
    return "-".join(copy_id[start : start + 4] for start in range(0, len(copy_id), 4))


def _weighted_sum(values: Iterable[int]) -> int:
    total = 0
    for value in values:
        total = _double(total) ^ value
    return total


def _double(element: int) -> int:
    """`element` times x in GF(32)."""
    doubled = element << 1
    return doubled ^ _PRIMITIVE if doubled & 32 else doubled
