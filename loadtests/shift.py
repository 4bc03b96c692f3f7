"""A shift of officers: sign in, ask, read, open, print rarely, pause. Run by `make load`.

A run fails when anything fails, or when a threshold below is missed.
"""

import random
import re
import time

from browser import Browser
from locust import FastHttpUser, between, events, task
from locust.env import Environment

ASKED = (
    "hollis, merrick 2/11/1980",
    "callowhill, tamara 5/17/1996",
    "delossantos, ramiro",
    "brackenridge, tobias",
    "nettlefold, quillan",
    "ZKT-4471",
    "000093311407",
    "26CR001934",
)
FIRST_PANEL = "first panel"

# Milliseconds at the 95th percentile, on two cores that the officers share with the gateway.
THRESHOLDS = {FIRST_PANEL: 400, "/search stream": 600, "/search json": 600, "/records": 400, "/prints": 1500}


class Officer(FastHttpUser):
    """One deputy, who thinks a little between acts."""

    wait_time = between(0.5, 2.0)

    def on_start(self) -> None:
        """Sign in."""
        self.browser = Browser(self.client, self.host or "")
        self.browser.sign_in("officer")
        self.handles: list[str] = []

    @task(6)
    def ask(self) -> None:
        """As a page does: a stream, and the time until its first panel stands."""
        started = time.perf_counter()
        first = None
        form = {"q": random.choice(ASKED), "purpose": "C", "case_number": "26-04417"}
        with self.client.post(
            "/search",
            form,
            name="/search stream",
            headers=self.browser.headers("text/html, text/event-stream"),
            stream=True,
            catch_response=True,
        ) as answer:
            text = ""
            for chunk in answer.iter_content(512):  # bytes; less than any panel
                text += chunk if isinstance(chunk, str) else chunk.decode("utf-8", "replace")
                if first is None and "event: panels" in text:
                    first = (time.perf_counter() - started) * 1000
            if answer.status_code != 200 or "event: complete" not in text:
                answer.failure(f"{answer.status_code}, not complete")
        self.handles += re.findall(r"/records/([\w-]+)", text)
        self.handles = self.handles[-20:]
        if first is not None:
            events.request.fire(
                request_type="STREAM",
                name=FIRST_PANEL,
                response_time=first,
                response_length=0,
                exception=None,
                context={},
            )

    @task(2)
    def ask_as_a_program(self) -> None:
        """The same question as one JSON document."""
        form = {"q": random.choice(ASKED), "purpose": "C", "case_number": "26-04417"}
        self.client.post("/search", json=form, name="/search json", headers=self.browser.headers("application/json"))

    @task(3)
    def open(self) -> None:
        """Open a record of the last answers."""
        if self.handles:
            path = f"/records/{random.choice(self.handles)}"
            self.client.get(path, name="/records", headers=self.browser.headers("text/html"))

    @task(1)
    def print(self) -> None:
        """Put one on paper."""
        if self.handles and random.random() < 0.3:
            form = {"handle": random.choice(self.handles), "recipient": "A. Clerk", "recipient_agency": "Marlow Police"}
            self.client.post("/prints", form, name="/prints", headers=self.browser.headers("application/pdf"))


@events.quitting.add_listener
def hold_against_thresholds(environment: Environment, **_: object) -> None:
    """Say what was missed; the run's exit code follows."""
    missed = []
    for entry in environment.stats.entries.values():
        limit = THRESHOLDS.get(entry.name)
        p95 = entry.get_response_time_percentile(0.95)
        if limit is not None and p95 > limit:
            missed.append(f"{entry.name}: p95 {p95:.0f} ms, the threshold is {limit} ms")
    if environment.stats.total.num_failures:
        missed.append(f"{environment.stats.total.num_failures} requests failed")
    missed += [f"{name}: never happened" for name in THRESHOLDS if not _happened(environment, name)]
    for line in missed:
        print(line)
    environment.process_exit_code = 1 if missed else 0


def _happened(environment: Environment, name: str) -> bool:
    return any(entry.name == name and entry.num_requests for entry in environment.stats.entries.values())
