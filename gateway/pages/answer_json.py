"""The same answer as JSON (CONTRACT.md 4): what the page shows, nothing more."""

from collections.abc import Set as AbstractSet
from typing import Any

from connectors.contract import Key
from gateway.release.released import ReleasedRecord, ShownField, ShownOutcome, ShownRecord
from gateway.release.search import Asked, Complete


def document(asked: Asked, complete: Complete) -> dict[str, Any]:
    """The whole answer to a search."""
    receipt = complete.receipt
    return {
        "query_id": asked.wanted.query_id,
        "asked_at": asked.asked_at,
        "understood": asked.wanted.question.understood(),
        "sources": [_outcome(outcome, asked.wanted.question.keys) for outcome in complete.outcomes],
        "cards": [
            {"tier": card.tier, "because": card.because, "members": [member.handle for member in card.members]}
            for card in complete.cards
        ],
        "completeness": {
            "asked": complete.asked,
            "answered": complete.answered,
            "not_asked": [
                outcome.source.name
                for outcome in complete.outcomes
                if outcome.outcome in {"not_asked", "not_permitted"}
            ],
        },
        "receipt": {"log": receipt.log, "sequence": receipt.sequence, "leaf": receipt.leaf},
    }


def opened(found: ReleasedRecord) -> dict[str, Any]:
    """One record, opened."""
    receipt = found.receipt
    return {
        **record(found.record),
        "source": found.record.source.name,
        "caveat": found.record.source.caveat,
        "version": found.record.version,
        "never_seen": found.never_seen,
        "photograph": bool(found.record.attachments),
        "entry": receipt.sequence,
        "receipt": {"log": receipt.log, "sequence": receipt.sequence, "leaf": receipt.leaf},
    }


def record(shown: ShownRecord) -> dict[str, Any]:
    """One record."""
    return {
        "handle": shown.handle,
        "kind": shown.kind,
        "title": shown.title,
        "as_of": shown.as_of,
        "fields": [_field(field) for field in shown.fields],
    }


def _outcome(shown: ShownOutcome, keys: AbstractSet[Key]) -> dict[str, Any]:
    return {
        "source": shown.source.name,
        "outcome": shown.outcome,
        "fault": shown.fault,
        "rule": shown.rule,
        "reason": shown.reason,
        "asked_without": sorted(keys - shown.source.keys.keys()) if shown.outcome in _ASKED else [],
        "elapsed_ms": shown.elapsed_ms,
        "caveat": shown.source.caveat,
        "current_to": shown.current_to,
        "total": shown.total,
        "entry": shown.entry,
        "never_seen": shown.never_seen,
        "records": [record(found) for found in shown.records],
    }


_ASKED = frozenset({"answered", "unavailable"})


def _field(field: ShownField) -> dict[str, Any]:
    written = {
        "name": field.name,
        "label": field.label,
        "value": field.value,
        "class": field.data_class,
        "group": field.group,
    }
    differing = {
        "meaning": field.meaning,
        "source_text": field.source_text,
        "caveat": field.caveat,
        "as_of": field.as_of,
    }
    return written | {name: value for name, value in differing.items() if value is not None}
