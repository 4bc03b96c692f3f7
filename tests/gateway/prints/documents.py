"""A print where all is well, to change one thing of; and how to read what came out."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pypdf
from PIL import Image
from pypdf.generic import DecodedStreamObject, NameObject

from gateway.prints.document import Document, Group, Line, RecordOnPaper, SourceAsked
from gateway.prints.render import Rendered

CAVEAT = "Confirm a warrant with the clerk before arrest. Dispositions may lag by two business days."
EASTERN = ZoneInfo("America/New_York")


def line(label: str, value: str, **changed: object) -> Line:
    return Line(label=label, value=value, **changed)


def charges(count: int) -> tuple[Group, ...]:
    return tuple(
        Group(
            title="Charge",
            number=number,
            lines=(line("Offense", f"Larceny of {number} geese"), line("Statute", "14-72"), line("Plea", "Not guilty")),
        )
        for number in range(1, count + 1)
    )


def record(**changed: object) -> RecordOnPaper:
    said = {
        "title": "Case 25CR 000712, State v. HOLLIS",
        "kind": "Court case",
        "source": "Courts",
        "owner": "Administrative Office of the Courts",
        "as_of": datetime(2026, 10, 3, 15, 5, tzinfo=UTC),
        "caveat": CAVEAT,
        "groups": (
            Group(title="Case", lines=(line("File number", "25CR 000712"), line("Status", "Closed"))),
            *charges(3),
        ),
    }
    return RecordOnPaper(**said | changed)


def document(**changed: object) -> Document:
    said = {
        "copy_id": "TJPM5D9BTJPW",
        "verify_address": "https://sightline.example/verify/TJPM5D9BTJPW",
        "officer": "Dep. R. Ashgrove",
        "agency": "Pinelake County Sheriff",
        "ori": "NC9010000",
        "printed_at": datetime(2026, 11, 22, 1, 14, 9, tzinfo=EASTERN),
        "purpose_code": "C",
        "purpose": "Criminal justice",
        "case_number": "26-04417",
        "recipient": "J. Marsh, Assistant Clerk",
        "recipient_agency": "Pinelake County Courthouse",
        "record": record(),
        "completeness": "1 of 2 answered. Registry did not.",
        "sources": (
            SourceAsked(
                title="Courts",
                outcome="3 records.",
                answered=True,
                current_to=datetime(2026, 11, 22, 5, 55, tzinfo=UTC),
                never_shown="witnesses, juvenile cases",
            ),
            SourceAsked(title="Registry", outcome='No answer in 2.0 s. This is not "none".', answered=False),
        ),
        "review_on": date(2027, 11, 22),
        "log": "pinelake-1",
        "entry": 48213,
    }
    return Document(**said | changed)


def with_value(value: str) -> Document:
    return document(record=record(groups=(Group(lines=(line("Remark", value),)),)))


def picture(kind: str) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (34, 44), (120, 130, 140)).save(drawn, kind)
    return drawn.getvalue()


def reader(rendered: Rendered) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(rendered.content))


def texts(rendered: Rendered) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in reader(rendered).pages]


def spoken(rendered: Rendered) -> str:
    """What a screen reader comes to: all text that is not decoration, without any space."""
    return "".join(_without_decoration(reader(rendered)))


def _without_decoration(pdf: pypdf.PdfReader) -> Iterator[str]:
    for page in pdf.pages:
        body = DecodedStreamObject()
        body.set_data(re.sub(rb"/Artifact\b.*?\bEMC\b", b"", page.get_contents().get_data(), flags=re.DOTALL))
        page[NameObject("/Contents")] = body
        yield squeezed(page.extract_text())


def squeezed(text: str) -> str:
    """`text` without any space, since lines break anywhere on paper."""
    return "".join(text.split())
