"""Whoever was shown something has a receipt of it, and can ask later whether the record still says so."""

from pathlib import Path

from audit.receipts import Given
from audit.verify import verify
from tests.world import World


def test_every_thing_shown_has_a_receipt_that_holds_and_that_the_signed_log_covers(tmp_path: Path) -> None:
    with World(tmp_path).running() as world:
        deputy = world.signed_in()
        answer = deputy.ask()
        record = next(
            record for source in answer["sources"] for record in source["records"] if source["source"] == "dmv"
        )
        page = deputy.get(f"/records/{record['handle']}")
        photograph = deputy.get(f"/records/{record['handle']}/photograph")
        copy = deputy.post("/prints", {"handle": record["handle"], "recipient": "A. Clerk", "unlisted_reason": "court"})
    asked = answer["receipt"]
    texts = [
        f"{asked['log']}.{asked['sequence']}.{asked['leaf']}",
        page.text.partition('<data class="mono" value="')[2].partition('"')[0],
        photograph.headers["x-sightline-receipt"],
        copy.headers["x-sightline-receipt"],
    ]
    receipts = [Given.parse(text) for text in texts]

    report = verify(tmp_path, receipts=receipts)

    shown = {event["event"]["sequence"]: event["event"]["action"] for event in world.events()}
    assert [shown[receipt.sequence] for receipt in receipts] == [
        "search.disclose",
        "record.view",
        "photo.view",
        "document.print",
    ]
    assert report.findings == ()
    assert len(report.receipts) == 4
    assert report.proof is not None
    assert report.proof.size == len(world.events())
