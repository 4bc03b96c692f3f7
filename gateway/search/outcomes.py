"""What became of the question at one source. No answer is an answer: empty is not silent, silent is not forbidden."""

from datetime import datetime

import msgspec

from connectors.contract import Fault, Record, Source


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The source answered. `total` may be above the records listed; `sealed` records exist for nobody unpermitted.

    `dropped` counts what the source gave beyond its own declaration and the gateway threw away. Only a whole answer,
    not cut and with nothing dropped of what it lists, can show that something is not there.
    """

    source: Source
    records: tuple[Record, ...]
    total: int
    current_to: datetime
    elapsed_ms: int
    is_whole: bool
    sealed: tuple[Record, ...] = ()
    dropped: int = 0


class Unavailable(msgspec.Struct, frozen=True, kw_only=True):
    """The source was asked and did not answer."""

    source: Source
    fault: Fault
    elapsed_ms: int


class NotPermitted(msgspec.Struct, frozen=True):
    """The source was not asked because a rule of policy forbids it."""

    source: Source
    rule: str


class NotAsked(msgspec.Struct, frozen=True):
    """The source was not asked: `not_chosen`, `cannot_answer` or `switched_off`."""

    source: Source
    reason: str


Outcome = Answered | Unavailable | NotPermitted | NotAsked
