"""The invented sex-offender registry: who must be registered, where they say they live, when that was last verified.

A caution has the class of the record it stands in, so that whoever may see the record at all sees the caution.
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
    Qualifier,
    Samples,
    Source,
    Term,
)
from connectors.stubs.desk import PictureDesk
from connectors.stubs.person_fields import EXACT, PERSON_KEYS, fields, person_fields, person_specs
from connectors.stubs.picture import PHOTOGRAPH
from connectors.stubs.shelf import Paper
from connectors.stubs.truth import Person, Population, Registration

_SPELT = frozenset({Qualifier.EXACT, Qualifier.STARTS_WITH})  # this registry does not go by sound
_detail = partial(FieldSpec, classes=frozenset({DataClass.SOR}))
_headline = partial(_detail, headline=True)
_public = partial(FieldSpec, classes=frozenset({DataClass.PUBLIC}), headline=True)

_REGISTRATION = KindSpec(
    kind=Kind.REGISTRATION,
    title="Registrant {j:RegisteredOffenderIdentification}, {j:RegisteredOffenderDescriptionText}",
    fields=(
        _public(name="j:RegisteredOffenderIdentification", label="Registry number"),
        _public(name="j:RegisteredOffenderDescriptionText", label="Status"),
        _headline(name="j:PersonCautionInformationText", label="Caution"),
        _headline(name="nc:LastVerifiedDate", label="Address last verified", date=True),
        *person_specs(),
        _detail(name="j:RegisteredOffenderCategoryText", label="Category"),
        _detail(name="j:RegisteredOffenderEntryDate", label="Registered", date=True),
        FieldSpec(
            name="j:RegisteredOffenderConviction",
            label="Convicted of",
            classes=frozenset({DataClass.CHRI}),
        ),
        FieldSpec(name="j:Remark", label="Bureau's note", classes=frozenset({DataClass.SBI})),
        _detail(name="nc:PersonDigitalImage", label="Photograph", attachment=True),
    ),
    alerts=(
        AlertSpec(alert=Alert.CAUTION, field="j:PersonCautionInformationText", says="j:PersonCautionInformationText"),
        AlertSpec(
            alert=Alert.REGISTERED_OFFENDER,
            field="j:RegisteredOffenderDescriptionText",
            values=frozenset({"registered", "absconded"}),
            says="j:RegisteredOffenderDescriptionText",
        ),
    ),
)


class Registry(PictureDesk):
    """Registrations of the invented population, those who cannot be found first."""

    source = Source(
        name="registry",
        title="Registry",
        owner="Sex Offender Registry, State Bureau of Investigation",
        owner_ori="NC9400000",
        version="1",
        caveat="Not proof of identity. Verify by fingerprint. A registration alone is no ground for arrest.",
        phone="(555) 010-4000",
        keys={
            **PERSON_KEYS,
            Key.SURNAME: _SPELT,
            Key.GIVEN_NAME: _SPELT,
            Key.SID: EXACT,
            Key.FBI_NUMBER: EXACT,
            Key.REGISTRY_NUMBER: EXACT,
        },
        kinds=(_REGISTRATION,),
    )
    samples = Samples(
        found=(Term(Key.SURNAME, "No", Qualifier.STARTS_WITH),),
        absent=(Term(Key.SURNAME, "Nettlefold"), Term(Key.GIVEN_NAME, "Quillan")),
    )
    minutes_behind = 9

    def papers(self, people: Population) -> Iterator[Paper]:
        """As `Desk` says."""
        for person in people.people:
            if entry := person.registration:
                yield Paper(
                    kind=Kind.REGISTRATION,
                    person=person,
                    seen=entry.seen,
                    changed=entry.changed,
                    says=partial(_says, person, entry),
                    numbers={Key.REGISTRY_NUMBER: entry.number},
                    urgent=entry.status == "absconded",
                )


def _says(person: Person, entry: Registration) -> Iterator[Field]:
    yield from fields(
        DataClass.PUBLIC,
        {
            "j:RegisteredOffenderIdentification": entry.number,
            "j:RegisteredOffenderDescriptionText": entry.status,
        },
    )
    yield from person_fields(person, entry.seen)
    yield from fields(
        DataClass.SOR,
        {
            "j:PersonCautionInformationText": entry.caution,
            "nc:LastVerifiedDate": entry.verified,
            "j:RegisteredOffenderCategoryText": entry.category,
            "j:RegisteredOffenderEntryDate": entry.registered,
            "nc:PersonDigitalImage": PHOTOGRAPH,
        },
    )
    yield from fields(DataClass.CHRI, {"j:RegisteredOffenderConviction": entry.offence})
    yield from fields(DataClass.SBI, {"j:Remark": entry.note})
