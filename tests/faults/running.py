"""The real thing as a process of its own, with everything it starts; and browsers that speak HTTP to it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import redis

from tests.audit.examples import entries

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0  # a busy machine; nothing here waits that long where all is well
AGENT = "Mozilla/5.0 (X11; Linux x86_64)"
GROUNDS = {"purpose": "C", "case_number": "26-04417"}
HOLLIS = {"q": "hollis, merrick 2/11/1980", **GROUNDS}


def until(is_so: Callable[[], bool], what: str) -> None:
    """Look again and again until it is so. Fails when it never comes about."""
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.02)


class Gateway:
    """`sightline demo` over the folder `data`, which outlives it. Each start is on the port of the first."""

    def __init__(self, data: Path, fault: str = "") -> None:
        self.data = data
        self.address = ""
        self._port, self._fault = "0", fault
        self._process: subprocess.Popen[bytes] | None = None
        self._log = data.with_suffix(".log")
        self._browsers: list[Browser] = []

    @property
    def pid(self) -> int:
        return self._process.pid

    def start(self) -> None:
        """Start it and wait for the line that says where it is."""
        said = self._begin()
        found = re.search(r"Sightline is at (http://127\.0\.0\.1:(\d+))", said)
        assert found, said
        self.address, self._port = found[1], found[2]

    def refused(self) -> str:
        """Start it where it cannot start. Gives what it says; a traceback is no sentence."""
        said = self._begin()
        assert self._process.wait(PATIENCE_S) == 1
        assert "Traceback" not in said
        return said

    def _begin(self) -> str:
        """Start it, and wait until it says where it is or ends."""
        before = self._log.stat().st_size if self._log.exists() else 0
        command = [sys.executable, "-m", "gateway", "demo", "--port", self._port, "--data", self.data]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--fault", self._fault], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
            )
        until(lambda: self._process.poll() is not None or "Sightline is at" in self.said(before), "it started")
        return self.said(before)

    def said(self, since: int = 0) -> str:
        """What it printed."""
        return self._log.read_bytes()[since:].decode()

    def kill(self) -> None:
        """As a machine kills: the process alone, at once, without a word."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """As an operator ends it. Gives its exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(PATIENCE_S)

    def end(self) -> None:
        """End whatever is left, the session store that a killed one leaves behind too."""
        for browser in self._browsers:
            browser.close()
        if self._process and self._process.poll() is None:
            self.kill()
        with suppress(redis.ConnectionError), self.store() as store:
            store.shutdown(nosave=True)

    def store(self) -> redis.Redis:
        """The session store itself."""
        return redis.Redis(unix_socket_path=str(self.data / "sessions" / "valkey.sock"))

    def browser(self, account: str | None = None) -> "Browser":
        """Somebody's browser, signed in where an account is given."""
        browser = Browser(self.address)
        self._browsers.append(browser)
        if account:
            browser.sign_in(account)
        return browser

    def readiness(self) -> dict[str, Any]:
        """What /readyz says, with its status."""
        answer = httpx2.get(f"{self.address}/readyz", timeout=PATIENCE_S)
        return {"status": answer.status_code, **answer.json()}

    def is_ready(self) -> bool:
        """Whether /readyz is green."""
        return self.readiness()["status"] == 200

    def entries(self, *actions: str) -> list[dict[str, Any]]:
        """What its journal holds; of these actions, or all."""
        return [entry for entry in entries(self.data) if not actions or entry["event"]["action"] in actions]

    def verified(self) -> subprocess.CompletedProcess[str]:
        """What `sightline verify` says of it."""
        command = [sys.executable, "-m", "gateway", "verify", "--deep", self.data]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


class Browser:
    """One browser. A library's cookie jar keeps no Secure cookie over plain HTTP; browsers do, on loopback."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies: dict[str, str] = {}
        self._client = httpx2.Client(base_url=address, timeout=PATIENCE_S, trust_env=False)

    def close(self) -> None:
        self._client.close()

    def headers(self, accept: str) -> dict[str, str]:
        """What every request carries."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"accept": accept, "cookie": cookie, "origin": self.address, "user-agent": AGENT}

    def get(self, path: str, accept: str = "text/html") -> httpx2.Response:
        return self._kept(self._client.get(path, headers=self.headers(accept)))

    def post(self, path: str, form: Mapping[str, str], accept: str = "text/html") -> httpx2.Response:
        return self._kept(self._client.post(path, data=dict(form), headers=self.headers(accept)))

    def ask(self, form: Mapping[str, str] = HOLLIS) -> dict[str, Any]:
        """Search; the answer as JSON."""
        answer = self.post("/search", form, "application/json")
        assert answer.status_code == 200, answer.text
        return answer.json()

    @contextmanager
    def streaming(self, form: Mapping[str, str] = HOLLIS) -> Iterator[Iterator[str]]:
        """Search; the answer as it comes. Leaving early hangs up."""
        with self._client.stream(
            "POST", "/search", data=dict(form), headers=self.headers("text/event-stream")
        ) as answer:
            yield answer.iter_text()

    def sign_in(self, account: str) -> None:
        """Go to the identity service, press one person's button, come back, agree to the notice."""
        at = self.get("/signin").headers["location"]
        page = httpx2.get(at, timeout=PATIENCE_S)
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        form = {name: unescape(value) for name, value in hidden} | {"account": account}
        back = httpx2.post(at, data=form, timeout=PATIENCE_S)
        self.get(back.headers["location"])
        self.post("/banner", {"accept": "yes"})

    def _kept(self, answer: httpx2.Response) -> httpx2.Response:
        self.cookies |= dict(answer.cookies.items())
        return answer


def times(ordinarily: int) -> int:
    """How often a fault is repeated: more in a drill, by `N` in the environment."""
    return int(os.environ.get("N", ordinarily))
