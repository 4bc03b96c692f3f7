"""Invented numbers: plausible to read, valid where they have a check digit, and given to nobody twice.

Each is a bijection of a counter onto a range that the people made on purpose stay out of, so that uniqueness needs no
memory. None can be real: social security numbers begin with 000 and telephone numbers with area code 555, which are
never issued, vehicle numbers with a maker that does not exist.
"""

_VIN_VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "012345678912345678123457923456789"), strict=True))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"  # model years in turn since 1980, thirty to a round
_SID_LETTERS = "ABCDEFGHJKMNPRTV"
_PLATE_LETTERS = "ABCDEFGHJKLMNPRSTVWXYZ"  # no letter that can be taken for a digit


def _scattered(n: int, low: int, size: int, step: int) -> int:
    """The `n`th number of a range, in an order that looks like none. `step` shares no factor with `size`."""
    return low + n * step % size


def licence_number(n: int) -> str:
    """Twelve digits."""
    return f"{_scattered(n, 10_000_000, 80_000_000, 7_368_787):012d}"


def sid(n: int) -> str:
    """The State's fingerprint number: NC, seven digits, a letter."""
    return f"NC{_scattered(n, 1_000_000, 8_000_000, 1_315_427)}{_SID_LETTERS[n % len(_SID_LETTERS)]}"


def fbi_number(n: int) -> str:
    """Six digits, two letters, a digit."""
    return f"{_scattered(n, 100_000, 800_000, 317_811)}{_SID_LETTERS[n % 16]}{_SID_LETTERS[n // 16 % 16]}{n % 10}"


def ssn(n: int) -> str:
    """A social security number of an area that is never issued."""
    digits = _scattered(n, 100_000, 800_000, 514_229)
    return f"000-{digits // 10_000:02d}-{digits % 10_000:04d}"


def opus_number(n: int) -> str:
    """An offender number, seven digits."""
    return str(_scattered(n, 1_000_000, 8_000_000, 2_178_309))


def registry_number(n: int) -> str:
    """A registrant's number."""
    return f"R{_scattered(n, 100_000, 800_000, 196_417)}"


def court_serial(n: int) -> int:
    """The last six digits of a court file."""
    return _scattered(n, 100_000, 800_000, 121_393)


def plate(n: int) -> str:
    """Three letters and four digits, in no series that was ever issued."""
    digits = _scattered(n, 1_000, 9_000, 4_181)
    return f"{'XY'[n % 2]}{_PLATE_LETTERS[n // 2 % 22]}{_PLATE_LETTERS[n // 44 % 22]}-{digits}"


def phone(n: int) -> str:
    """A telephone number in an area that does not exist."""
    return f"(555) 01{n % 10}-{1_000 + n * 7 % 9_000}"


def vin(n: int, year: int) -> str:
    """A vehicle number with a valid check digit."""
    serial = f"{_scattered(n, 100_000, 800_000, 75_029):06d}"
    blank = (
        f"ZZ9{_PLATE_LETTERS[n % 22]}A{n % 10}{_PLATE_LETTERS[n // 22 % 22]}C0{_VIN_YEARS[(year - 1980) % 30]}N{serial}"
    )
    return blank[:8] + vin_check_digit(blank) + blank[9:]


def vin_check_digit(number: str) -> str:
    """The ninth character that a vehicle number of seventeen must have (49 CFR 565.15)."""
    total = sum(_VIN_VALUES[sign] * weight for sign, weight in zip(number, _VIN_WEIGHTS, strict=True))
    return "0123456789X"[total % 11]
