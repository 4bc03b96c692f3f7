"""An event gets its place: time, sequence, the chain to the entry before and to its agency's, and its exact bytes.

One writer owns a stamper; nothing here knows of threads or disks.
"""

import os
from datetime import datetime, timedelta

import msgspec

from audit import canonical
from audit.events import Action, Actor, Event, Receipt, facts
from audit.frames import AGENCY_BYTES, NOTHING, frame
from audit.moments import Clock, Monotonic, instant
from audit.recovery import Heads
from audit.sealing import Sealer


class Stamper:
    """Gives out places one after the other, from where a journal ends."""

    def __init__(self, heads: Heads, sealer: Sealer, clock: Clock, monotonic: Monotonic) -> None:
        self.log = heads.log
        self.size = heads.size
        self.leaf = heads.leaf
        self._agencies = dict(heads.agencies)
        self._sealer = sealer
        self._clock = clock
        self._monotonic = monotonic
        self._then = datetime.fromisoformat(heads.at) if heads.at else None
        self._since: float | None = None

    def stamp(self, event: Event, place: int) -> tuple[bytes, Receipt]:
        """The frame of `event` as the next entry, the `place`-th of its batch, and the receipt to give for it.

        Raises `NotCanonical` or `TooLarge` for an event that has no bytes, and then nothing has moved.
        """
        agency = _agency(event.actor) if event.actor else b""
        agency_head = self._agencies.get(agency, (0, NOTHING))
        at, id_ = instant(self._clock()), os.urandom(16).hex()
        document = facts(event)
        document["@timestamp"] = at
        document["event"] |= {"id": id_, "sequence": self.size}
        cj = document["cj"]
        cj |= {"log": self.log.hex(), "prev": self.leaf.hex()}
        if agency:
            cj["agency"] = {"seq": agency_head[0], "prev": agency_head[1].hex()}
        for part, sealed in self._sealer.seal(event.sensitive, log=cj["log"], event=id_).items():
            cj.setdefault(part, {}).update(sealed)

        encoded = canonical.encode(document, encoder=_encode)
        framed = frame(self.size, place, agency, agency_head, encoded)
        leaf = canonical.leaf_hash(encoded)
        receipt = Receipt(log=cj["log"], sequence=self.size, leaf=leaf.hex(), at=at)
        self.size, self.leaf = self.size + 1, leaf
        if agency:
            self._agencies[agency] = agency_head[0] + 1, leaf
        return framed, receipt

    def clock_step(self) -> Event | None:
        """The event that the wall clock was set back or leapt since the last call, or None.

        Told by the monotonic clock, which nobody sets; right after a start, by the journal's last entry, which can
        only tell that it was set back.
        """
        now, since = self._clock(), self._monotonic()
        then, self._then = self._then, now
        last, self._since = self._since, since
        if then is None or (last is None and now >= then):
            return None
        step = now - then - timedelta(seconds=0.0 if last is None else since - last)
        if abs(step) < _STEP:
            return None
        told: dict[str, str | int] = {
            "from": instant(then),
            "to": instant(now),
            "step_ms": step // timedelta(milliseconds=1),
        }
        return Event(action=Action.CLOCK_STEP, system=told)


def _agency(actor: Actor) -> bytes:
    """The agency as frames have it. Nobody acts without one."""
    agency = actor.ori.encode("ascii", "replace")
    if len(agency) > AGENCY_BYTES or not agency.isalnum():
        raise canonical.NotCanonical(f"an agency that is not at most {AGENCY_BYTES} letters and digits")
    return agency


_STEP = timedelta(seconds=1)
_encode = msgspec.json.Encoder(order="sorted").encode
