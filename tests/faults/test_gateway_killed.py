"""kill -9 at any moment of the day: after the restart every page that was shown has its event, none has it twice, the
record is whole, and nobody has to sign in again.
"""

import random
import re
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

import httpx2
import pytest

from tests.faults.running import Browser, Gateway, times

LONGEST_DAY_S = 1.0
PRINT = {"recipient": "A. Clerk", "recipient_agency": "Marlow Police"}
SHOWN_PANEL = re.compile(r'hx-target="#chip-(\w+)"')


class Day:
    """What officers do, over and over, each question for a case of its own, and what their browsers saw of it.

    `entries` are those that an answer names, with the action and case they must have; `panels` are the sources whose
    panels arrived in a stream, by case.
    """

    def __init__(self) -> None:
        self.entries: dict[int, tuple[str, str]] = {}
        self.panels: dict[str, set[str]] = {}
        self._cases = count()

    def work(self, officer: Browser) -> None:
        """Until the gateway is gone."""
        with suppress(httpx2.TransportError):
            while True:
                self._ask(officer)
                self._stream(officer)

    def _ask(self, officer: Browser) -> None:
        form = self._form()
        answer = officer.ask(form)
        self._saw(answer["receipt"]["sequence"], "search.disclose", form)
        for source in answer["sources"]:
            self._saw(source["entry"], "search.disclose", form)
        handle = answer["sources"][0]["records"][0]["handle"]
        record = officer.get(f"/records/{handle}", "application/json")
        self._saw(record.json()["entry"], "record.view", form)
        copy = officer.post("/prints", {"handle": handle, **PRINT})
        self._saw(int(copy.headers["x-sightline-entry"]), "document.print", form)

    def _stream(self, officer: Browser) -> None:
        form, text = self._form(), ""
        seen = self.panels.setdefault(form["case_number"], set())
        with officer.streaming(form) as frames:
            for part in frames:
                text += part
                seen |= set(SHOWN_PANEL.findall(text))

    def _form(self) -> dict[str, str]:
        return {"q": "hollis, merrick 2/11/1980", "purpose": "C", "case_number": f"K-{next(self._cases):06}"}

    def _saw(self, entry: int, action: str, form: dict[str, str]) -> None:
        self.entries[entry] = action, form["case_number"]


def case_of(entry: dict[str, Any]) -> str:
    return entry["cj"].get("case", {}).get("number", "none")


@pytest.mark.process
@pytest.mark.timeout(600 + 24 * times(25))
def test_whatever_was_shown_before_a_kill_is_in_the_record_after_it(make: Callable[[], Gateway]) -> None:
    gateway, day = make(), Day()
    gateway.start()
    officers = [gateway.browser("officer"), gateway.browser("officer2")]
    for _ in range(times(25)):
        working = [threading.Thread(target=day.work, args=(officer,)) for officer in officers]
        for thread in working:
            thread.start()
        working[0].join(random.uniform(0, LONGEST_DAY_S))
        gateway.kill()
        for thread in working:
            thread.join()
        gateway.start()
        assert [officer.get("/search").status_code for officer in officers] == [200, 200]

    told = gateway.entries()
    asked = Counter(case_of(entry) for entry in told if entry["event"]["action"] == "search.request")
    disclosed: dict[str, set[str]] = {}
    for entry in told:
        disclosed.setdefault(case_of(entry), set()).update(entry["cj"].get("source_status", {}))
    assert len(day.entries) > times(25)
    assert {number: (told[number]["event"]["action"], case_of(told[number])) for number in day.entries} == day.entries
    assert {case: seen for case, seen in day.panels.items() if not seen <= disclosed.get(case, set())} == {}
    assert {asked[case] for case in day.panels if day.panels[case]} == {1}
    assert [entry["event"]["sequence"] for entry in told] == list(range(len(told)))
    assert len({entry["event"]["id"] for entry in told}) == len(told)
    assert gateway.verified().stdout.endswith("0 findings.\n")
    assert gateway.stop() == 0
    assert gateway.verified().returncode == 0
