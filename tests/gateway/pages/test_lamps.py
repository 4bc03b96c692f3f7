"""Eight lamps, always in place: lit by what was released; "none" only when nobody who could tell is silent."""

from datetime import date, timedelta

import pytest

from connectors.contract import Alert, DataClass, Kind
from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.inmate import Corrections
from connectors.stubs.sex_offender import Registry
from gateway.pages.lamps import DANGER, ICONS, NAMES, Lamp, by_alert, lamps, raised_by
from gateway.policy.classes import classes_for
from gateway.policy.grounds import Purpose
from gateway.release.released import ShownOutcome, ShownRecord
from tests.gateway.pages.shown import TODAY, answered, field, not_asked, not_permitted, person, record, unavailable
from tests.gateway.people import officer

DMV, COURTS, REGISTRY, CORRECTIONS = (made.source for made in (Dmv, Courts, Registry, Corrections))
SOURCES = (DMV, COURTS, REGISTRY, CORRECTIONS)
EVERYTHING = classes_for(officer(), Purpose.CRIMINAL_JUSTICE)


def warrant(served: str = "not served", number: int = 1, status: str = "unreturned") -> ShownRecord:
    said = {"j:CourtOrderServiceDescriptionText": served, "j:CourtOrderStatus": status}
    fields = [field(name, value, DataClass.WARRANT_UNRETURNED) for name, value in said.items()]
    return record(COURTS, Kind.WARRANT, *fields, *person(), number=number)


def hearing(day: date, number: int = 1) -> ShownRecord:
    return record(COURTS, Kind.CASE, field("j:CourtAppearanceDate", str(day)), *person(), number=number)


def caution() -> ShownRecord:
    warned = field("j:PersonCautionInformationText", "armed", DataClass.SOR)
    return record(REGISTRY, Kind.REGISTRATION, warned, *person())


def lamp(alert: Alert, *outcomes: ShownOutcome, classes=EVERYTHING, today: date = TODAY) -> Lamp:
    shown = {outcome.source.name: outcome for outcome in outcomes}
    return next(found for found in lamps(SOURCES, shown, classes, today) if found.alert is alert)


def state(alert: Alert, *outcomes: ShownOutcome, **how: object) -> tuple[str, str]:
    found = lamp(alert, *outcomes, **how)
    return found.state, found.text


LIT, NONE, WAITING, UNKNOWN = "lit", ("none", "none reported"), ("waiting", "waiting"), ("unknown", "unknown")


def test_the_lamps_stand_in_one_order_whatever_the_answer_holds() -> None:
    order = [lamp.name for lamp in lamps(SOURCES, {}, EVERYTHING, TODAY)]

    assert order == [
        "Caution",
        "Open warrant",
        "Stolen",
        "Protective order",
        "Prison or probation",
        "Registered offender",
        "License not valid",
        "Hearing soon",
    ]
    assert [
        found.alert for found in lamps(SOURCES, {"courts": answered(COURTS, warrant())}, EVERYTHING, TODAY)
    ] == list(NAMES)


def test_every_alert_has_a_lamp_and_a_picture() -> None:
    assert NAMES.keys() == ICONS.keys() == set(Alert)
    assert {Alert.CAUTION, Alert.OPEN_WARRANT, Alert.STOLEN} == DANGER


# Only Courts knows of warrants.
@pytest.mark.parametrize(
    ("courts", "expected"),
    [
        (None, WAITING),
        (answered(COURTS), NONE),
        (answered(COURTS, warrant(status="returned")), NONE),
        (answered(COURTS, total=60), UNKNOWN),
        (answered(COURTS, is_whole=False), UNKNOWN),
        (unavailable(COURTS), UNKNOWN),
        (not_permitted(COURTS), UNKNOWN),
        (not_asked(COURTS), UNKNOWN),
        (not_asked(COURTS, "cannot_answer"), UNKNOWN),
        (answered(COURTS, warrant()), (LIT, "YES, not served")),
        (answered(COURTS, warrant(), total=60), (LIT, "YES, not served")),
    ],
    ids=[
        "waited for",
        "nothing found",
        "found, not open",
        "cut list",
        "something dropped",
        "silent",
        "not permitted",
        "left out",
        "cannot be asked",
        "found",
        "found in a cut list",
    ],
)
def test_a_lamp_of_one_source_says_what_that_source_lets_it_say(courts, expected) -> None:
    assert state(Alert.OPEN_WARRANT, *([courts] if courts else [])) == expected


# Courts, Registry and Corrections all know of cautions.
@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((), WAITING),
        ((answered(COURTS), answered(REGISTRY), answered(CORRECTIONS)), NONE),
        ((answered(COURTS), answered(REGISTRY)), WAITING),
        ((answered(COURTS), answered(REGISTRY), unavailable(CORRECTIONS)), UNKNOWN),
        ((answered(COURTS), answered(REGISTRY), not_asked(CORRECTIONS)), UNKNOWN),
        ((answered(COURTS), answered(REGISTRY), not_permitted(CORRECTIONS)), UNKNOWN),
        ((answered(COURTS), answered(REGISTRY), answered(CORRECTIONS, total=9)), UNKNOWN),
        ((unavailable(COURTS), answered(REGISTRY)), WAITING),
        ((answered(REGISTRY, caution()),), (LIT, "YES, 1 record")),
        ((answered(REGISTRY, caution()), unavailable(COURTS)), (LIT, "YES, 1 record")),
    ],
    ids=[
        "all waited for",
        "all answered",
        "one waited for",
        "one silent",
        "one left out",
        "one not permitted",
        "one cut",
        "one silent, one waited for",
        "one found, others waited for",
        "one found, one silent",
    ],
)
def test_a_lamp_of_several_sources_needs_them_all_to_say_none(outcomes, expected) -> None:
    assert state(Alert.CAUTION, *outcomes) == expected


