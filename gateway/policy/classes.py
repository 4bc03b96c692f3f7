"""Which data classes a role sees, for which purpose, and how it is told what it never sees.

A class is released only if the role, the purpose and (for `chri`) the certification all grant it. Restricted classes
and protected values are released to nobody: they need a step-up that does not exist yet, and deny is the default.
"""

from collections.abc import Iterable, Mapping

from connectors.contract import DataClass, Kind, Record, Source
from gateway.directory.people import Role
from gateway.identity.principal import Principal
from gateway.policy.grounds import Purpose

_GENERAL = frozenset({DataClass.PII, DataClass.PUBLIC})  # in every source; they open none by themselves
_DUTY = _GENERAL | {
    DataClass.DMV,
    DataClass.COURT,
    DataClass.WARRANT_UNRETURNED,
    DataClass.SOR,
    DataClass.INMATE,
    DataClass.SUPERVISION,
}

ROLE_CLASSES: Mapping[Role, frozenset[DataClass]] = {
    Role.OFFICER: _DUTY | {DataClass.DMV_PHOTO, DataClass.CHRI, DataClass.SBI, DataClass.FEDERAL},
    Role.DISPATCHER: _DUTY,
    Role.PROBATION: _DUTY | {DataClass.CHRI},
}

_EVERYTHING = frozenset(DataClass)
_BACKGROUND = _GENERAL | {DataClass.COURT, DataClass.SOR, DataClass.INMATE, DataClass.SUPERVISION, DataClass.CHRI}

PURPOSE_CLASSES: Mapping[Purpose, frozenset[DataClass]] = {
    Purpose.CRIMINAL_JUSTICE: _EVERYTHING,
    Purpose.SECURITY: _EVERYTHING,
    Purpose.FIREARMS: _EVERYTHING - {DataClass.DMV_PHOTO},
    Purpose.EMPLOYMENT: _BACKGROUND,
    Purpose.EXIGENT: _BACKGROUND - {DataClass.CHRI},
    Purpose.HOUSING: _BACKGROUND - {DataClass.COURT},
}

RESTRICTED = frozenset({DataClass.JUVENILE_COURT, DataClass.JUVENILE_POLICE, DataClass.COURT_WITNESS})

NEVER_WORDS: Mapping[DataClass, str] = {
    DataClass.COURT_WITNESS: "witnesses",
    DataClass.JUVENILE_COURT: "juvenile cases",
    DataClass.JUVENILE_POLICE: "juvenile police records",
    DataClass.DMV_PHOTO: "photographs of drivers",
    DataClass.CHRI: "criminal history",
    DataClass.SBI: "State Bureau notes",
    DataClass.FEDERAL: "federal notes",
}


def classes_for(principal: Principal, purpose: Purpose) -> frozenset[DataClass]:
    """The classes this person sees for this purpose."""
    return classes_of(principal) & PURPOSE_CLASSES.get(purpose, frozenset())


def classes_of(principal: Principal) -> frozenset[DataClass]:
    """The classes this person may see at all, by role and certification."""
    by_role = frozenset(found for role in principal.roles for found in ROLE_CLASSES.get(role, frozenset()))
    if not principal.chri_certified:
        by_role -= {DataClass.CHRI}
    if not principal.sworn:
        by_role -= {DataClass.DMV_PHOTO, DataClass.SBI, DataClass.FEDERAL}
    return by_role - RESTRICTED


def of_source(source: Source) -> frozenset[DataClass]:
    """Every class a source declares."""
    return frozenset(found for kind in source.kinds for spec in kind.fields for found in spec.classes)


def of_pictures(source: Source, kind: Kind) -> frozenset[DataClass]:
    """Every class a source declares for the pictures of a kind of record."""
    spec = source.spec(kind)
    fields = spec.fields if spec else ()
    return frozenset(found for field in fields if field.attachment for found in field.classes)


def opens(source: Source, classes: frozenset[DataClass]) -> bool:
    """Whether someone who sees `classes` has any business with a source."""
    return bool((of_source(source) & classes) - _GENERAL)


def never_seen(principal: Principal, source: Source) -> tuple[str, ...]:
    """What this person never sees of a source, in words that do not depend on any answer."""
    missing = of_source(source) - classes_of(principal)
    return tuple(words for found, words in NEVER_WORDS.items() if found in missing)


def permitted(record: Record, classes: Iterable[DataClass]) -> Record | None:
    """`record` with only the fields these classes release; None where even its existence is not theirs to know."""
    granted = frozenset(classes)
    if record.sealed_as is not None and record.sealed_as not in granted:
        return None
    fields = tuple(field for field in record.fields if field.data_class in granted and not field.protected)
    return Record(
        source=record.source,
        kind=record.kind,
        id=record.id,
        version=record.version,
        as_of=record.as_of,
        fields=fields,
        sealed_as=record.sealed_as,
    )
