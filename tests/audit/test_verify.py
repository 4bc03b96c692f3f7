"""An auditor verifies a journal or a data folder with one command, and the index against it, and is told in words."""

import asyncio
import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from audit import canonical
from audit.__main__ import main
from audit.findings import Wrong
from audit.index.sqlite import SqliteIndex
from audit.publishing import Publisher
from audit.receipts import Given
from audit.ship import Shipper
from audit.verify import NothingToVerify, verify
from tests.audit import forging
from tests.audit.examples import Time, disclosure, login, writer

ITS_OWN = "the key that the log itself names; --trust says whose that is."
ROOT = Path(__file__).parents[2]


@pytest.fixture
def data(tmp_path):
    """Ten entries, journalled, published and shipped."""
    time = Time()
    journal = writer(tmp_path, clock=time.clock, monotonic=time.monotonic)
    publisher = Publisher(journal, period_s=3600.0, clock=time.clock)
    journal.write([login(), *[disclosure()] * 5])
    journal.close()
    publisher.close()
    index = SqliteIndex(tmp_path / "index.sqlite")
    asyncio.run(Shipper(tmp_path / "journal", index).catch_up())
    index.close()
    return tmp_path


def forge(data):
    entries = forging.read(data)
    entries[5] = entries[5].edited(event__outcome="failure")
    forging.write(data, entries)


def in_index(data, statement, *values):
    database = sqlite3.connect(data / "index.sqlite")
    with database:
        database.execute(statement, values)
    database.close()


@pytest.mark.parametrize("folder", [".", "journal"])
def test_a_whole_record_has_no_findings_and_says_so_last(data, folder, capsys):
    assert main(["verify", str(data / folder)]) == 0

    log = forging.read(data)[0].event.partition(b'"log":"')[2][:32].decode()
    assert capsys.readouterr().out.splitlines() == [
        f"10 entries of log {log} were checked, the last of 2026-03-02 08:00:00 UTC.",
        f"The checkpoint of 10 of them holds, signed with {ITS_OWN}",
        "0 findings.",
    ]


@pytest.mark.parametrize("deep", [[], ["--deep"]])
def test_a_finding_is_a_sentence_and_an_exit_status(data, deep, capsys):
    forge(data)

    assert main(["verify", *deep, str(data)]) == 1

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Entry 5 of 2026-03-02 08:00:00 UTC was changed after it was sealed."
    assert lines[-1] == "1 finding."


def test_a_program_reads_the_same_as_json(data, capsys):
    forge(data)

    assert main(["verify", "--json", str(data)]) == 1

    report = json.loads(capsys.readouterr().out)
    assert report["entries"] == 10
    assert report["last_at"] == "2026-03-02T08:00:00.000000Z"
    assert report["index_behind"] is None
    assert report["findings"] == [
        {
            "what": "changed",
            "first": 5,
            "last": 5,
            "at": "2026-03-02T08:00:00.000000Z",
            "text": "Entry 5 of 2026-03-02 08:00:00 UTC was changed after it was sealed.",
        }
    ]


def receipt(data, entry):
    log = forging.read(data)[0].event.partition(b'"log":"')[2][:32].decode()
    return f"{log}.{entry}.{forging.read(data)[entry].leaf.hex()}"


def test_a_receipt_that_somebody_kept_is_answered(data, capsys):
    assert main(["verify", str(data), "--receipt", receipt(data, 5)]) == 0

    assert "The receipt holds: entry 5 is of 2026-03-02 08:00:00 UTC." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (".5.", ".6.", "Entry 6 of 2026-03-02 08:00:00 UTC is not the one that the receipt was given for."),
        (".5.", ".10.", "Entry 10 is missing."),
    ],
)
def test_a_receipt_of_what_is_not_there_is_a_finding(data, capsys, old, new, says):
    assert main(["verify", str(data), "--receipt", receipt(data, 5).replace(old, new)]) == 1

    assert says in capsys.readouterr().out


def test_a_receipt_of_another_log_is_a_finding(data, capsys):
    other = "0" * 32 + receipt(data, 5)[32:]

    assert main(["verify", str(data), "--receipt", other]) == 1
    assert "Entry 5 of the receipt belongs to another log." in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "5", "5.5.5", "0" * 32 + ".05." + "0" * 64])
def test_what_is_no_receipt_is_wrong_usage(data, text, capsys):
    assert main(["verify", str(data), "--receipt", text]) == 2


def test_an_event_that_was_changed_no_longer_has_its_receipt(data):
    given = Given.parse(receipt(data, 5))
    forge(data)

    assert [finding.what for finding in verify(data, receipts=[given]).findings] == [Wrong.CHANGED, Wrong.RECEIPT]


