"""Someone who may do everything their role may; a test takes one thing away."""

from datetime import UTC, datetime

from gateway.directory.people import Agency, AgencyKind, Role
from gateway.identity.principal import Principal


def person(*roles: Role, kind: AgencyKind = AgencyKind.LAW_ENFORCEMENT, **changed: object) -> Principal:
    facts: dict[str, object] = {
        "id": "p-1",
        "name": "Dep. R. Ashgrove",
        "agency": Agency(ori="NC9010000", name="Pinelake County Sheriff", kind=kind, zone="America/New_York"),
        "roles": frozenset(roles),
        "sworn": True,
        "chri_certified": True,
        "acr": "aal2",
        "amr": ("otp",),
        "proved_at": datetime(2026, 11, 22, 6, tzinfo=UTC),
    }
    return Principal(**facts | changed)


def officer(**changed: object) -> Principal:
    return person(Role.OFFICER, **changed)


def dispatcher(**changed: object) -> Principal:
    return person(Role.DISPATCHER, **{"sworn": False, "chri_certified": False, **changed})


def probation_officer(**changed: object) -> Principal:
    return person(Role.PROBATION, kind=AgencyKind.CORRECTIONS, **{"sworn": False, **changed})
