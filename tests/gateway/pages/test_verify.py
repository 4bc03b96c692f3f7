"""Whoever holds a copy can ask whether it is genuine: by its number, its file or both. Who printed it is not told."""

from collections.abc import Iterator
from typing import Any

import pytest

from audit.ship import Lag
from gateway.prints import copy_id
from tests.rules.waiting import shipped
from tests.world import URL, Browser, World


class Copy:
    """A copy that somebody printed, and a stranger who holds it."""

    def __init__(self, world: World) -> None:
        deputy = world.signed_in("officer")
        handle = deputy.ask()["sources"][0]["records"][0]["handle"]
        form = {"handle": handle, "recipient": "A. Clerk", "recipient_agency": "Marlow Police"}
        printed = deputy.post("/prints", form)
        self.number, self.content = printed.headers["x-sightline-copy"], printed.content
        self.stranger: Browser = world.browser()
        shipped(world)

    def verdict(self, content: bytes | None = None, number: str = "", name: str = "scan.pdf") -> Any:
        files = {"copy_id": (None, number), **({} if content is None else {"file": (name, content)})}
        answer = self.stranger.send(
            "POST", "/verify", headers={"origin": URL, "accept": "application/json"}, files=files
        )
        return answer.json().get("verdict", answer.status_code)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    with World(tmp_path_factory.mktemp("verify")).running() as world:
        yield Copy(world)


def test_a_file_tells_its_own_number_whatever_it_is_called_now(copy: Copy) -> None:
    assert copy.verdict(copy.content) == "genuine"


def test_one_changed_byte_is_seen(copy: Copy) -> None:
    changed = bytearray(copy.content)
    changed[len(changed) // 2] ^= 1

    assert copy.verdict(bytes(changed)) == "altered"


def test_a_genuine_file_is_not_another_copy(copy: Copy) -> None:
    assert copy.verdict(copy.content, "7777-7777-7777") == "unknown"


def test_a_file_with_no_number_is_unknown_and_its_holder_told_what_to_do(copy: Copy) -> None:
    answer = copy.stranger.send(
        "POST", "/verify", headers={"origin": URL, "accept": "text/html"}, files={"file": ("a.pdf", b"%PDF-1.7")}
    )

    assert copy.verdict(b"%PDF-1.7") == "unknown"
    assert "type the number that stands on it" in answer.text


def test_a_number_leads_to_an_address_that_can_be_kept(copy: Copy) -> None:
    grouped = "-".join(copy.number[place : place + 4].lower() for place in (0, 4, 8))
    answer = copy.stranger.post("/verify", {"copy_id": grouped})

    assert (answer.status_code, answer.headers["location"]) == (303, f"/verify/{copy.number}")
    page = copy.stranger.get(answer.headers["location"])
    assert "Genuine" in page.text
    assert "Ashgrove" not in page.text


def test_who_checked_a_copy_is_in_the_record_when_they_are_signed_in(world: World) -> None:
    for browser in (world.signed_in("officer"), world.browser()):
        browser.get(f"/verify/{copy_id.new()}")

    known, unknown = world.events("document.verify")
    assert known["user"]["name"] == "Dep. R. Ashgrove"
    assert "user" not in unknown


def test_nothing_at_all_is_asked_for_at_its_field(copy: Copy) -> None:
    answer = copy.stranger.post("/verify", {"copy_id": " "})

    assert answer.status_code == 422
    assert "Type the number of the copy, or choose the file." in answer.text


def test_a_copy_is_not_called_unknown_while_the_index_is_behind(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audit.ship.Shipper.lag", lambda _: Lag(3, 9.0, None))
    monkeypatch.setattr("gateway.oversight.activity._BETWEEN_LOOKS_S", 0.0)
    answer = copy.stranger.get("/verify/0000-0000-0000", "application/json")

    assert (answer.status_code, "verdict" in answer.json()) == (503, False)
