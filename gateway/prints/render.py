"""From a document to its PDF: tagged (PDF/UA-1), embedded fonts only, the same bytes for the same document.

Pure and synchronous; two pages take some 80 ms of processor, so servers go through `press.Press`.
"""

import hashlib
from pathlib import Path
from typing import cast

import msgspec
import typst

from gateway.prints.document import Document
from gateway.prints.sheet import sheet

_LAYOUT = Path(__file__).with_name("layout.typ")
_FONTS = typst.Fonts(include_system_fonts=False)


class Rendered(msgspec.Struct, frozen=True):
    """One print, ready to be recorded and handed over; `sha256` is in hex."""

    content: bytes
    pages: int
    sha256: str

    def __repr__(self) -> str:
        return f"<print {self.sha256}>"


class PrintFailed(Exception):
    """There is no print. The text says which kind of failure and quotes nothing of the document."""


def render(document: Document) -> Rendered:
    """Set `document` on US Letter. Raises `PrintFailed`: a photograph that is none, a time without its zone."""
    try:
        compiler = typst.Compiler(
            _LAYOUT,
            root=_LAYOUT.parent,
            font_paths=_FONTS,
            # As an input, text is a value: nothing in it is ever parsed as markup.
            sys_inputs={"sheet": msgspec.json.encode(sheet(document)).decode()},
        )
        # PDF/UA refuses a text without a shape in the fonts, where plain PDF would draw an empty box.
        made_at = int(document.printed_at.timestamp())
        content = cast("bytes", compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=made_at))
        pages = int(compiler.query("<pages>", field="value", one=True))
    except (RuntimeError, ValueError, OverflowError) as error:
        failure = PrintFailed(f"the document could not be set: {type(error).__name__}")
    else:
        return Rendered(content=content, pages=pages, sha256=hashlib.sha256(content).hexdigest())
    # Outside the handler: the error quotes the record and must not ride along as this one's context.
    raise failure
