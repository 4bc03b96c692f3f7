"""An auditor's check of a whole record: the journal, and against it the index; what was found, in plain words.

Needs the standard library and `cryptography` alone, neither msgspec nor the events, so that it runs on an auditor's own
machine and shares as little as it can with what it checks.
"""

import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from audit.checking import Check, Verdict
from audit.findings import Finding, Findings, Wrong
from audit.moments import instant
from audit.segments import durable_position, log_of, segments
from audit.stored import Cluster, Entries, in_opensearch, in_sqlite, shipped


class NothingToVerify(Exception):
    """There is no record where one was looked for. The text says where."""


class Report(NamedTuple):
    """What a check found. `index_behind` says how many entries are not in the index yet, when it was asked."""

    journal: Verdict
    findings: tuple[Finding, ...]
    index_behind: int | None

    def lines(self) -> list[str]:
        """The report in words; the last line says how many findings there are."""
        lines = [str(finding) for finding in self.findings]
        log, entries, at = self.journal[:3]
        last = f", the last of {at[:10]} {at[11:19]} UTC" if at else ""
        lines.append(f"{entries:,} entries of log {log} were checked{last}.")
        if self.index_behind is not None:
            lines.append(f"{self.index_behind:,} of them are not in the index yet.")
        number = len(self.findings)
        return [*lines, f"{number:,} finding{'' if number == 1 else 's'}."]

    def json(self) -> str:
        """The report for a program."""
        log, entries, at, checked_at, _ = self.journal
        findings = [{**finding._asdict(), "text": str(finding)} for finding in self.findings]
        report = {"log": log, "entries": entries, "last_at": at or None, "checked_at": instant(checked_at)}
        return json.dumps({**report, "index_behind": self.index_behind, "findings": findings}, indent=2)


def verify(path: Path, *, deep: bool = False, against_index: bool = False, cluster: Cluster | None = None) -> Report:
    """Check the journal at `path`, or in the data folder `path`; against the index beside it, or in `cluster`.

    Raises `NothingToVerify`, and `IndexUnreadable`.
    """
    journal = path / "journal" if (path / "journal").is_dir() else path
    if not journal.is_dir() or not (segments(journal) or durable_position(journal)):
        raise NothingToVerify(f"there is no journal in {path}")
    if not against_index:
        verdict = Check(journal, deep=deep).go_on()
        return Report(verdict, verdict.findings, None)
    with _index(journal, cluster) as entries:
        comparison = _Comparison(entries, shipped(journal.parent) if cluster else 0)
        verdict = Check(journal, deep=deep, seen=comparison.compare).go_on()
        comparison.end()
    return Report(verdict, (*verdict.findings, *comparison.findings), comparison.behind)


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