def test_whoever_waits_at_a_terminal_sees_how_far_it_is(data, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    assert main(["verify", str(data)]) == 0

    assert capsys.readouterr().err == f"\r[{'#' * 25}] 100 %\r\x1b[K"


def test_how_fast_it_is_checked_is_a_row_beside_the_least_that_a_check_must_do(data, capsys):
    assert main(["verify", "--measure", str(data)]) == 0

    row = capsys.readouterr().out
    assert re.fullmatch(r"bare loop [\d,]+/s  integrity [\d,]+/s \(\d\.\d\d of it\)  deep [\d,]+/s\n", row)


def test_where_there_is_no_journal_the_usage_was_wrong(tmp_path, capsys):
    assert main(["verify", str(tmp_path)]) == 2
    assert "there is no journal" in capsys.readouterr().err


def test_where_there_is_no_index_the_usage_was_wrong(data):
    (data / "index.sqlite").unlink()

    with pytest.raises(NothingToVerify, match="no index"):
        verify(data, against_index=True)


@pytest.mark.parametrize("content", [b"", b"no database" * 100], ids=["empty", "something else"])
def test_an_index_that_cannot_be_read_is_a_refusal_in_words(data, content, capsys):
    (data / "index.sqlite").write_bytes(content)

    assert main(["verify", str(data), "--against-index"]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_journal_that_cannot_be_read_is_a_refusal_in_words(data, capsys):
    (data / "journal" / "0000000000000000.segment").unlink()
    (data / "journal" / "0000000000000000.segment").mkdir()

    assert main(["verify", str(data)]) == 1
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["", ".", "journal"])
def test_the_index_has_what_the_journal_has(data, path):
    report = verify(data / path, against_index=True)

    assert (report.findings, report.index_behind) == ((), 0)


def test_entries_that_are_missing_changed_or_too_many_in_the_index_are_named(data):
    in_index(data, "DELETE FROM entry WHERE sequence IN (2, 3)")
    in_index(data, "UPDATE entry SET event = replace(event, 'success', 'failure') WHERE sequence = 6")
    extra = forging.read(data)[9].edited(event__sequence=10).event.decode()
    in_index(data, "INSERT INTO entry VALUES (10, ?)", extra)

    report = verify(data, against_index=True)

    assert [(finding.what, finding.first, finding.last) for finding in report.findings] == [
        (Wrong.INDEX_LACKS, 2, 3),
        (Wrong.INDEX_CHANGED, 6, 6),
        (Wrong.INDEX_EXTRA, 10, 10),
    ]
    assert "Entries 2 to 3 are missing in the index." in report.lines()


def test_an_index_that_is_only_behind_is_no_finding(data, capsys):
    journal = writer(data)
    journal.write([login()])
    journal.close()

    assert main(["verify", "--against-index", str(data)]) == 0

    assert "3 of them are not in the index yet." in capsys.readouterr().out


def test_a_running_journal_can_be_verified(data):
    journal = writer(data)

    for number in range(5):
        journal.write([login()] * 100)
        report = verify(data, deep=True)
        assert (report.findings, report.journal.entries) == ((), 11 + 100 * (number + 1))
    journal.close()


def test_an_index_made_by_hand_from_the_journal_is_no_finding(data):
    in_index(data, "DELETE FROM entry")
    for entry in forging.read(data):
        in_index(
            data, "INSERT INTO entry VALUES (?, ?)", entry.sequence, canonical.encode(json.loads(entry.event)).decode()
        )

    assert verify(data, against_index=True).findings == ()


def test_what_is_not_in_the_journal_is_shipped_once(data, capsys):
    journal = writer(data)
    journal.close()

    assert main(["ship", str(data), "--once"]) == 0
    assert main(["ship", str(data), "--once"]) == 0

    assert capsys.readouterr().out == "2 entries shipped.\n0 entries shipped.\n"


def test_an_index_that_was_changed_stops_a_shipment_with_a_reason(data, capsys):
    in_index(data, "DELETE FROM entry WHERE sequence = 3")
    in_index(data, "UPDATE entry SET event = json_set(event, '$.user.name', 'Nobody') WHERE sequence = 6")

    assert main(["ship", str(data), "--once"]) == 1

    assert "entry 6 was changed in the index" in capsys.readouterr().err


def test_an_index_in_use_is_left_alone(data, capsys):
    index = SqliteIndex(data / "index.sqlite")

    assert main(["ship", str(data), "--once"]) == 1

    assert "another process writes" in capsys.readouterr().err
    index.close()


def test_nothing_is_shipped_from_nowhere(tmp_path, capsys):
    assert main(["ship", str(tmp_path), "--once"]) == 2


def test_keys_are_listed_by_name_alone(data, capsys):
    assert main(["keys", "list", str(data)]) == 0
    names = capsys.readouterr().out.split()
    assert main(["keys", "list", "--json", str(data)]) == 0

    assert json.loads(capsys.readouterr().out) == names
    log = forging.read(data)[0].event.partition(b'"log":"')[2][:32].decode()
    assert [name.partition("-")[0] for name in names] == ["token", "detail", "log"]
    assert (names[0], names[2]) == ("token-2026", f"log-{log}")


def test_no_keys_are_wrong_usage(tmp_path, capsys):
    assert main(["keys", "list", str(tmp_path)]) == 2


@pytest.mark.parametrize("arguments", [[], ["verify"], ["keys"], ["burn"]])
def test_wrong_usage_is_status_two(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)

    assert stopped.value.code == 2


@pytest.mark.process
def test_an_auditors_check_needs_the_standard_library_and_cryptography_alone(data):
    def imported_by(program):
        list_them = "import sys; print(*{name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names)"
        done = subprocess.run(
            [sys.executable, "-c", program + list_them, data], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return set(done.stdout.split())

    check = "import pathlib, sys, audit.verify; audit.verify.verify(pathlib.Path(sys.argv[1]), deep=True); "

    assert imported_by(check) - imported_by("") <= {"audit", "cryptography", "_cffi_backend", "_openssl"}
