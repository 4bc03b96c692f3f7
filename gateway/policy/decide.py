"""The one decision: may this person do this, now, for that? Only `decide` makes a Permit.

Every rule has a name; a refusal carries it to the page, the answer and the record. What no rule grants is denied.
"""

from collections.abc import Mapping, Sequence

import msgspec

from connectors.contract import DataClass, Kind, Source
from gateway.directory.people import Role
from gateway.identity.principal import Principal
from gateway.policy import classes
from gateway.policy.grounds import Purpose, purposes_of

VERSION = "2026-11"  # in every event that rests on a decision

_MAY_PRINT = frozenset({Role.OFFICER, Role.PROBATION})

RULES: Mapping[str, str] = {
    "role.may_search": "Your role may not ask for records.",
    "role.may_audit": "Your role may not read the activity record.",
    "purpose.known": "There is no such purpose.",
    "purpose.for_role": "Your role may not ask for this purpose.",
    "role.covers_source": "Your role may not ask this source.",
    "purpose.covers_source": "Your role may not ask this source for this purpose.",
    "photograph.law_enforcement": "A driver's photograph is for sworn officers and a law-enforcement purpose only.",
    "print.no_handheld": "Printing is off on phones and tablets.",
    "print.for_role": "Your role may not print.",
}


class Search(msgspec.Struct, frozen=True):
    """Ask some sources something, for a purpose."""

    purpose: str
    sources: Sequence[Source]


class View(msgspec.Struct, frozen=True):
    """Open one record of a source."""

    purpose: str
    source: Source


class Photograph(msgspec.Struct, frozen=True):
    """See the photograph of a record of this kind."""

    purpose: str
    source: Source
    kind: Kind


class Print(msgspec.Struct, frozen=True):
    """Put one record on paper for someone."""

    purpose: str
    source: Source
    handheld: bool
    recipient_is_own_agency: bool


class Oversee(msgspec.Struct, frozen=True):
    """Read the activity record."""


Act = Search | View | Photograph | Print | Oversee


class Permit(msgspec.Struct, frozen=True, kw_only=True):
    """What is granted: the classes that may be released, the sources that may not be asked and by which rule, and
    whose users' activity may be read.
    """

    classes: frozenset[DataClass] = frozenset()
    refused: Mapping[str, str] = msgspec.field(default_factory=dict)
    agencies: frozenset[str] = frozenset()
    statewide: bool = False


class Deny(msgspec.Struct, frozen=True):
    """Not granted, by the rule of this name."""

    rule: str


def decide(principal: Principal, act: Act) -> Permit | Deny:
    """Permit or Deny. Looks at nothing but its arguments."""
    match act:
        case Oversee():
            return _oversee(principal)
        case Search(purpose=code) | View(purpose=code) | Photograph(purpose=code) | Print(purpose=code):
            purposes = purposes_of(principal.roles, principal.agency.kind)
            if not purposes:
                return Deny("role.may_search")
            if code not in set(Purpose):
                return Deny("purpose.known")
            if code not in purposes:
                return Deny("purpose.for_role")
            return _release(principal, Purpose(code), act)


def _oversee(principal: Principal) -> Permit | Deny:
    if Role.STATEWIDE_AUDITOR in principal.roles:
        return Permit(statewide=True)
    if Role.AUDITOR in principal.roles:
        return Permit(agencies=frozenset({principal.agency.ori}))
    return Deny("role.may_audit")


def _release(principal: Principal, purpose: Purpose, act: Search | View | Photograph | Print) -> Permit | Deny:
    granted = classes.classes_for(principal, purpose)
    match act:
        case Search(sources=sources):
            refused = {source.name: rule for source in sources if (rule := _refusal(principal, purpose, source))}
            return Permit(classes=granted, refused=refused)
        case View(source=source):
            rule = _refusal(principal, purpose, source)
            return Deny(rule) if rule else Permit(classes=granted)
        case Photograph(source=source, kind=kind):
            rule = _refusal(principal, purpose, source)
            if rule:
                return Deny(rule)
            pictures = classes.of_pictures(source, kind)
            return Permit(classes=granted) if pictures <= granted else Deny("photograph.law_enforcement")
        case Print(source=source, handheld=handheld, recipient_is_own_agency=own):
            if not principal.roles & _MAY_PRINT:
                return Deny("print.for_role")
            if handheld:
                return Deny("print.no_handheld")  # policy II.4.g: no copy on phones and tablets
            rule = _refusal(principal, purpose, source)
            # DOMAIN.md 4: federal values are never released to third parties.
            return Deny(rule) if rule else Permit(classes=granted if own else granted - {DataClass.FEDERAL})


def _refusal(principal: Principal, purpose: Purpose, source: Source) -> str | None:
    if not classes.opens(source, classes.classes_of(principal)):
        return "role.covers_source"
    if not classes.opens(source, classes.classes_for(principal, purpose)):
        return "purpose.covers_source"
    return None
