"""What somebody with the admin certificate can still do to the index is seen by an auditor's check, entry by entry."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from audit.__main__ import main
from audit.findings import Wrong
from audit.segments import log_of
from audit.ship import Shipper
from audit.stored import Cluster, IndexUnreadable
from audit.verify import verify
from tests.audit.examples import Time, disclosure, login, writer
from tests.opensearch.months import Months
from tests.opensearch.server import OpenSearch

pytestmark = pytest.mark.opensearch


class Shipped:
    """A journal of ten entries, shipped; and somebody with the admin certificate."""

    def __init__(self, server: OpenSearch, data: Path) -> None:
        self.server = server
        self.data = data
        self.time = Time()
        self.months = Months(server, data)
        self.month = f"{self.months.name}-2026.03"
        self.write(login(), *[disclosure()] * 5)
        self.ship()

    def write(self, *events: Any) -> None:
        journal = writer(self.data, clock=self.time.clock, monotonic=self.time.monotonic)
        journal.write(events)
        journal.close()

    def ship(self) -> None:
        async def catch_up() -> None:
            months = Months(self.server, self.data, self.months.name)
            await Shipper(self.data / "journal", months.intake).catch_up()
            await months.close()

        asyncio.run(catch_up())
        self.months.refresh()

    def found(self) -> list[tuple[Wrong, int, int]]:
        """What the check finds."""
        identities = self.server.identities
        verifier = identities / "sightline-verifier"
        cluster = Cluster(self.server.url, verifier / "ca.pem", verifier / "identity.pem", self.months.name)
        report = verify(self.data, against_index=True, cluster=cluster)
        assert report.journal.findings == ()
        return [(finding.what, finding.first, finding.last) for finding in report.findings]

    def do(self, method: str, path: str, body: Any = None, service: str = "sightline-admin") -> None:
        """As an administrator."""
        answer = self.months.asked_by(service, method, path.format(month=self.month), json=body)
        assert answer.status_code < 300, answer.text

    def id_of(self, sequence: int) -> str:
        return f"{log_of(self.data / 'journal')}-{sequence}"

    def copy_of(self, month: str, to: str, *, append_only: bool) -> None:
        """Make a copy, with the protection of the template or without."""
        self.do("PUT", f"/{month}/_block/write")
        settings = {"index.append_only.enabled": append_only, "index.blocks.write": None}
        self.do("PUT", f"/{month}/_clone/{to}", {"settings": settings})
        self.do("GET", f"/_cluster/health/{to}?wait_for_status=yellow&timeout=30s")


@pytest.fixture
def shipped(opensearch: OpenSearch, tmp_path: Path) -> Shipped:
    return Shipped(opensearch, tmp_path)


def test_an_index_nobody_touched_has_what_the_journal_has(shipped: Shipped) -> None:
    assert shipped.found() == []


def test_a_month_that_was_deleted_is_missed_entry_by_entry(shipped: Shipped) -> None:
    shipped.do("DELETE", "/{month}")

    assert shipped.found() == [(Wrong.INDEX_LACKS, 0, 9)]


def test_an_entry_that_was_changed_by_way_of_a_copy_is_named(shipped: Shipped) -> None:
    copy = f"{shipped.month}-copy"
    shipped.copy_of(shipped.month, copy, append_only=False)
    shipped.do("POST", f"/{copy}/_update/{shipped.id_of(6)}?refresh=true", {"doc": {"user": {"name": "Nobody"}}})
    shipped.do("DELETE", "/{month}")
    shipped.copy_of(copy, shipped.month, append_only=True)
    shipped.do("DELETE", f"/{copy}")

    assert shipped.found() == [(Wrong.INDEX_CHANGED, 6, 6)]


def test_an_entry_that_was_taken_out_by_way_of_a_copy_is_missed(shipped: Shipped) -> None:
    copy = f"{shipped.month}-copy"
    shipped.copy_of(shipped.month, copy, append_only=False)
    shipped.do("DELETE", f"/{copy}/_doc/{shipped.id_of(4)}?refresh=true")
    shipped.do("DELETE", "/{month}")
    shipped.copy_of(copy, shipped.month, append_only=True)
    shipped.do("DELETE", f"/{copy}")

    assert shipped.found() == [(Wrong.INDEX_LACKS, 4, 4)]


def test_a_copy_that_lies_beside_the_month_is_too_many(shipped: Shipped) -> None:
    shipped.copy_of(shipped.month, f"{shipped.month}-copy", append_only=False)

    assert (Wrong.INDEX_EXTRA, 0, 9) in shipped.found()


def test_an_older_state_that_was_restored_lacks_what_came_since(shipped: Shipped) -> None:
    repository = f"/_snapshot/{shipped.months.name}"
    location = str(shipped.server.folder / "snapshots" / shipped.months.name)
    shipped.do("PUT", repository, {"type": "fs", "settings": {"location": location}})
    shipped.do("PUT", f"{repository}/old?wait_for_completion=true", {"indices": shipped.month})
    shipped.write(login())
    shipped.ship()
    assert shipped.found() == []
    shipped.do("DELETE", "/{month}")
    shipped.do("POST", f"{repository}/old/_restore?wait_for_completion=true", {"indices": shipped.month})

    assert shipped.found() == [(Wrong.INDEX_LACKS, 10, 12)]


def test_an_entry_that_was_put_in_is_too_many(shipped: Shipped) -> None:
    event = json.loads(
        shipped.months.asked_by("sightline-verifier", "GET", f"/{shipped.month}/_source/{shipped.id_of(9)}").content
    )
    event["event"]["sequence"] = 10
    shipped.do("PUT", f"/{shipped.month}/_create/{shipped.id_of(10)}?refresh=true", event, "sightline-admin")

    assert shipped.found() == [(Wrong.INDEX_EXTRA, 10, 10)]


def test_entries_that_are_not_shipped_yet_are_no_finding(shipped: Shipped) -> None:
    shipped.write(login())

    assert shipped.found() == []


def test_a_rebuilt_index_has_everything_again(shipped: Shipped) -> None:
    shipped.do("DELETE", "/{month}")
    shipped.months.intake.rewind()
    shipped.ship()

    assert shipped.found() == []


def test_a_cluster_that_cannot_be_asked_is_no_finding_and_no_all_clear(shipped: Shipped) -> None:
    verifier = shipped.server.identities / "sightline-verifier"
    nobody = Cluster("https://127.0.0.1:9", verifier / "ca.pem", verifier / "identity.pem")

    with pytest.raises(IndexUnreadable, match="cannot be asked: ConnectionRefusedError"):
        verify(shipped.data, against_index=True, cluster=nobody)


def test_the_commands_ship_and_compare(
    opensearch: OpenSearch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = writer(tmp_path)
    journal.write([login()])
    journal.close()
    shipper, verifier = (
        str(opensearch.identities / name / "identity.pem") for name in ("sightline-shipper", "sightline-verifier")
    )
    there = ["--index", opensearch.url, "--authority", str(opensearch.identities / "sightline-verifier" / "ca.pem")]

    assert main(["ship", str(tmp_path), "--once", *there, "--identity", shipper, "--verifier", verifier]) == 0
    assert main(["verify", str(tmp_path), "--against-index", *there, "--identity", verifier]) in {0, 1}

    assert capsys.readouterr().out.startswith("5 entries shipped.\n")
