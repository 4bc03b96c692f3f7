"""The plain truth about invented people, and how each record of them was written down.

A source never sees a `Person`; it keeps `Licence`, `Case` and the like, each with the description (`Seen`) that was
taken at the counter: an old address, an initial, a birth date with day and month exchanged. Comparing what records
say with whom they are really about is what matching is measured by.

Nothing here can be part of a cycle, and there is a lot of it: `gc=False` saves a quarter of the start.
"""

from datetime import date

import msgspec


class Name(msgspec.Struct, frozen=True, gc=False):
    """A name as a person would write it."""

    surname: str
    given: str
    middle: str = ""
    suffix: str = ""


class Seen(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A person as one record describes them, rightly or wrongly. `caveat` is what its clerk noted about that."""

    name: Name
    born: date
    address: str = ""
    aliases: tuple[Name, ...] = ()
    licence: str = ""
    sid: str = ""
    fbi: str = ""
    ssn: str = ""
    caveat: str = ""


class Withdrawal(msgspec.Struct, frozen=True, gc=False):
    """A licence taken away: why, from when, and when it may be asked for again."""

    reason: str
    start: date
    eligible: date


class Licence(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`status` is an AAMVA code: LIC licensed, ELG eligible, NOT not eligible, NEN not enough known, RPD dead."""

    number: str
    status: str
    card_class: str
    issued: date
    expires: date
    seen: Seen
    changed: date
    restrictions: tuple[str, ...] = ()
    endorsements: tuple[str, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()


class Vehicle(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`status` is an AAMVA code: 00 active, 02 stolen, 03 expired, 05 suspended; `stolen` says what was taken."""

    plate: str
    vin: str
    year: int
    make: str
    model: str
    colour: str
    status: str
    expires: date
    seen: Seen
    changed: date
    stolen: str = ""


class Charge(msgspec.Struct, frozen=True, gc=False):
    """One charge of a case and, once it is decided, how."""

    description: str
    statute: str
    degree: str
    disposition: str = ""
    disposed: date | None = None
    sentence: str = ""


class Case(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`file` is year, kind and number such as 26CR001934; a juvenile case is sealed."""

    file: str
    county: str
    category: str
    status: str
    filed: date
    charges: tuple[Charge, ...]
    seen: Seen
    changed: date
    hearing: date | None = None
    witnesses: tuple[Name, ...] = ()
    juvenile: bool = False


class Process(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A warrant for arrest, an order for arrest or a criminal summons: served or not, returned to the clerk or not."""

    kind: str
    file: str
    county: str
    offence: str
    issued: date
    seen: Seen
    changed: date
    served: date | None = None
    returned: date | None = None
    caution: str = ""


class Order(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A domestic-violence protective order, or an order to take a juvenile into custody.

    `sealed` names why nobody is to know of it: "juvenile", or "witness" for someone wholly protected.
    """

    kind: str
    file: str
    county: str
    status: str
    conditions: str
    issued: date
    expires: date
    seen: Seen
    changed: date
    protects: Name | None = None
    served: date | None = None
    sealed: str = ""


class Registration(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An entry of the sex-offender registry."""

    number: str
    status: str
    category: str
    offence: str
    registered: date
    verified: date
    seen: Seen
    changed: date
    caution: str = ""
    note: str = ""  # of the State Bureau of Investigation, for itself and the police


class Custody(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A term in state prison. County jails are another matter, and not asked."""

    opus: str
    status: str
    facility: str
    offence: str
    sentence: str
    admitted: date
    release: date  # projected while inside, actual once released
    seen: Seen
    changed: date
    caution: str = ""
    detainer: str = ""  # a federal agency that wants the person next


class Supervision(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Probation, parole or post-release supervision, with the officer to call."""

    opus: str
    status: str
    category: str
    offence: str
    officer: str
    phone: str
    start: date
    end: date
    seen: Seen
    changed: date
    caution: str = ""
    monitored: bool = False


class Person(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One invented person: who they are, and everything that any source has about them.

    `number` is their place in the population. `part` is what someone made on purpose is there to show. What stands
    under a person is really about them, even where its description is another's (identity theft).
    """

    number: int
    name: Name
    born: date
    sex: str
    race: str
    eyes: str
    hair: str
    height_in: int
    weight_lb: int
    address: str
    ssn: str
    sid: str = ""
    fbi: str = ""
    earlier: tuple[str, ...] = ()
    aliases: tuple[Name, ...] = ()
    protected: bool = False  # takes part in the address confidentiality programme
    licence: Licence | None = None
    vehicles: tuple[Vehicle, ...] = ()
    cases: tuple[Case, ...] = ()
    processes: tuple[Process, ...] = ()
    orders: tuple[Order, ...] = ()
    registration: Registration | None = None
    custody: Custody | None = None
    supervision: Supervision | None = None
    part: str = ""


class Population(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Everyone, as of `today`."""

    seed: int
    today: date
    people: tuple[Person, ...]

    def who(self, part: str) -> Person:
        """The person made to play `part`."""
        return next(person for person in self.people if person.part == part)
