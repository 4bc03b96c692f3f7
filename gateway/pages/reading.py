"""How the record reads to an auditor: by day, one day in a line, one person's readers, what was typed. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from connectors.contract import Key
from gateway import words
from gateway.oversight.story import Story
from gateway.search.question import LABELS


def by_day(told: Sequence[Story], zone: str) -> list[tuple[date, list[Story]]]:
    """Stories, newest first, under the days of the agency's zone."""
    return [
        (day, list(stories)) for day, stories in groupby(told, lambda story: story.at.astimezone(ZoneInfo(zone)).date())
    ]


def summary(
    told: Sequence[Story],
    events: Sequence[Mapping[str, Any]],
    acts: Mapping[str, int],
    zone: str,
    *,
    is_whole: bool,
) -> str:
    """One officer's day in a line: `NC9010000. 5 searches, 6 records opened, ... 18:02:11 to 19:10:40 EST.`.

    `acts` counts the actions of the whole day; `events` are those on the page, which may be only some of them.
    """
    if not told:
        return "Nothing was recorded that day."
    counted = ", ".join(words.count(acts.get(action, 0), *one_and_many) for action, one_and_many in _COUNTED.items())
    last, first = (words.when(events[place]["@timestamp"]) for place in (0, -1))
    span = f"{words.hms(first, zone)} to {words.clock(last, zone)}"
    return (
        f"{told[0].agency}. {counted}. {span}." if is_whole else f"{told[0].agency}. {counted}. On this page: {span}."
    )


_COUNTED: Mapping[str, tuple[str, str]] = {
    "search.request": ("search", "searches"),
    "record.view": ("record opened", "records opened"),
    "photo.view": ("photograph", "photographs"),
    "document.print": ("print", "prints"),
}


def officers(told: Sequence[Story]) -> list[tuple[str, str, int, datetime, datetime]]:
    """Officer, agency, number of stories, first and last: whoever looked most stands first."""
    by: dict[str, list[Story]] = {}
    for story in told:
        by.setdefault(story.officer_id, []).append(story)
    found = [(of[0].officer, of[0].agency, len(of), of[-1].at, of[0].at) for of in by.values()]
    return sorted(found, key=lambda row: -row[2])


def ways(typed: Mapping[str, str]) -> list[list[tuple[str, str]]]:
    """What was typed, as (label, value), once for each way it was read."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, value in typed.items():
        way, _, field = name.rpartition(".")
        label = LABELS[Key(field)] if field in set(Key) else field.replace("_", " ")
        found.setdefault(way, []).append((label, value))
    return list(found.values())
