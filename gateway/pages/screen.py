"""One answer on its way to one browser, frame by frame: what was understood, panels as they come, the end.

The response owns the task that asks: a browser that hangs up ends it, and with it the questions to the sources.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import anyio
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request

from gateway.boundary import stopped
from gateway.boundary.html import Html
from gateway.identity.visit import Visit
from gateway.pages.answer import Answer, answer
from gateway.policy.classes import classes_for, never_seen
from gateway.policy.grounds import Purpose
from gateway.release.door import Door
from gateway.release.released import Released, ShownOutcome
from gateway.release.search import Asked, Complete

Send = Callable[[ServerSentEvent], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Screen:
    """What one browser has been shown of one answer."""

    request: Request
    visit: Visit
    door: Door
    html: Html
    asked: Asked
    today: date
    remembered: Mapping[str, Any]  # what the shift bar shows now
    outcomes: list[ShownOutcome] = field(default_factory=list)

    def stream(self) -> EventSourceResponse:
        """The answer as HTML frames: `understood`, then `panels` as sources answer, last `complete`."""
        send, receive = anyio.create_memory_object_stream[ServerSentEvent](0)

        async def run() -> None:
            async with send:
                await self._run(send.send)

        async def frames() -> AsyncIterator[ServerSentEvent]:
            async with receive:
                async for frame in receive:
                    yield frame

        return EventSourceResponse(frames(), data_sender_callable=run, sep="\n", ping=0)

    def now(
        self, outcomes: Sequence[ShownOutcome], complete: Complete | None = None, *, is_stopped: bool = False
    ) -> Answer:
        """The answer with these outcomes, as it stands on the page."""
        wanted = self.asked.wanted
        sources = [connector.source for connector in self.door.connectors.values()]
        return answer(
            query_id=wanted.query_id,
            asked_at=self.asked.asked_at,
            by=self.asked.asked_at + timedelta(seconds=max(source.patience_s for source in sources)),
            envelope=wanted.envelope,
            keys=wanted.question.keys,
            understood=wanted.question.words(self.today),
            also=wanted.question.understood().get("also"),
            sources=sources,
            outcomes=outcomes,
            classes=classes_for(self.visit.principal, Purpose(wanted.envelope.purpose)),
            never_seen={source.name: never_seen(self.visit.principal, source) for source in sources},
            today=self.today,
            complete=complete,
            is_stopped=is_stopped,
        )

    async def _run(self, send: Send) -> None:
        await send(self._frame("understood", self.now([]), **self.remembered))
        try:
            complete = await self.asked.answer(lambda frame: self._show(frame, send), together=False)
        except stopped.CANNOT_SHOW as error:
            stopped.note(error, self.visit.origin.trace_id)
            reference = stopped.reference(self.visit.origin.trace_id)
            values = {"cause": stopped.cause_of(error), "at": self.door.clock(), "reference": reference}
            await send(self._frame("stopped", self.now(self.outcomes, is_stopped=True), **values))
            return
        await send(self._frame("complete", self.now(complete.outcomes, complete)))

    async def _show(self, frame: Released, send: Send) -> None:
        before = self.now(self.outcomes).lamps
        self.outcomes += frame.outcomes
        now = self.now(self.outcomes)
        new = {outcome.source.name for outcome in frame.outcomes}
        changed = [lamp for lamp, was in zip(now.lamps, before, strict=True) if lamp != was]
        await send(self._frame("panels", now, new=new, changed=changed))

    def _frame(self, name: str, shown: Answer, **values: Any) -> ServerSentEvent:
        text = self.html.text(self.request, f"frames/{name}.html", answer=shown, **values)
        return ServerSentEvent(text, event=name, sep="\n")
