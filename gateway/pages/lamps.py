"""The eight alert lamps: always in place, quiet until they have news, and unknown never looks like none.

Pure, from released fields only. A lamp says "none reported" only when every source that could say otherwise, to this
person, has answered; a source that is silent, was not asked or may not be asked leaves it unknown.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from connectors.contract import Alert, AlertSpec, DataClass, Source
from gateway import words
from gateway.policy.classes import RESTRICTED
from gateway.release.released import ShownOutcome, ShownRecord

HEARING_DAYS = 14
_PROCESS = "j:SubjectWarrantCategoryDescriptionText"  # warrant, order for arrest or summons

NAMES: Mapping[Alert, str] = {
    Alert.CAUTION: "Caution",
    Alert.OPEN_WARRANT: "Open warrant",
    Alert.STOLEN: "Stolen",
    Alert.PROTECTIVE_ORDER: "Protective order",
    Alert.PRISON_OR_PROBATION: "Prison or probation",
    Alert.REGISTERED_OFFENDER: "Registered offender",
    Alert.LICENCE_NOT_VALID: "License not valid",
    Alert.HEARING_SOON: "Hearing soon",
}
DANGER = frozenset({Alert.CAUTION, Alert.OPEN_WARRANT, Alert.STOLEN})
ICONS: Mapping[Alert, str] = {
    Alert.CAUTION: "warning",
    Alert.OPEN_WARRANT: "file_present",
    Alert.STOLEN: "report",
    Alert.PROTECTIVE_ORDER: "security",
    Alert.PRISON_OR_PROBATION: "lock",
    Alert.REGISTERED_OFFENDER: "contact_page",
    Alert.LICENCE_NOT_VALID: "identification",
    Alert.HEARING_SOON: "event",
}


class Lamp(msgspec.Struct, frozen=True, kw_only=True):
    """One lamp: lit, none, waiting or unknown, its word, and the handle of the record that lit it."""

    alert: Alert
    state: str
    text: str
    handle: str | None = None

    @property
    def name(self) -> str:
        """What it is called."""
        return NAMES[self.alert]

    @property
    def icon(self) -> str:
        """Its picture in the sprite."""
        return ICONS[self.alert]

    @property
    def is_danger(self) -> bool:
        """Whether it is of the red kind."""
        return self.alert in DANGER


class Raised(msgspec.Struct, frozen=True, kw_only=True):
    """An alert one record raises. `says` is what its source adds; `on` is the day of a hearing."""

    alert: Alert
    record: ShownRecord
    says: str | None
    on: date | None = None

    @property
    def is_process(self) -> bool:
        """Whether its issuing office has to confirm it before anyone acts on it."""
        return self.alert is Alert.OPEN_WARRANT

    @property
    def words(self) -> str:
        """`Caution: Armed`; of a warrant which process it is: `Order for arrest, not served`."""
        process = next(iter(self.record.values(_PROCESS)), None) if self.is_process else None
        if process:
            return f"{process[:1].upper()}{process[1:]}{f', {self.says}' if self.says else ''}"
        return f"{self.name}: {self.says}" if self.says else self.name

    @property
    def icon(self) -> str:
        """Its picture in the sprite."""
        return ICONS[self.alert]

    @property
    def is_danger(self) -> bool:
        """Whether it is of the red kind."""
        return self.alert in DANGER

    @property
    def name(self) -> str:
        """What it is called."""
        return NAMES[self.alert]


def lamps(
    sources: Sequence[Source],
    outcomes: Mapping[str, ShownOutcome],
    classes: frozenset[DataClass],
    today: date,
    *,
    is_stopped: bool = False,
) -> list[Lamp]:
    """The eight lamps for what has been shown so far.

    A source without an outcome is still being waited for, unless the answer `is_stopped`.
    """
    raised = [
        found for outcome in outcomes.values() for record in outcome.records for found in raised_by(record, today)
    ]
    lights = [
        _lamp(alert, [found for found in raised if found.alert is alert], sources, outcomes, classes) for alert in NAMES
    ]
    stopped = {"state": "unknown", "text": "stopped"}
    return [
        msgspec.structs.replace(lamp, **stopped) if is_stopped and lamp.state == "waiting" else lamp for lamp in lights
    ]


def raised_by(record: ShownRecord, today: date) -> list[Raised]:
    """The alerts a record raises, each once, in the order of the lamps."""
    spec = record.source.spec(record.kind)
    found: dict[Alert, Raised] = {}
    for alert in spec.alerts if spec else ():
        if alert.alert not in found and any(_holds(alert, value, today) for value in record.values(alert.field)):
            found[alert.alert] = _raised(alert, record, today)
    return [found[alert] for alert in NAMES if alert in found]


def _raised(spec: AlertSpec, record: ShownRecord, today: date) -> Raised:
    if spec.alert is Alert.HEARING_SOON:
        next_day = min(day for value in record.values(spec.field) if (day := words.iso(value)) and day >= today)
        return Raised(alert=spec.alert, record=record, says=words.day(next_day).partition(",")[0], on=next_day)
    said = (field.meaning or field.value for field in record.fields if field.name == spec.says)
    return Raised(alert=spec.alert, record=record, says=next(said, None))


def _holds(spec: AlertSpec, value: str, today: date) -> bool:
    if spec.alert is Alert.HEARING_SOON:
        day = words.iso(value)
        return day is not None and today <= day <= today + timedelta(days=HEARING_DAYS)
    return not spec.values or value in spec.values


def _lamp(
    alert: Alert,
    raised: Sequence[Raised],
    sources: Sequence[Source],
    outcomes: Mapping[str, ShownOutcome],
    classes: frozenset[DataClass],
) -> Lamp:
    if raised:
        return _lit(alert, raised)
    could = [source for source in sources if _declares(source, alert)]
    if any(not _tells(source, alert, classes) for source in could) or not could:
        return Lamp(alert=alert, state="unknown", text="unknown")
    states = [_state(outcomes.get(source.name)) for source in could]
    if all(state == "whole" for state in states):
        return Lamp(alert=alert, state="none", text="none reported")
    if "waiting" in states:
        return Lamp(alert=alert, state="waiting", text="waiting")
    return Lamp(alert=alert, state="unknown", text="unknown")


def _state(outcome: ShownOutcome | None) -> str:
    """Whether a source is waited for, has shown all it found, or has not: a cut list proves no absence."""
    if outcome is None:
        return "waiting"
    return "whole" if outcome.is_whole else "silent"


def _lit(alert: Alert, raised: Sequence[Raised]) -> Lamp:
    """A lit lamp speaks of one record, and leads to that one: the next hearing, a warrant still to be served."""
    news = raised[0]
    text = f"YES, {words.count(len(raised), 'record')}"
    if alert is Alert.HEARING_SOON:
        news = min(raised, key=lambda found: found.on or date.max)
        text = f"YES, {news.says}"
    elif alert is Alert.OPEN_WARRANT:
        news = min(raised, key=lambda found: found.says or "~")  # "not served" comes before "served"
        text = f"YES, {news.says}" if news.says else text
    return Lamp(alert=alert, state="lit", text=text, handle=news.record.handle)


def _declares(source: Source, alert: Alert) -> bool:
    return any(spec.alert is alert for kind in source.kinds for spec in kind.alerts)


def _tells(source: Source, alert: Alert, classes: frozenset[DataClass]) -> bool:
    """Whether someone who sees `classes` would be shown this alert if the source had it."""
    return all(
        field.classes - RESTRICTED <= classes
        for kind in source.kinds
        for spec in kind.alerts
        if spec.alert is alert
        for field in kind.fields
        if field.name == spec.field
    )


def by_alert(records: Iterable[ShownRecord], today: date) -> list[Raised]:
    """Every alert of some records, the red kind first."""
    raised = [found for record in records for found in raised_by(record, today)]
    return sorted(raised, key=lambda found: list(NAMES).index(found.alert))
