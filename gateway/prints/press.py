"""Renders off the event loop: a few documents at a time, nobody kept waiting past a deadline, warm before the first.

A thread that has begun a document finishes it, wanted or not, and keeps its slot until then: slow documents cannot
pile up. One that nobody waits for any more is not begun.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

from gateway.prints.document import Document, Group, Line, RecordOnPaper, SourceAsked
from gateway.prints.render import PrintFailed, Rendered, render


class Press:
    """`slots` threads, and at most `patience_s` from asking for a print to having it."""

    def __init__(
        self, *, slots: int = 1, patience_s: float = 10.0, render: Callable[[Document], Rendered] = render
    ) -> None:
        self._threads = ThreadPoolExecutor(slots, thread_name_prefix="press")
        self._patience_s = patience_s
        self._render = render

    async def render(self, document: Document) -> Rendered:
        """The print of `document`. Raises `PrintFailed`, also when the deadline passed."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._patience_s):
                return await loop.run_in_executor(self._threads, self._render, document)
        except TimeoutError:
            raise PrintFailed("the document was not set in time") from None

    async def warm_up(self) -> None:
        """Set a specimen, so that no officer pays for the first; meant for the background at start.

        Raises `PrintFailed` where no document could be printed either.
        """
        await self.render(_SPECIMEN)


_SPECIMEN = Document(
    copy_id="000000000000",
    verify_address="https://example.invalid/verify/000000000000",
    officer="Nobody",
    agency="None",
    ori="XX9999999",
    printed_at=datetime(2000, 1, 1, tzinfo=UTC),
    purpose_code="A",
    purpose="Specimen",
    recipient="Nobody",
    record=RecordOnPaper(
        title="Specimen",
        kind="Specimen",
        source="None",
        owner="None",
        as_of=datetime(2000, 1, 1, tzinfo=UTC),
        caveat="Not a record.",
        groups=(Group(title="Specimen", lines=(Line(label="Label", value="Value"),)),),
    ),
    completeness="No source was asked.",
    sources=(SourceAsked(title="None", outcome="Not asked.", answered=False),),
    review_on=date(2000, 1, 1),
    log="none",
    entry=0,
)
