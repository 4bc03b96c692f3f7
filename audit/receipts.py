"""A receipt as whoever was shown something keeps it, and whether the record still has the entry that it was given for.

Standard library alone. It is written `<log>.<sequence>.<leaf hash>`, the log and the hash in hexadecimal.
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from audit.findings import Findings, Wrong
from audit.frames import time_of


class NoReceipt(ValueError):
    """This text is none."""


class Given(NamedTuple):
    """What a receipt says: this log has at this place the entry with this leaf hash."""

    log: str
    sequence: int
    leaf: str

    @classmethod
    def parse(cls, text: str) -> "Given":
        """The receipt that is written so. Raises `NoReceipt`."""
        match = _TEXT.fullmatch(text)
        if not match:
            raise NoReceipt(f"not a receipt, which is <log>.<sequence>.<leaf hash>: {text}")
        return cls(match[1], int(match[2]), match[3])


class Shown:
    """Holds receipts against the entries of a log as they come."""

    def __init__(self, receipts: Sequence[Given]) -> None:
        self._receipts = receipts
        self._wanted = {receipt.sequence for receipt in receipts}
        self._stands: dict[int, tuple[str, str]] = {}  # leaf hash and time of the entries that are asked for

    def look(self, sequence: int, event: bytes) -> None:
        """The next entry."""
        if sequence in self._wanted:
            self._stands[sequence] = sha256(b"\0" + event).hexdigest(), time_of(event, 0)

    def lines(self, log: str) -> list[str]:
        """The receipts that hold, in words."""
        return [
            f"The receipt holds: entry {receipt.sequence:,} is of {at[:10]} {at[11:19]} UTC."
            for receipt in self._receipts
            for leaf, at in [self._stands.get(receipt.sequence, ("", ""))]
            if (receipt.log, receipt.leaf) == (log, leaf)
        ]

    def findings(self, log: str) -> Findings:
        """The receipts that do not."""
        findings = Findings()
        for receipt in sorted(self._receipts, key=lambda receipt: receipt.sequence):
            leaf, at = self._stands.get(receipt.sequence, ("", ""))
            if receipt.log != log:
                findings.add(Wrong.OTHER_LOG, receipt.sequence)
            elif not leaf:
                findings.add(Wrong.MISSING, receipt.sequence)
            elif leaf != receipt.leaf:
                findings.add(Wrong.RECEIPT, receipt.sequence, at=at)
        return findings


_TEXT = re.compile(r"([0-9a-f]{32})\.(0|[1-9][0-9]{0,15})\.([0-9a-f]{64})")
