"""The invented Division of Motor Vehicles: driver licences with a photograph, and vehicles with their plates.

A question by name finds vehicles too: "stolen: none" must not be said by someone who did not look.
"""

from collections.abc import Iterator
from functools import partial

from connectors.contract import (
    Alert,
    AlertSpec,
    DataClass,
    Field,
    FieldSpec,
    Key,
    Kind,
    KindSpec,
    Samples,
    Source,
    Term,
)
from connectors.stubs.desk import PictureDesk
from connectors.stubs.person_fields import EXACT, PERSON_KEYS, fields, groups, person_fields, person_specs
from connectors.stubs.picture import PHOTOGRAPH
from connectors.stubs.shelf import Paper
from connectors.stubs.truth import Licence, Person, Population, Vehicle

_LICENCE_STATUS = {
    "LIC": "Licensed",
    "ELG": "Eligible, not licensed",
    "NOT": "Not eligible",
    "NEN": "Not enough known",
    "RPD": "Reported dead",
}
_REGISTRATION_STATUS = {
    "00": "Active",
    "01": "Cancelled",
    "02": "Stolen",
    "03": "Expired",
    "04": "Revoked",
    "05": "Suspended",
}
_detail = partial(FieldSpec, classes=frozenset({DataClass.DMV}))
_headline = partial(_detail, headline=True)

_NO_FINGERPRINTS = ("j:PersonStateFingerprintIdentification", "j:PersonFBIIdentification")

_LICENCE = KindSpec(
    kind=Kind.LICENCE,
    title="Driver {nc:PersonSurName}, {nc:PersonGivenName} {nc:PersonMiddleName} {nc:PersonNameSuffixText}",
    fields=(
        _headline(name="j:DriverLicenseNonCommercialStatusCode", label="License status", meanings=_LICENCE_STATUS),
        *person_specs(without=_NO_FINGERPRINTS),
        _detail(name="j:DriverLicenseNonCommercialClassText", label="License class"),
        _detail(name="nc:IdentificationEffectiveDate", label="Issued", date=True),
        _headline(name="nc:IdentificationExpirationDate", label="Expires", date=True),
        _detail(name="j:DriverLicenseRestrictionCode", label="Restriction"),
        _detail(name="j:DriverLicenseEndorsementCode", label="Endorsement"),
        _detail(name="j:DriverLicenseWithdrawal", label="Withdrawn for"),
        _detail(name="j:DriverLicenseWithdrawalEffectiveDate", label="Withdrawn on", date=True),
        _detail(name="j:DriverLicenseWithdrawalEligibilityDate", label="May apply again on", date=True),
        FieldSpec(
            name="nc:PersonDigitalImage",
            label="Photograph",
            classes=frozenset({DataClass.DMV_PHOTO}),
            attachment=True,
        ),
    ),
    alerts=(
        AlertSpec(
            alert=Alert.LICENCE_NOT_VALID,
            field="j:DriverLicenseNonCommercialStatusCode",
            values=frozenset(_LICENCE_STATUS) - {"LIC"},
            says="j:DriverLicenseNonCommercialStatusCode",
        ),
    ),
)
_VEHICLE = KindSpec(
    kind=Kind.VEHICLE,
    title="Plate {j:ConveyanceRegistrationPlateIdentification}, "
    "{nc:ItemModelYearDate} {nc:ItemMakeName} {nc:ItemModelName}, {nc:ItemColorDescriptionText}",
    fields=(
        _headline(name="j:ConveyanceRegistrationPlateIdentification", label="Plate"),
        _headline(name="j:ConveyanceRegistrationStatus", label="Registration", meanings=_REGISTRATION_STATUS),
        _headline(name="j:ConveyanceRegistrationStatusDetail", label="Stolen"),
        _headline(name="nc:IdentificationExpirationDate", label="Expires", date=True),
        _headline(name="nc:VehicleIdentification", label="VIN"),
        _headline(name="nc:ItemModelYearDate", label="Year"),
        _headline(name="nc:ItemMakeName", label="Make"),
        _headline(name="nc:ItemModelName", label="Model"),
        _headline(name="nc:ItemColorDescriptionText", label="Color"),
        *person_specs(without=(*_NO_FINGERPRINTS, "nc:PersonSSNIdentification")),
    ),
    alerts=(
        AlertSpec(
            alert=Alert.STOLEN,
            field="j:ConveyanceRegistrationStatus",
            values=frozenset({"02"}),
            says="j:ConveyanceRegistrationStatusDetail",
        ),
    ),
)


