"""What an auditor wants to see, read from a form: who, what, when, or about whom; or what is wrong with it."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from audit.events import Action, SensitiveTerm, TermType
from audit.index import MOST_A_PAGE, Wanted
from connectors.contract import IDENTIFIERS, Key
from gateway.search import dates, terms
from gateway.search.question import Problem, Question, read_question, unreadable

PAGE = 100  # events a page where nothing else is asked


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Which events, from where on, how many; `day` is set when they are of one officer on one day."""

    wanted: Wanted
    after: str | None
    size: int
    day: date | None


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """About whom or what, from where on, how many."""

    terms: tuple[SensitiveTerm, ...]
    after: str | None
    size: int


def read_look(form: Mapping[str, str], zone: str) -> Look | list[Problem]:
    """The filters of CONTRACT.md 4 (`agency, action, source, from, to, officer, case`), or every problem with them."""
    clean = {name: form.get(name, "").strip() for name in _FILTERS}
    wrong = [found for name in _FILTERS if (found := unreadable(name, form.get(name, "")))]
    actions = tuple(word for word in clean["action"].split(",") if word)
    if set(actions) - {action.value for action in Action}:
        wrong.append(Problem("action", "There is no such action."))
    start, end = _moment(clean["from"], zone), _moment(clean["to"], zone, end_of_day=True)
    wrong += [
        Problem(name, "Write a day as 2026-11-22 or 11/22/2026.")
        for name, found in (("from", start), ("to", end))
        if clean[name] and found is None
    ]
    if start and end and start >= end:
        wrong.append(Problem("to", "This is before the first day."))
    size = _size(clean["size"])
    if size is None:
        wrong.append(Problem("size", f"Give 1 to {MOST_A_PAGE}."))
    if wrong or size is None:
        return wrong
    wanted = Wanted(
        officer=clean["officer"] or None,
        agency=clean["agency"].upper() or None,
        actions=actions,
        source=clean["source"] or None,
        case=clean["case"] or None,
        start=start,
        end=end,
    )
    return Look(wanted=wanted, after=clean["after"] or None, size=size, day=_one_day(wanted, zone))


def read_subject(form: Mapping[str, str], today: date) -> Subject | list[Problem]:
    """Identifying fields as for a search, or a record's `source` and `id`; or every problem with them."""
    size = _size(form.get("size", "").strip())
    after = form.get("after", "").strip() or None
    if size is None:
        return [Problem("size", f"Give 1 to {MOST_A_PAGE}.")]
    source, record = form.get("source", "").strip(), form.get("id", "").strip()
    if source or record:
        if not (source and record):
            return [Problem("id" if source else "source", "Give the source and the record's id.")]
        return Subject(terms=(SensitiveTerm(TermType.RECORD, (source, record)),), after=after, size=size)
    question = read_question(form, today)
    if not isinstance(question, Question):
        return question
    if not question.keys & (IDENTIFIERS | {Key.GIVEN_NAME}):
        # A token stands for a whole name: by a surname alone nobody would be found, whoever looked.
        return [Problem("q" if form.get("q") else "given_name", "Add a given name, or ask by a number.")]
    return Subject(terms=terms.of_subject(question.readings), after=after, size=size)


_FILTERS = ("officer", "agency", "action", "source", "case", "from", "to", "after", "size")


def _moment(text: str, zone: str, *, end_of_day: bool = False) -> datetime | None:
    """A day in the agency's zone, or a moment with its own offset, as UTC."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}T.+", text):
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
        day = dates.read(text, date.max)
        if day is None:
            return None
        midnight = datetime.combine(day + timedelta(days=end_of_day), time(), ZoneInfo(zone))
        return midnight.astimezone(UTC)
    except (ValueError, OverflowError):  # no day, or one at an end of all days
        return None


def _size(text: str) -> int | None:
    if not text:
        return PAGE
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) and 1 <= int(text) <= MOST_A_PAGE else None


def _one_day(wanted: Wanted, zone: str) -> date | None:
    if wanted.officer is None or wanted.start is None or wanted.end is None:
        return None
    first = wanted.start.astimezone(ZoneInfo(zone)).date()
    last = (wanted.end - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()
    return first if first == last else None
