"""What one officer's shift remembers: the purpose and case last used, the last cases, the questions asked.

Lives with the session, encrypted under its key, and ends with it. Choosing a question fills the form; it asks nothing.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from gateway.identity.sessions import Key, Sessions
from gateway.search.envelope import Envelope

_MOST_QUESTIONS = 50
_MOST_CASES = 5
_NAME = "shift"


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """One question of this shift: when, what was typed, and for what."""

    at: datetime
    typed: Mapping[str, str]
    understood: str
    envelope: Envelope


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first. `envelope` is what the next question starts from."""

    envelope: Envelope | None = None
    cases: tuple[str, ...] = ()
    questions: tuple[Past, ...] = ()
    asked: int = 0

    def after(self, past: Past) -> "Shift":
        """The shift once one more question was asked."""
        cases = dict.fromkeys([*([past.envelope.case_number] if past.envelope.case_number else []), *self.cases])
        return Shift(
            envelope=past.envelope,
            cases=tuple(cases)[:_MOST_CASES],
            questions=(past, *self.questions)[:_MOST_QUESTIONS],
            asked=self.asked + 1,
        )

    def under_this_case(self) -> int:
        """How many questions of the shift were asked for the case last used."""
        case = self.envelope.case_number if self.envelope else None
        return sum(past.envelope.case_number == case for past in self.questions) if case else 0


async def recall(sessions: Sessions, key: Key) -> Shift:
    """The shift so far. Raises `SessionsUnavailable`."""
    kept = await sessions.kept(key, _NAME)
    return Shift() if kept is None else msgspec.json.decode(kept, type=Shift)


async def remember(sessions: Sessions, key: Key, shift: Shift, for_s: int) -> None:
    """Keep the shift for as long as a session can last. Raises `SessionsUnavailable`."""
    await sessions.keep(key, _NAME, msgspec.json.encode(shift), for_s)
