"""What the invented courts write down of each matter, and how each part of it is to be handled.

Process not yet returned to the clerk is confidential, served or not; service is said apart. In a sealed record every
field has the class of the seal, so that none can slip through alone.
"""

from collections.abc import Callable, Iterator
from functools import partial

from connectors.contract import Alert, AlertSpec, DataClass, Field, FieldSpec, Kind, KindSpec
from connectors.stubs.person_fields import fields, groups, person_fields, person_specs
from connectors.stubs.truth import Case, Order, Person, Process
from connectors.stubs.words import COUNTIES

Matter = Process | Order | Case

_SEALS = {"juvenile": DataClass.JUVENILE_POLICE, "witness": DataClass.COURT_WITNESS}


_of_process = partial(FieldSpec, headline=True, classes=frozenset({DataClass.COURT, DataClass.WARRANT_UNRETURNED}))
_of_order = partial(FieldSpec, headline=True, classes=frozenset({DataClass.COURT, *_SEALS.values()}))
_of_case = partial(FieldSpec, classes=frozenset({DataClass.COURT, DataClass.PUBLIC, DataClass.JUVENILE_COURT}))
_of_history = partial(FieldSpec, classes=frozenset({DataClass.CHRI, DataClass.JUVENILE_COURT}))


def _file(spec: Callable[..., FieldSpec]) -> tuple[FieldSpec, ...]:
    return (
        spec(name="nc:CaseDocketID", label="File", headline=True),
        spec(name="nc:CaseTrackingID", label="File and county", headline=True),
        spec(name="j:CourtName", label="Court", headline=True),
    )


WARRANT = KindSpec(
    kind=Kind.WARRANT,
    title="{nc:CaseDocketID}, {j:SubjectWarrantCategoryDescriptionText}, {j:CourtOrderServiceDescriptionText}",
    fields=(
        _of_process(name="j:SubjectWarrantCategoryDescriptionText", label="Process"),
        _of_process(name="j:CourtOrderServiceDescriptionText", label="Service"),
        _of_process(name="j:CourtOrderStatus", label="Return"),
        _of_process(name="j:PersonCautionInformationText", label="Caution"),
        _of_process(name="j:ChargeDescriptionText", label="Charge"),
        _of_process(name="j:CourtOrderIssuingDate", label="Issued", date=True),
        _of_process(name="j:CourtOrderServiceDate", label="Served", date=True),
        *_file(_of_process),
        *person_specs(),
    ),
    alerts=(
        AlertSpec(alert=Alert.CAUTION, field="j:PersonCautionInformationText", says="j:PersonCautionInformationText"),
        AlertSpec(
            alert=Alert.OPEN_WARRANT,
            field="j:CourtOrderStatus",
            values=frozenset({"unreturned"}),
            says="j:CourtOrderServiceDescriptionText",
        ),
    ),
)
ORDER = KindSpec(
    kind=Kind.ORDER,
    title="{nc:CaseDocketID}, {nc:CaseGeneralCategoryText}, {j:CourtOrderStatus}",
    fields=(
        _of_order(name="nc:CaseGeneralCategoryText", label="Order"),
        _of_order(name="j:CourtOrderStatus", label="Status"),
        _of_order(name="j:ProtectionOrderConditionText", label="Conditions"),
        _of_order(name="j:CourtOrderIssuingDate", label="Issued", date=True),
        _of_order(name="nc:ExpirationDate", label="Expires", date=True),
        _of_order(name="j:CourtOrderServiceDate", label="Served", date=True),
        *_file(_of_order),
        *person_specs(*_SEALS.values()),
        FieldSpec(name="nc:PersonFullName", label="Protects", classes=frozenset({DataClass.COURT_WITNESS})),
    ),
    alerts=(
        AlertSpec(
            alert=Alert.PROTECTIVE_ORDER,
            field="j:CourtOrderStatus",
            values=frozenset({"in force"}),
            says="j:ProtectionOrderConditionText",
        ),
    ),
)
CASE = KindSpec(
    kind=Kind.CASE,
    title="{nc:CaseDocketID}, {j:CourtCaseStatusText}",
    fields=(
        _of_case(name="j:CourtCaseStatusText", label="Status", headline=True),
        _of_case(name="nc:CaseGeneralCategoryText", label="Case", headline=True),
        _of_case(name="j:CourtAppearanceDate", label="Hearing", date=True, headline=True),
        _of_case(name="j:ChargeDescriptionText", label="Charge", headline=True),
        _of_case(name="j:ChargeStatute", label="Statute"),
        _of_case(name="j:ChargeDegreeText", label="Degree"),
        _of_history(name="j:ChargeDisposition", label="Disposition"),
        _of_history(name="nc:DispositionDate", label="Disposed", date=True),
        _of_history(name="j:SentenceDescriptionText", label="Sentence"),
        _of_case(name="nc:CaseFiling", label="Filed", date=True),
        *_file(_of_case),
        *person_specs(DataClass.JUVENILE_COURT),
        FieldSpec(
            name="nc:PersonFullName",
            label="Witness",
            classes=frozenset({DataClass.COURT_WITNESS, DataClass.JUVENILE_COURT}),
        ),
    ),
    alerts=(AlertSpec(alert=Alert.HEARING_SOON, field="j:CourtAppearanceDate"),),
)


