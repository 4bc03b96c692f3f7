"""An answer as it stands on the page, at any moment of its coming: strip, chips, lamps, panels, people.

Pure.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

import msgspec

from connectors.contract import DataClass, Key, Source
from gateway import words
from gateway.pages.lamps import Lamp, by_alert, lamps
from gateway.pages.people import Person, people
from gateway.policy.grounds import REASONS
from gateway.release.released import ShownOutcome
from gateway.release.search import Complete
from gateway.search import sentences
from gateway.search.envelope import Envelope

_CHIPS: Mapping[str, str] = {
    "timeout": "no answer",
    "unreachable": "down",
    "busy": "busy",
    "open_circuit": "paused",
    "garbled": "unusable",
    "denied": "denied",
    "too_many": "too many",
}


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """One source's place: its state, what became of the question, and its records once they are there."""

    number: int  # from 1, its key
    source: Source
    state: str  # waiting | found | none | unknown
    chip: str
    sentence: str
    heard: str
    outcome: ShownOutcome | None
    without: str
    never_seen: Sequence[str]

    @property
    def reply(self) -> str:
        """How the source stands to the question: waiting, stopped, answered, silent (asked in vain) or left_out."""
        if self.outcome is None:
            return "waiting" if self.state == "waiting" else "stopped"
        return {"answered": "answered", "unavailable": "silent"}.get(self.outcome.outcome, "left_out")

    @property
    def icon(self) -> str:
        """Its picture in the sprite."""
        return {"waiting": "hourglass_empty", "found": "check", "none": "radio_button_unchecked"}.get(
            self.state, "help_outline"
        )


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of an answer that stands on the page."""

    query_id: str
    asked_at: datetime
    by: datetime  # when the last source's time is up
    envelope: Envelope
    understood: Sequence[tuple[str, str]]
    also: str | None
    strip: str
    panels: Sequence[Panel]
    lamps: Sequence[Lamp]
    people: Sequence[Person] | None
    nobody: str
    entry: int | None
    is_complete: bool

    @property
    def found_any(self) -> bool:
        """Whether any source found anything, a person or not."""
        return any(panel.state == "found" for panel in self.panels)

    @property
    def reason(self) -> str | None:
        """The coded reason it was asked for, in words."""
        found = REASONS.get(self.envelope.reason_code or "")
        return found.words if found else None


def panel(
    number: int,
    source: Source,
    outcome: ShownOutcome | None,
    *,
    purpose: str,
    today: date,
    keys: Collection[Key],
    never_seen: Sequence[str],
    is_stopped: bool,
) -> Panel:
    """One source's place, waiting or not; `heard` is one sentence for people who listen: no names."""
    without = sentences.without(source, keys)
    if outcome is None:
        state, chip, sentence = (
            ("unknown", "stopped", 'Stopped before it could be shown. This is not "none".')
            if is_stopped
            else ("waiting", "waiting", "Asking.")
        )
        return Panel(
            number=number,
            source=source,
            state=state,
            chip=chip,
            sentence=sentence,
            heard="",
            outcome=None,
            without=without,
            never_seen=never_seen,
        )
    match outcome.outcome:
        case "answered":
            state, chip = ("found", f"{outcome.total:,} found") if outcome.total else ("none", "none")
            sentence = sentences.found(source, len(outcome.records), outcome.total)
        case "unavailable":
            state, chip = "unknown", _CHIPS[outcome.fault or "timeout"]
            sentence = sentences.fault(source, outcome.fault or "timeout")
        case "not_permitted":
            state, chip = "unknown", "no access"
            sentence = sentences.refused(source, outcome.rule or "", purpose)
        case _:
            state, chip = "unknown", "not asked"
            sentence = sentences.not_asked(source, outcome.reason or "")
    grave = dict.fromkeys(f"{raised.name}." for raised in by_alert(outcome.records, today) if raised.is_danger)
    return Panel(
        number=number,
        source=source,
        state=state,
        chip=chip,
        sentence=sentence,
        heard=" ".join([f"{source.title}: {chip}.", *grave]),
        outcome=outcome,
        without="" if outcome.outcome in {"not_asked", "not_permitted"} else without,
        never_seen=never_seen,
    )


def answer(
    *,
    query_id: str,
    asked_at: datetime,
    by: datetime,
    envelope: Envelope,
    keys: Collection[Key],
    understood: Sequence[tuple[str, str]],
    also: str | None,
    sources: Sequence[Source],
    outcomes: Sequence[ShownOutcome],
    classes: frozenset[DataClass],
    never_seen: Mapping[str, Sequence[str]],
    today: date,
    complete: Complete | None,
    is_stopped: bool,
) -> Answer:
    """The answer so far: `outcomes` are those shown by now, `complete` is there at the end.

    One that `is_stopped` waits for nothing any more. `never_seen` is said of each source, whatever it answers.
    """
    shown = {outcome.source.name: outcome for outcome in outcomes}
    panels = [
        panel(
            number,
            source,
            shown.get(source.name),
            purpose=envelope.purpose,
            today=today,
            keys=keys,
            never_seen=never_seen[source.name],
            is_stopped=is_stopped,
        )
        for number, source in enumerate(sources, 1)
    ]
    return Answer(
        query_id=query_id,
        asked_at=asked_at,
        by=by,
        envelope=envelope,
        understood=understood,
        also=also,
        strip=strip(panels),
        panels=panels,
        lamps=lamps(sources, shown, classes, today, is_stopped=is_stopped),
        people=None if complete is None else people(complete.cards, complete.outcomes, today),
        nobody=_nobody(panels),
        entry=complete.receipt.sequence if complete else None,
        is_complete=complete is not None,
    )


def strip(panels: Sequence[Panel]) -> str:
    """Who answered, in one or two short sentences."""
    waiting, stopped, answered, silent, left_out = (_titles(panels, reply) for reply in _REPLIES)
    asked = len(waiting) + len(stopped) + len(answered) + len(silent)
    if not asked:
        said = "No source was asked."
    elif len(waiting) == asked:
        said = f"Asking {words.count(asked, 'source')}."
    elif len(answered) == asked:
        said = f"All {asked} answered." if asked > 1 else f"{answered[0]} answered."
    else:
        said = f"{len(answered)} of {asked} answered."
        said += f" Waiting: {', '.join(waiting)}." if waiting else ""
        said += f" Stopped: {', '.join(stopped)}." if stopped else ""
        said += f" {' and '.join(silent)} did not." if silent else ""
    return said + (f" Not asked: {', '.join(left_out)}." if left_out else "")


_REPLIES = ("waiting", "stopped", "answered", "silent", "left_out")


def _titles(panels: Sequence[Panel], reply: str) -> list[str]:
    return [found.source.title for found in panels if found.reply == reply]


def _nobody(panels: Sequence[Panel]) -> str:
    answered, silent = len(_titles(panels, "answered")), _titles(panels, "silent")
    if any(panel.state == "found" for panel in panels):
        said = "No person to put together. What was found:"
    else:
        said = f"No person in the {f'{answered} sources' if answered > 1 else 'source'} that answered."
    return said + (f" {' and '.join(silent)} did not." if silent else "")
