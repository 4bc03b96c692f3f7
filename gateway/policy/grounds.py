"""For what someone may ask: purpose codes, and the coded reasons that stand for a case. The words of DOMAIN.md 3."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from gateway.directory.people import AgencyKind, Role


class Purpose(StrEnum):
    """NIEM `j:RapSheetPurposeCode`. R is the FBI's alone and is refused to everybody."""

    CRIMINAL_JUSTICE = "C"
    EMPLOYMENT = "J"
    DOMESTIC_VIOLENCE = "D"
    FIREARMS = "F"
    HOUSING = "H"
    SECURITY = "S"
    EXIGENT = "X"
    FILE_MAINTENANCE = "A"
    INTERSTATE = "I"
    VISA = "V"
    FBI = "R"


PURPOSE_WORDS: Mapping[Purpose, str] = {
    Purpose.CRIMINAL_JUSTICE: "Criminal justice",
    Purpose.EMPLOYMENT: "Criminal-justice employment",
    Purpose.DOMESTIC_VIOLENCE: "Domestic violence or stalking court",
    Purpose.FIREARMS: "Firearms",
    Purpose.HOUSING: "Public housing",
    Purpose.SECURITY: "National security",
    Purpose.EXIGENT: "Exigent caregiver",
    Purpose.FILE_MAINTENANCE: "File maintenance",
    Purpose.INTERSTATE: "Interstate non-criminal-justice",
    Purpose.VISA: "Visa",
    Purpose.FBI: "FBI only",
}

# Who may ask for which purpose, by role and kind of agency. A pair that is not here may ask for nothing.
PURPOSES: Mapping[tuple[Role, AgencyKind], tuple[Purpose, ...]] = {
    (Role.OFFICER, AgencyKind.LAW_ENFORCEMENT): (
        Purpose.CRIMINAL_JUSTICE,
        Purpose.EMPLOYMENT,
        Purpose.FIREARMS,
        Purpose.HOUSING,
        Purpose.SECURITY,
        Purpose.EXIGENT,
    ),
    (Role.DISPATCHER, AgencyKind.LAW_ENFORCEMENT): (Purpose.CRIMINAL_JUSTICE, Purpose.EXIGENT),
    (Role.PROBATION, AgencyKind.CORRECTIONS): (Purpose.CRIMINAL_JUSTICE, Purpose.EMPLOYMENT),
}


class Reason(msgspec.Struct, frozen=True):
    """A coded reason that may stand in for a case or event; some want words beside them."""

    words: str
    needs_words: bool = False


REASONS: Mapping[str, Reason] = {
    "traffic_stop": Reason("Traffic stop"),
    "welfare_check": Reason("Welfare check"),
    "booking": Reason("Booking"),
    "court_list": Reason("Court list"),
    "supervision_visit": Reason("Supervision visit"),
    "warrant_service": Reason("Warrant service"),
    "missing_person": Reason("Missing person"),
    "other": Reason("Other duty", needs_words=True),
}


def purposes_of(roles: frozenset[Role], kind: AgencyKind) -> tuple[Purpose, ...]:
    """The purposes someone with these roles at such an agency may ask for, C first."""
    granted = {purpose for role in roles for purpose in PURPOSES.get((role, kind), ())}
    return tuple(purpose for purpose in Purpose if purpose in granted)
