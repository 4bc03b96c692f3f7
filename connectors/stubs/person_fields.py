"""What every source writes about a person, in NIEM 6.0 names: the fields, and how they are declared."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from connectors.contract import DataClass, Field, FieldSpec, Key, Qualifier
from connectors.stubs.truth import Name, Person, Seen

EXACT, SPELT = frozenset({Qualifier.EXACT}), frozenset(Qualifier)
PERSON_KEYS = {
    Key.SURNAME: SPELT,
    Key.GIVEN_NAME: SPELT,
    Key.MIDDLE_NAME: EXACT,
    Key.SUFFIX: EXACT,
    Key.BIRTH_DATE: EXACT,
    Key.SEX: EXACT,
}

_SEX = {"M": "Male", "F": "Female"}
_RACE = {"A": "Asian", "B": "Black", "I": "American Indian", "U": "Unknown", "W": "White"}
_EYES = {"BLK": "Black", "BLU": "Blue", "BRO": "Brown", "GRN": "Green", "GRY": "Gray", "HAZ": "Hazel"}
_HAIR = {"BAL": "Bald", "BLK": "Black", "BLN": "Blond", "BRO": "Brown", "GRY": "Gray", "RED": "Red"}


def fields(
    data_class: DataClass,
    values: Mapping[str, str | date | Sequence[str] | None],
    *,
    group: str | None = None,
    caveat: str | None = None,
    protected: bool = False,
) -> list[Field]:
    """A field for each of `values` that there is, several for a sequence, all handled alike."""
    return [
        Field(name=name, value=str(each), data_class=data_class, group=group, caveat=caveat, protected=protected)
        for name, value in values.items()
        for each in ((value,) if isinstance(value, str | date) else value or ())
        if each
    ]


def groups(data_class: DataClass, group: str, values: Iterable[Mapping[str, str | date | None]]) -> list[Field]:
    """Fields that belong together, time and again: `group[1]`, `group[2]` and so on."""
    return [field for n, each in enumerate(values, 1) for field in fields(data_class, each, group=f"{group}[{n}]")]


def person_fields(person: Person, seen: Seen, data_class: DataClass = DataClass.PII) -> list[Field]:
    """A person as `seen`, with what they look like. In a sealed record all of it has the class of the seal."""
    feet, inches = divmod(person.height_in, 12)
    federal = DataClass.FEDERAL if data_class is DataClass.PII else data_class
    return [
        *fields(
            data_class, name_values(seen.name) | {"nc:PersonBirthDate": str(seen.born)}, caveat=seen.caveat or None
        ),
        *fields(
            data_class,
            {
                "j:PersonSexCode": person.sex,
                "j:PersonRaceCode": person.race,
                "nc:PersonHeightMeasure": f"{feet} ft {inches} in",
                "nc:PersonWeightMeasure": f"{person.weight_lb} lb",
                "j:PersonEyeColorCode": person.eyes,
                "j:PersonHairColorCode": person.hair,
                "j:DriverLicenseCardIdentification": seen.licence,
                "j:PersonStateFingerprintIdentification": seen.sid,
                "nc:PersonSSNIdentification": seen.ssn,
            },
        ),
        *fields(federal, {"j:PersonFBIIdentification": seen.fbi}),
        *fields(data_class, {"nc:AddressFullText": seen.address}, protected=person.protected),
        *groups(data_class, "alias", map(name_values, seen.aliases)),
    ]


def person_specs(*seals: DataClass, without: Collection[str] = ()) -> tuple[FieldSpec, ...]:
    """The declaration of `person_fields`, of which a record sealed as one of `seals` gives all under that class.

    Fields that a source never gives are left out by their name.
    """
    pii, federal = frozenset({DataClass.PII, *seals}), frozenset({DataClass.FEDERAL, *seals})
    specs = (
        FieldSpec(name="nc:PersonSurName", label="Surname", classes=pii, headline=True),
        FieldSpec(name="nc:PersonGivenName", label="Given name", classes=pii, headline=True),
        FieldSpec(name="nc:PersonMiddleName", label="Middle name", classes=pii, headline=True),
        FieldSpec(name="nc:PersonNameSuffixText", label="Suffix", classes=pii, headline=True),
        FieldSpec(name="nc:PersonBirthDate", label="Birth date", classes=pii, headline=True, date=True),
        FieldSpec(name="j:PersonSexCode", label="Sex", classes=pii, headline=True, meanings=_SEX),
        FieldSpec(name="j:PersonRaceCode", label="Race", classes=pii, meanings=_RACE),
        FieldSpec(name="nc:PersonHeightMeasure", label="Height", classes=pii),
        FieldSpec(name="nc:PersonWeightMeasure", label="Weight", classes=pii),
        FieldSpec(name="j:PersonEyeColorCode", label="Eyes", classes=pii, meanings=_EYES),
        FieldSpec(name="j:PersonHairColorCode", label="Hair", classes=pii, meanings=_HAIR),
        FieldSpec(name="j:DriverLicenseCardIdentification", label="License number", classes=pii, headline=True),
        FieldSpec(name="j:PersonStateFingerprintIdentification", label="SID", classes=pii, headline=True),
        FieldSpec(name="nc:PersonSSNIdentification", label="Social security number", classes=pii),
        FieldSpec(name="j:PersonFBIIdentification", label="FBI number", classes=federal, headline=True),
        FieldSpec(name="nc:AddressFullText", label="Address", classes=pii, headline=True),
    )
    return tuple(spec for spec in specs if spec.name not in without)


def name_values(name: Name) -> dict[str, str]:
    """The parts of a name, by field."""
    return {
        "nc:PersonSurName": name.surname.upper(),
        "nc:PersonGivenName": name.given,
        "nc:PersonMiddleName": name.middle,
        "nc:PersonNameSuffixText": name.suffix,
    }