def kind_of(matter: Matter) -> Kind:
    """What kind of record a matter is."""
    match matter:
        case Process():
            return Kind.WARRANT
        case Order():
            return Kind.ORDER
        case Case():
            return Kind.CASE


def is_open(matter: Matter) -> bool:
    """Whether a matter is not over: to be served, in force, to be heard."""
    match matter:
        case Process():
            return matter.served is None
        case Order():
            return matter.status == "in force"
        case Case():
            return matter.status == "pending"


def seal_of(matter: Matter) -> DataClass | None:
    """The class one must be permitted to know of a sealed matter; None for any other."""
    match matter:
        case Case(juvenile=True):
            return DataClass.JUVENILE_COURT
        case Order(sealed=reason) if reason:
            return _SEALS[reason]
        case _:
            return None


def written(person: Person, matter: Matter) -> Iterator[Field]:
    """All that is on file of a matter."""
    match matter:
        case Process():
            return _process_says(person, matter)
        case Order():
            return _order_says(person, matter)
        case Case():
            return _case_says(person, matter)


def _file_says(matter: Matter, data_class: DataClass) -> list[Field]:
    return fields(
        data_class,
        {
            "nc:CaseDocketID": f"{matter.file[:-6]} {matter.file[-6:]}",
            "nc:CaseTrackingID": f"{matter.file}-{matter.county}",
            "j:CourtName": f"{COUNTIES[matter.county]} County",
        },
    )


def _process_says(person: Person, process: Process) -> Iterator[Field]:
    handling = DataClass.COURT if process.returned else DataClass.WARRANT_UNRETURNED
    yield from fields(
        handling,
        {
            "j:SubjectWarrantCategoryDescriptionText": process.kind,
            "j:CourtOrderServiceDescriptionText": "served" if process.served else "not served",
            "j:CourtOrderStatus": "returned" if process.returned else "unreturned",
            "j:PersonCautionInformationText": process.caution,
            "j:ChargeDescriptionText": process.offence,
            "j:CourtOrderIssuingDate": process.issued,
            "j:CourtOrderServiceDate": process.served,
        },
    )
    yield from _file_says(process, handling)
    yield from person_fields(person, process.seen)


def _order_says(person: Person, order: Order) -> Iterator[Field]:
    seal = seal_of(order)
    yield from fields(
        seal or DataClass.COURT,
        {
            "nc:CaseGeneralCategoryText": order.kind,
            "j:CourtOrderStatus": order.status,
            "j:ProtectionOrderConditionText": order.conditions,
            "j:CourtOrderIssuingDate": order.issued,
            "nc:ExpirationDate": order.expires,
            "j:CourtOrderServiceDate": order.served,
        },
    )
    yield from _file_says(order, seal or DataClass.COURT)
    yield from person_fields(person, order.seen, seal or DataClass.PII)
    if order.protects:
        yield from fields(
            DataClass.COURT_WITNESS,
            {"nc:PersonFullName": f"{order.protects.given} {order.protects.surname}"},
            group="protected[1]",
        )


def _case_says(person: Person, case: Case) -> Iterator[Field]:
    seal = seal_of(case)
    yield from fields(
        seal or DataClass.COURT,
        {
            "j:CourtCaseStatusText": case.status,
            "nc:CaseGeneralCategoryText": case.category,
            "j:CourtAppearanceDate": case.hearing,
            "nc:CaseFiling": case.filed,
        },
    )
    yield from _file_says(case, seal or DataClass.PUBLIC)
    yield from person_fields(person, case.seen, seal or DataClass.PII)
    for n, charge in enumerate(case.charges, 1):
        yield from fields(
            seal or DataClass.COURT,
            {
                "j:ChargeDescriptionText": charge.description,
                "j:ChargeStatute": charge.statute,
                "j:ChargeDegreeText": charge.degree,
            },
            group=f"charge[{n}]",
        )
        yield from fields(
            seal or DataClass.CHRI,
            {
                "j:ChargeDisposition": charge.disposition,
                "nc:DispositionDate": charge.disposed,
                "j:SentenceDescriptionText": charge.sentence,
            },
            group=f"charge[{n}]",
        )
    yield from groups(
        seal or DataClass.COURT_WITNESS,
        "witness",
        ({"nc:PersonFullName": f"{witness.given} {witness.surname}"} for witness in case.witnesses),
    )
