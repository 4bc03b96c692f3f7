"""The invented state prison, probation and parole: who is inside and until when, who is supervised and by whom.

County jails are not asked. The officer to call is a headline, because that is what a deputy at night needs. A caution
has the class of the record it stands in, so that whoever may see the record at all sees the caution.
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
from connectors.stubs.truth import Custody, Person, Population, Supervision

_chri = partial(FieldSpec, classes=frozenset({DataClass.CHRI}))

_detail = partial(FieldSpec, classes=frozenset({DataClass.INMATE}))
_headline = partial(_detail, headline=True)
_CUSTODY = KindSpec(
    kind=Kind.CUSTODY,
    title="Offender {j:SubjectCorrectionsIdentification}, {nc:SupervisionCustodyStatus}",
    fields=(
        _headline(name="j:SubjectCorrectionsIdentification", label="Offender number"),
        _headline(name="nc:SupervisionCustodyStatus", label="Status"),
        _headline(name="j:PersonCautionInformationText", label="Caution"),
        _headline(name="nc:SupervisionFacility", label="Prison"),
        _headline(name="j:SentenceComputationProjectedSatisfactionDate", label="Projected release", date=True),
        _headline(name="j:SentenceComputationActualSatisfactionDate", label="Released", date=True),
        _detail(name="j:SentenceComputationBeganDate", label="Admitted", date=True),
        *person_specs(),
        _chri(name="j:ConvictionOffense", label="Convicted of"),
        _chri(name="j:SentenceDescriptionText", label="Sentence"),
        FieldSpec(
            name="j:SupervisionAssessmentIncarcerationStatusHoldsAgencyName",
            label="Federal detainer",
            classes=frozenset({DataClass.FEDERAL}),
        ),
        _detail(name="nc:PersonDigitalImage", label="Photograph", attachment=True),
    ),
    alerts=(
        AlertSpec(alert=Alert.CAUTION, field="j:PersonCautionInformationText", says="j:PersonCautionInformationText"),
        AlertSpec(
            alert=Alert.PRISON_OR_PROBATION,
            field="nc:SupervisionCustodyStatus",
            values=frozenset({"in prison"}),
            says="nc:SupervisionFacility",
        ),
    ),
)

_detail = partial(FieldSpec, classes=frozenset({DataClass.SUPERVISION}))
_headline = partial(_detail, headline=True)
_SUPERVISION = KindSpec(
    kind=Kind.SUPERVISION,
    title="Offender {j:SubjectCorrectionsIdentification}, {j:SupervisedReleaseCategoryText}, {j:SupervisionStatus}",
    fields=(
        _headline(name="j:SubjectCorrectionsIdentification", label="Offender number"),
        _headline(name="j:SupervisedReleaseCategoryText", label="Supervision"),
        _headline(name="j:SupervisionStatus", label="Status"),
        _headline(name="j:PersonCautionInformationText", label="Caution"),
        _headline(name="nc:SupervisionSupervisor", label="Officer"),
        _headline(name="nc:TelephoneNumberFullID", label="Officer's telephone"),
        _detail(name="nc:ActivityDate", label="Since", date=True),
        _headline(name="j:SupervisedReleaseProjectedEndDate", label="Until", date=True),
        _headline(name="j:SupervisedReleaseElectronicMonitoringIndicator", label="Electronic monitoring"),
        *person_specs(),
        _chri(name="j:ConvictionOffense", label="Convicted of"),
        _detail(name="nc:PersonDigitalImage", label="Photograph", attachment=True),
    ),
    alerts=(
        AlertSpec(alert=Alert.CAUTION, field="j:PersonCautionInformationText", says="j:PersonCautionInformationText"),
        AlertSpec(
            alert=Alert.PRISON_OR_PROBATION,
            field="j:SupervisionStatus",
            values=frozenset({"active", "absconded"}),
            says="j:SupervisedReleaseCategoryText",
        ),
    ),
)


class Corrections(PictureDesk):
    """State prison, probation and parole of the invented population; of each, what is not over first."""

    source = Source(
        name="corrections",
        title="Corrections",
        owner="Department of Adult Correction",
        owner_ori="NC950000C",
        version="1",
        caveat="State prison, probation and parole only; county jails are not asked. Release dates are projections.",
        phone="(555) 010-5000",
        keys={
            **PERSON_KEYS,
            Key.SID: EXACT,
            Key.FBI_NUMBER: EXACT,
            Key.OPUS_NUMBER: EXACT,
        },
        kinds=(_CUSTODY, _SUPERVISION),
    )
    samples = Samples(
        found=(Term(Key.SURNAME, "Hol", Qualifier.STARTS_WITH),),
        absent=(Term(Key.SURNAME, "Nettlefold"), Term(Key.GIVEN_NAME, "Quillan")),
    )
    minutes_behind = 37

    def papers(self, people: Population) -> Iterator[Paper]:
        """As `Desk` says."""
        for person in people.people:
            if custody := person.custody:
                yield Paper(
                    kind=Kind.CUSTODY,
                    person=person,
                    seen=custody.seen,
                    changed=custody.changed,
                    says=partial(_custody_says, person, custody),
                    numbers={Key.OPUS_NUMBER: custody.opus},
                    urgent=custody.status == "in prison",
                )
            if supervision := person.supervision:
                yield Paper(
                    kind=Kind.SUPERVISION,
                    person=person,
                    seen=supervision.seen,
                    changed=supervision.changed,
                    says=partial(_supervision_says, person, supervision),
                    numbers={Key.OPUS_NUMBER: supervision.opus},
                    urgent=supervision.status != "ended",
                )


def _custody_says(person: Person, custody: Custody) -> Iterator[Field]:
    inside = custody.status == "in prison"
    yield from fields(
        DataClass.INMATE,
        {
            "j:SubjectCorrectionsIdentification": custody.opus,
            "nc:SupervisionCustodyStatus": custody.status,
            "j:PersonCautionInformationText": custody.caution,
            "nc:SupervisionFacility": custody.facility if inside else None,
            "j:SentenceComputationProjectedSatisfactionDate": custody.release if inside else None,
            "j:SentenceComputationActualSatisfactionDate": None if inside else custody.release,
            "j:SentenceComputationBeganDate": custody.admitted,
        },
    )
    yield from person_fields(person, custody.seen)
    yield from fields(
        DataClass.CHRI, {"j:ConvictionOffense": custody.offence, "j:SentenceDescriptionText": custody.sentence}
    )
    yield from fields(
        DataClass.FEDERAL, {"j:SupervisionAssessmentIncarcerationStatusHoldsAgencyName": custody.detainer}
    )
    yield from fields(DataClass.INMATE, {"nc:PersonDigitalImage": PHOTOGRAPH})


def _supervision_says(person: Person, supervision: Supervision) -> Iterator[Field]:
    yield from fields(
        DataClass.SUPERVISION,
        {
            "j:SubjectCorrectionsIdentification": supervision.opus,
            "j:SupervisedReleaseCategoryText": supervision.category,
            "j:SupervisionStatus": supervision.status,
            "j:PersonCautionInformationText": supervision.caution,
            "nc:SupervisionSupervisor": supervision.officer,
            "nc:TelephoneNumberFullID": supervision.phone,
            "nc:ActivityDate": supervision.start,
            "j:SupervisedReleaseProjectedEndDate": supervision.end,
            "j:SupervisedReleaseElectronicMonitoringIndicator": "Yes" if supervision.monitored else None,
        },
    )
    yield from person_fields(person, supervision.seen)
    yield from fields(DataClass.CHRI, {"j:ConvictionOffense": supervision.offence})
    yield from fields(DataClass.SUPERVISION, {"nc:PersonDigitalImage": PHOTOGRAPH})