class Dmv(PictureDesk):
    """Drivers and vehicles of the invented population, stolen ones first."""

    source = Source(
        name="dmv",
        title="DMV",
        owner="Division of Motor Vehicles",
        owner_ori="NC9200000",
        version="1",
        caveat="For law enforcement purposes only. The photograph is confidential (G.S. 20-43).",
        phone="(555) 010-2000",
        keys={
            **PERSON_KEYS,
            Key.LICENCE_NUMBER: EXACT,
            Key.LICENCE_STATE: EXACT,
            Key.PLATE: EXACT,
            Key.PLATE_STATE: EXACT,
            Key.VIN: EXACT,
        },
        kinds=(_LICENCE, _VEHICLE),
    )
    samples = Samples(
        found=(Term(Key.SURNAME, "Hollis"), Term(Key.GIVEN_NAME, "Merrick")),
        absent=(Term(Key.SURNAME, "Nettlefold"), Term(Key.GIVEN_NAME, "Quillan")),
    )
    minutes_behind = 4

    def papers(self, people: Population) -> Iterator[Paper]:
        """As `Desk` says."""
        for person in people.people:
            if licence := person.licence:
                yield Paper(
                    kind=Kind.LICENCE,
                    person=person,
                    seen=licence.seen,
                    changed=licence.changed,
                    says=partial(_licence_says, person, licence),
                    numbers={Key.LICENCE_STATE: "NC"},
                )
            for n, vehicle in enumerate(person.vehicles):
                yield Paper(
                    kind=Kind.VEHICLE,
                    person=person,
                    n=n,
                    seen=vehicle.seen,
                    changed=vehicle.changed,
                    says=partial(_vehicle_says, person, vehicle),
                    numbers={Key.PLATE: vehicle.plate, Key.PLATE_STATE: "NC", Key.VIN: vehicle.vin},
                    urgent=vehicle.status == "02",
                )


def _licence_says(person: Person, licence: Licence) -> Iterator[Field]:
    yield from fields(DataClass.DMV, {"j:DriverLicenseNonCommercialStatusCode": licence.status})
    yield from person_fields(person, licence.seen)
    yield from fields(
        DataClass.DMV,
        {
            "j:DriverLicenseNonCommercialClassText": licence.card_class,
            "nc:IdentificationEffectiveDate": licence.issued,
            "nc:IdentificationExpirationDate": licence.expires,
            "j:DriverLicenseRestrictionCode": licence.restrictions,
            "j:DriverLicenseEndorsementCode": licence.endorsements,
        },
    )
    yield from groups(
        DataClass.DMV,
        "withdrawal",
        (
            {
                "j:DriverLicenseWithdrawal": withdrawal.reason,
                "j:DriverLicenseWithdrawalEffectiveDate": withdrawal.start,
                "j:DriverLicenseWithdrawalEligibilityDate": withdrawal.eligible,
            }
            for withdrawal in licence.withdrawals
        ),
    )
    yield from fields(DataClass.DMV_PHOTO, {"nc:PersonDigitalImage": PHOTOGRAPH})


def _vehicle_says(person: Person, vehicle: Vehicle) -> Iterator[Field]:
    yield from fields(
        DataClass.DMV,
        {
            "j:ConveyanceRegistrationPlateIdentification": vehicle.plate,
            "j:ConveyanceRegistrationStatus": vehicle.status,
            "j:ConveyanceRegistrationStatusDetail": vehicle.stolen,
            "nc:IdentificationExpirationDate": vehicle.expires,
            "nc:VehicleIdentification": vehicle.vin,
            "nc:ItemModelYearDate": str(vehicle.year),
            "nc:ItemMakeName": vehicle.make,
            "nc:ItemModelName": vehicle.model,
            "nc:ItemColorDescriptionText": vehicle.colour,
        },
    )
    yield from person_fields(person, vehicle.seen)
