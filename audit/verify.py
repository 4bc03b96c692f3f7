"""An auditor's check of a whole record: the journal, and against it the index; what was found, in plain words.

Needs the standard library and `cryptography` alone, neither msgspec nor the events, so that it runs on an auditor's own
machine and shares as little as it can with what it checks.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from audit.checking import Check, Verdict
from audit.findings import Finding, Findings, Wrong
from audit.moments import instant
from audit.segments import durable_position, segments


class NothingToVerify(Exception):
    """There is no record where one was looked for. The text says where."""


class CannotVerify(Exception):
    """There is a record, and it cannot be read. The text says which part."""


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


def verify(path: Path, *, deep: bool = False, against_index: bool = False) -> Report:
    """Check the journal at `path`, or in the data folder `path`, and the index beside it.

    Raises `NothingToVerify` and `CannotVerify`.
    """
    try:
        return _verify(path, deep=deep, against_index=against_index)
    except OSError as error:
        raise CannotVerify(f"{error.filename or path} cannot be read: {error.strerror}") from error
    except sqlite3.DatabaseError as error:
        raise CannotVerify(f"the index of {path} cannot be read: {error}") from error


def _verify(path: Path, *, deep: bool, against_index: bool) -> Report:
    journal = path / "journal" if (path / "journal").is_dir() else path
    if not journal.is_dir() or not (segments(journal) or durable_position(journal)):
        raise NothingToVerify(f"there is no journal in {path}")
    if not against_index:
        verdict = Check(journal, deep=deep).go_on()
        return Report(verdict, verdict.findings, None)
    index = journal.parent / "index.sqlite"
    if not index.is_file():
        raise NothingToVerify(f"there is no index at {index}")
    with closing(sqlite3.connect(f"{index.absolute().as_uri()}?mode=ro", uri=True)) as database:
        database.text_factory = bytes
        comparison = _Comparison(database.execute("SELECT sequence, event FROM entry ORDER BY sequence"))
        verdict = Check(journal, deep=deep, seen=comparison.compare).go_on()
        comparison.end()
    return Report(verdict, (*verdict.findings, *comparison.findings), comparison.behind)


class _Comparison:
    """Holds the index's entries, in order, against the journal's, in order."""

    def __init__(self, rows: Iterator[tuple[int, bytes]]) -> None:
        self.findings = Findings()
        self.behind = 0
        self._rows = rows
        self._row = next(rows, None)

    def compare(self, sequence: int, event: bytes) -> None:
        """The journal's next entry."""
        self._pass_extras(until=sequence)
        if self._row is None:
            self.behind += 1  # or cut off at the end, which looks the same; it will be shipped again
        elif self._row[0] > sequence:
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
