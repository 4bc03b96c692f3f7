"""The directory's values: who belongs to which agency, and whom to ask."""

from datetime import date
from enum import StrEnum

import msgspec


class Role(StrEnum):
    """What a member does for an agency; roles add up."""

    OFFICER = "officer"
    DISPATCHER = "dispatcher"
    PROBATION = "probation"
    SITE_ADMINISTRATOR = "site_administrator"
    TRAINING_COORDINATOR = "training_coordinator"
    AUDITOR = "auditor"
    STATEWIDE_AUDITOR = "statewide_auditor"
    OPERATIONS = "operations"


class AgencyKind(StrEnum):
    """What an agency is: a fact of the directory (an ORI's ninth character is only a cross-check)."""

    LAW_ENFORCEMENT = "law_enforcement"
    CORRECTIONS = "corrections"
    COURTS = "courts"
    PROSECUTION = "prosecution"
    STATE_BUREAU = "state_bureau"
    OPERATOR = "operator"
    LICENSING = "licensing"


class Office(StrEnum):
    """Whom a stopped person is sent to."""

    HEAD = "head"
    SITE_ADMINISTRATOR = "site_administrator"
    TRAINING_COORDINATOR = "training_coordinator"


class Agency(msgspec.Struct, frozen=True, kw_only=True):
    """An agency with an ORI and, if it signed one, an agreement."""

    ori: str
    name: str
    kind: AgencyKind
    zone: str
    agreement_until: date | None = None
    source: str | None = None


class Contact(msgspec.Struct, frozen=True):
    """Whom to ask, and how."""

    name: str
    phone: str


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One person of one agency, as that agency's administrators keep them."""

    id: str
    issuer: str
    subject: str
    agency: Agency
    name: str
    badge: str | None
    roles: frozenset[Role]
    sworn: bool
    chri_until: date | None
    training_until: date | None
    terminated_on: date | None
    last_used_on: date
