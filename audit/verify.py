"""An auditor's check of a whole record, the journal, its proof, its index: what was found, in plain words.

Needs the standard library and `cryptography` alone, neither msgspec nor the events, so that it runs on an auditor's own
machine and shares as little as it can with what it checks.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from audit.checking import Check, Progress, Seen, Verdict
from audit.checkpoint import Checkpoint
from audit.findings import Finding, Findings, Wrong
from audit.moments import instant
from audit.notes import Key, NotANote, Note
from audit.proving import Signed
from audit.published import read_published
from audit.receipts import Given, Shown
from audit.segments import durable_position, log_of, segments
from audit.stored import Cluster, Entries, in_opensearch, in_sqlite, shipped
from audit.trust import Trust


class NothingToVerify(Exception):
    """There is no record where one was looked for. The text says where."""


class CannotVerify(Exception):
    """There is a record, and it cannot be read. The text says which part."""


class Proof(NamedTuple):
    """The longest checkpoint that holds and is signed: how long it is, by whom it was cosigned, how many others hold.

    `pinned` says whether its key was the auditor's own, or only what the log says of itself.
    """

    size: int
    cosigned_by: tuple[str, ...]
    others: int
    pinned: bool


class Report(NamedTuple):
    """What a check found. `receipts` are the sentences of those that hold; `index_behind` says how many entries are not
    in the index yet, when it was asked.
    """

    journal: Verdict
    findings: tuple[Finding, ...]
    proof: Proof | None
    receipts: tuple[str, ...]
    index_behind: int | None

    def lines(self) -> list[str]:
        """The report in words; the last line says how many findings there are."""
        lines = [str(finding) for finding in self.findings]
        log, entries, at = self.journal[:3]
        last = f", the last of {at[:10]} {at[11:19]} UTC" if at else ""
        lines.append(f"{entries:,} entries of log {log} were checked{last}.")
        lines += [*self._proved(), *self.receipts]
        if self.index_behind is not None:
            lines.append(f"{self.index_behind:,} of them are not in the index yet.")
        number = len(self.findings)
        return [*lines, f"{number:,} finding{'' if number == 1 else 's'}."]

    def json(self) -> str:
        """The report for a program."""
        log, entries, at, checked_at, *_ = self.journal
        report = {
            "log": log,
            "entries": entries,
            "last_at": at or None,
            "checked_at": instant(checked_at),
            "proof": self.proof._asdict() if self.proof else None,
            "receipts": self.receipts,
            "index_behind": self.index_behind,
            "findings": [{**finding._asdict(), "text": str(finding)} for finding in self.findings],
        }
        return json.dumps(report, indent=2)

    def _proved(self) -> list[str]:
        if not self.proof:
            return ["No checkpoint holds: only the chain from each entry to the next was checked."]
        size, cosigned_by, others, pinned = self.proof
        whose = "a key that you trust" if pinned else "the key that the log itself names; --trust says whose that is"
        cosigned = f", cosigned by {', '.join(cosigned_by)}" if cosigned_by else ""
        also = f" {others:,} more that were kept also hold." if others else ""
        return [f"The checkpoint of {size:,} of them holds, signed with {whose}{cosigned}.{also}"]


def verify(
    path: Path,
    *,
    deep: bool = False,
    against_index: bool = False,
    cluster: Cluster | None = None,
    trust: Trust | None = None,
    kept: Sequence[Signed] = (),
    receipts: Sequence[Given] = (),
    progress: Progress | None = None,
) -> Report:
    """Check the journal at `path`, or in the data folder `path`; against the index beside it, or in `cluster`.

    Without `trust` the keys are believed that the log names itself. `kept` are checkpoints that were kept elsewhere,
    and `receipts` what somebody was given. Raises `NothingToVerify`, `CannotVerify` and `IndexUnreadable`.
    """
    journal = journal_in(path)
    shown, signatures = Shown(receipts), _Signatures(trust)
    with _readable(path), ExitStack() as until_checked:
        comparison = None
        if against_index:
            entries = until_checked.enter_context(_index(journal, cluster))
            comparison = _Comparison(entries, shipped(journal.parent) if cluster else 0)
        seen = _both(shown.look if receipts else None, comparison.compare if comparison else None)
        check = Check(journal, deep=deep, seen=seen, kept=kept, holds=signatures.look, progress=progress)
        signatures.keys = check.keys
        verdict = check.go_on()
        if comparison:
            comparison.end()
    findings = [*verdict.findings, *signatures.end(verdict), *shown.findings(verdict.log)]
    findings += comparison.findings if comparison else []
    behind = comparison.behind if comparison else None
    return Report(verdict, tuple(findings), signatures.proof, tuple(shown.lines(verdict.log)), behind)


def journal_in(path: Path) -> Path:
    """The journal at `path`, or in the data folder `path`. Raises `NothingToVerify` and `CannotVerify`."""
    with _readable(path):
        journal = path / "journal" if (path / "journal").is_dir() else path
        if not journal.is_dir() or not (segments(journal) or durable_position(journal)):
            raise NothingToVerify(f"there is no journal in {path}")
        return journal


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotVerify(f"{error.filename or path} cannot be read: {error.strerror}") from error


def read_kept(path: Path) -> Signed:
    """A checkpoint that somebody kept in a file. Raises `NothingToVerify`."""
    content = read_published(path.parent, path.name)
    if content is None:
        raise NothingToVerify(f"there is no checkpoint at {path}")
    try:
        note = Note.parse(content)
        return Signed(Checkpoint.of(note), note)
    except NotANote:
        raise NothingToVerify(f"{path} is not a checkpoint") from None


class _Signatures:
    """Who signed the checkpoints that hold. Those that nobody trusted signed are findings."""

    def __init__(self, trust: Trust | None) -> None:
        self.proof: Proof | None = None
        self.keys: Collection[str] = ()  # that the log names itself
        self._trust = trust
        self._findings = Findings()
        self._signed = 0

    def look(self, signed: Signed) -> None:
        """A checkpoint that holds, in the order of their sizes."""
        (origin, size, _), note = signed
        trusted = self._trust.logs if self._trust else [key for text in self.keys if (key := _key(text))]
        if not any(key.name == origin and note.signed_by(key) for key in trusted):
            self._findings.add(Wrong.UNSIGNED, 0, max(size - 1, 0))
            return
        self._signed += 1
        witnesses = self._trust.witnesses if self._trust else {}
        cosigned = tuple(name for name, one in witnesses.items() if note.cosigned_at(one.key) is not None)
        if self._trust is None or self._trust.suffices(cosigned):
            others = self.proof.others + (size > self.proof.size) if self.proof else 0
            self.proof = Proof(size, cosigned, others, self._trust is not None)

    def end(self, verdict: Verdict) -> Findings:
        """What is wrong with the signatures, now that all were seen."""
        if self._trust and not self.proof:
            what = Wrong.NOT_COSIGNED if self._signed else Wrong.UNSIGNED
            self._findings.add(what, 0, max(verdict.entries - 1, 0))
        return self._findings


def _both(one: Seen | None, other: Seen | None) -> Seen | None:
    if not one or not other:
        return one or other

    def seen(sequence: int, event: bytes) -> None:
        one(sequence, event)
        other(sequence, event)

    return seen


def _key(text: str) -> Key | None:
    try:
        return Key.parse(text)
    except NotANote:
        return None


def _index(journal: Path, cluster: Cluster | None) -> AbstractContextManager[Entries]:
    if cluster is not None:
        return in_opensearch(cluster, log_of(journal))
    index = journal.parent / "index.sqlite"
    if not index.is_file():
        raise NothingToVerify(f"there is no index at {index}")
    return in_sqlite(index)


class _Comparison:
    """Holds the index's entries, in order, against the journal's, in order."""

    def __init__(self, rows: Entries, shipped: int) -> None:
        self.findings = Findings()
        self.behind = 0
        self._rows = rows
        self._shipped = shipped
        self._row = next(rows, None)

    def compare(self, sequence: int, event: bytes) -> None:
        """The journal's next entry."""
        self._pass_extras(until=sequence)
        if self._row is None and sequence >= self._shipped:
            self.behind += 1  # or cut off at the end of a file, which looks the same; it will be shipped again
        elif self._row is None or self._row[0] > sequence:
            self.findings.add(Wrong.INDEX_LACKS, sequence)
        else:
            if self._row[1] != event:
                self.findings.add(Wrong.INDEX_CHANGED, sequence)
            self._row = next(self._rows, None)

    def end(self) -> None:
        """The journal has no more."""
        self._pass_extras(until=None)

    def _pass_extras(self, until: int | None) -> None:
        while self._row and (until is None or self._row[0] < until):
            self.findings.add(Wrong.INDEX_EXTRA, self._row[0])
            self._row = next(self._rows, None)
