"""From a document to what `layout.typ` reads: text made printable, times in words, groups as tables, the code drawn.

The words around the values, and where they stand, are the layout's.
"""

import io
from datetime import UTC
from typing import Any

import segno

from gateway.prints import copy_id, times
from gateway.prints.document import Document
from gateway.prints.printable import printable, printable_or_none
from gateway.prints.tables import tables


def sheet(document: Document) -> dict[str, Any]:
    """All of `document`. Raises `ValueError` for a time without a zone and for an address too long for a QR code."""
    zone = times.zone_of(document.printed_at)
    record = document.record
    return {
        "copy": copy_id.grouped(document.copy_id),
        "officer": printable(document.officer),
        "agency": printable(document.agency),
        "ori": printable(document.ori),
        "printed": {
            "local": times.second(document.printed_at, zone),
            "utc": times.second(document.printed_at, UTC),
        },
        "purpose": {"code": printable(document.purpose_code), "words": printable(document.purpose)},
        "case": printable_or_none(document.case_number),
        "event": printable_or_none(document.event_number),
        "reason": printable_or_none(document.reason),
        "recipient": printable(document.recipient),
        "recipient_agency": printable_or_none(document.recipient_agency),
        "unlisted_reason": printable_or_none(document.unlisted_reason),
        "record": {
            "title": printable(record.title),
            "kind": printable(record.kind),
            "source": printable(record.source),
            "owner": printable(record.owner),
            "as_of": times.minute(record.as_of, zone),
            "caveat": printable(record.caveat),
            "tables": tables(record.groups, zone),
        },
        # A list of numbers: the layout's inputs are text, and only bytes given as such are checked to be a picture.
        "photograph": None if document.photograph is None else list(document.photograph),
        "completeness": printable(document.completeness),
        "sources": [
            {
                "title": printable(asked.title),
                "outcome": printable(asked.outcome),
                "answered": asked.answered,
                "current_to": None if asked.current_to is None else times.minute(asked.current_to, zone),
                "never_shown": printable_or_none(asked.never_shown),
            }
            for asked in document.sources
        ],
        "review_on": times.day(document.review_on),
        "receipt": {"log": printable(document.log), "entry": f"{document.entry:,}"},
        "verify": {"address": printable(document.verify_address), "code": _qr_code(document.verify_address)},
    }


def _qr_code(address: str) -> str:
    """An SVG picture with its quiet zone; level M, so that a folded or photocopied one still reads."""
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="svg", border=4, xmldecl=False)
    return picture.getvalue().decode()