def test_a_source_that_does_not_know_of_an_alert_need_not_answer() -> None:
    assert state(Alert.STOLEN, answered(DMV), unavailable(COURTS)) == NONE


def test_an_alert_that_nobody_knows_of_is_unknown() -> None:
    assert lamps((DMV,), {"dmv": answered(DMV)}, EVERYTHING, TODAY)[1].state == "unknown"


def test_what_this_purpose_may_not_see_is_unknown_not_none() -> None:
    """For employment unreturned warrants are withheld: Courts answered, and still nothing can be said."""
    employment = classes_for(officer(), Purpose.EMPLOYMENT)

    assert state(Alert.OPEN_WARRANT, answered(COURTS), classes=employment) == UNKNOWN
    assert state(Alert.HEARING_SOON, answered(COURTS), classes=employment) == NONE


def test_sealed_classes_make_no_lamp_unknown() -> None:
    """Orders may be sealed for juveniles and witnesses, which nobody sees: were that unknown, it would always be."""
    assert state(Alert.PROTECTIVE_ORDER, answered(COURTS)) == NONE


# --- what a lit lamp says, and where it leads ----------------------------------------------------------------------


def test_a_warrant_still_to_be_served_is_the_news_and_the_lamp_leads_to_it() -> None:
    found = lamp(Alert.OPEN_WARRANT, answered(COURTS, warrant("served", 1), warrant("not served", 2)))

    assert (found.text, found.handle) == ("YES, not served", "courts-2")


def test_a_served_warrant_that_was_not_returned_is_still_open_and_says_so() -> None:
    assert lamp(Alert.OPEN_WARRANT, answered(COURTS, warrant("served"))).text == "YES, served"


def test_the_next_hearing_is_the_news_and_the_lamp_leads_to_it() -> None:
    later, sooner = hearing(TODAY + timedelta(days=9), 1), hearing(TODAY + timedelta(days=2), 2)

    found = lamp(Alert.HEARING_SOON, answered(COURTS, later, sooner))

    assert (found.text, found.handle) == ("YES, Nov 24", "courts-2")


@pytest.mark.parametrize(("days", "lit"), [(-1, False), (0, True), (14, True), (15, False)])
def test_a_hearing_is_soon_from_today_for_fourteen_days(days: int, lit: bool) -> None:
    found = lamp(Alert.HEARING_SOON, answered(COURTS, hearing(TODAY + timedelta(days=days))))

    assert (found.state == "lit") is lit


def test_a_hearing_date_that_is_none_is_no_hearing() -> None:
    odd = record(COURTS, Kind.CASE, field("j:CourtAppearanceDate", "soon"))

    assert lamp(Alert.HEARING_SOON, answered(COURTS, odd)).state == "none"


def test_several_records_are_counted() -> None:
    two = [record(REGISTRY, Kind.REGISTRATION, field("j:PersonCautionInformationText", "armed", DataClass.SOR),
                  number=number) for number in (1, 2)]  # fmt: skip

    assert lamp(Alert.CAUTION, answered(REGISTRY, *two)).text == "YES, 2 records"


@pytest.mark.parametrize("alert", [Alert.CAUTION, Alert.OPEN_WARRANT])
def test_a_lit_lamp_leads_to_its_record_and_no_other_does(alert: Alert) -> None:
    assert lamp(alert, answered(COURTS, warrant()), answered(REGISTRY, caution())).handle
    assert lamp(alert, answered(COURTS), answered(REGISTRY)).handle is None


def test_a_code_that_is_not_alarming_lights_nothing() -> None:
    licensed, not_licensed = (
        record(DMV, Kind.LICENCE, field("j:DriverLicenseNonCommercialStatusCode", code, DataClass.DMV))
        for code in ("LIC", "ELG")
    )

    assert lamp(Alert.LICENCE_NOT_VALID, answered(DMV, licensed)).state == "none"
    assert lamp(Alert.LICENCE_NOT_VALID, answered(DMV, not_licensed)).state == "lit"


# --- what one record raises ----------------------------------------------------------------------------------------


def test_a_record_raises_each_of_its_alerts_once_the_grave_ones_first() -> None:
    armed = field("j:PersonCautionInformationText", "armed", DataClass.WARRANT_UNRETURNED)
    both = [field("j:CourtOrderStatus", "unreturned", DataClass.WARRANT_UNRETURNED)] * 2

    raised = raised_by(record(COURTS, Kind.WARRANT, *both, armed), TODAY)

    assert [(found.alert, found.says) for found in raised] == [(Alert.CAUTION, "armed"), (Alert.OPEN_WARRANT, None)]


def test_alerts_of_several_records_stand_in_the_order_of_the_lamps() -> None:
    raised = by_alert([hearing(TODAY), warrant(), caution()], TODAY)

    assert [found.name for found in raised] == ["Caution", "Open warrant", "Hearing soon"]
