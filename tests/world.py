"""A world where all is well: the whole gateway in this process, invented people, sources, record and all.

A test changes one thing and looks at what a browser, a source or the record sees of it. The clock is fake; the session
store is an imitation that keeps no data on a disk (the flows run the same against the real one).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import fakeredis
import httpx2
import sqlalchemy as sa
from starlette.testclient import TestClient

from audit.frames import SEGMENT_HEADER_BYTES, frames
from audit.segments import segments
from connectors.contract import Connector
from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.inmate import Corrections
from connectors.stubs.sex_offender import Registry
from gateway.app import application
from gateway.demo import agencies
from gateway.demo.asked import Client
from gateway.demo.provider import StandIn
from gateway.directory import schema
from gateway.directory.tables import MEMBERS
from gateway.settings import Directory, Identity, Index, Journal, Operations, Sessions, Settings, Web

URL = "https://sightline.test"
ISSUER = "http://127.0.0.1:9"  # the stand-in's name; it is asked in this process, nothing listens there
DESKTOP = "Mozilla/5.0 (X11; Linux x86_64)"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Mobile"
GROUNDS = {"purpose": "C", "case_number": "26-04417"}
HOLLIS = {"q": "hollis, merrick 2/11/1980", **GROUNDS}


class Clock:
    """A clock that stands until it is put on."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    def on(self, **by: float) -> None:
        self.at += timedelta(**by)


class World:
    """One gateway at work. `browser()` gives someone's browser; `events()` what the journal holds."""

    def __init__(
        self,
        folder: Path,
        connectors: Sequence[Connector] | None = None,
        *,
        public_url: str = URL,
        index: Index | None = None,
        journal: Mapping[str, Any] | None = None,
    ) -> None:
        self.folder = folder
        self.clock = Clock()
        self.store = fakeredis.FakeServer()  # `connected = False` takes it away
        self.redis = fakeredis.FakeAsyncRedis(server=self.store)
        self.connectors = connectors or (Dmv(), Courts(), Registry(), Corrections())
        known = index or Index(path=folder / "index.sqlite", check_every_s=0.05)
        self.settings = _settings(folder, public_url, known, journal or {})
        schema.upgrade(self.settings.directory.url)
        agencies.fill(self.settings.directory.url, ISSUER, self.clock.at.date())
        client = Client(
            client_id="sightline",
            redirect_uris=frozenset({f"{URL}/signin/callback"}),
            post_logout_redirect_uris=frozenset({f"{URL}/signed-out"}),
            backchannel_logout_uri=f"{URL}/backchannel-logout",
        )
        back_channel = httpx2.MockTransport(lambda _request: httpx2.Response(200))
        self.provider = StandIn(ISSUER, client, self.clock.now, back_channel)
        self.stand_in = self.provider.app()
        self.app = application(
            self.settings,
            clock=self.clock.now,
            monotonic=self.clock.monotonic,
            connectors=self.connectors,
            redis=self.redis,
            transport=httpx2.ASGITransport(self.stand_in),
        )

    @contextmanager
    def running(self) -> Iterator["World"]:
        """From start to end of the gateway's process."""
        with TestClient(self.app, URL, follow_redirects=False, raise_server_exceptions=False) as client:
            self._client = client
            yield self

    def browser(self, agent: str = DESKTOP) -> "Browser":
        """A browser nobody signed in with yet."""
        return Browser(self, agent)

    def signed_in(self, account: str = "officer", agent: str = DESKTOP) -> "Browser":
        """The browser of someone who signed in and agreed to the notice."""
        browser = self.browser(agent)
        browser.sign_in(account)
        browser.post("/banner", {"accept": "yes"})
        return browser

    def change(self, account_subject: str, **values: object) -> None:
        """Change what an agency's list says of one of its people."""
        engine = sa.create_engine(self.settings.directory.url.replace("+aiosqlite", ""))
        with engine.begin() as connection:
            changed = sa.update(MEMBERS).where(MEMBERS.c.subject == account_subject).values(**values)
            connection.execute(changed)
        engine.dispose()

    def events(self, *actions: str) -> list[dict[str, Any]]:
        """What the journal holds, in order; of these actions, or all."""
        found: list[dict[str, Any]] = []
        for _, path in segments(self.folder / "journal"):
            content = path.read_bytes()
            found += [json.loads(content[start:end]) for *_, start, end in frames(content, SEGMENT_HEADER_BYTES)]
        return [event for event in found if not actions or event["event"]["action"] in actions]


class Browser:
    """One browser with its own cookies."""

    def __init__(self, world: World, agent: str) -> None:
        self._world = world
        self._client = world._client
        self._agent = agent
        self.cookies: dict[str, str] = {}

    def get(self, path: str, accept: str = "text/html", **headers: str) -> httpx2.Response:
        return self.send("GET", path, headers={"accept": accept, **headers})

    def post(self, path: str, form: Mapping[str, str] | None = None, **headers: str) -> httpx2.Response:
        return self.send("POST", path, data=dict(form or {}), headers={"accept": "text/html", "origin": URL, **headers})

    def ask(self, form: Mapping[str, Any] = HOLLIS) -> dict[str, Any]:
        """Search, as JSON; the answer."""
        answer = self.send("POST", "/search", json=dict(form), headers={"accept": "application/json", "origin": URL})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def send(self, method: str, path: str, *, headers: Mapping[str, str], **content: Any) -> httpx2.Response:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"user-agent": self._agent, **({"cookie": cookie} if cookie else {}), **headers}
        self._client.cookies.clear()
        answer = self._client.request(method, path, headers=sent, **content)
        for name, value in answer.cookies.items():
            self.cookies[name] = value
        return answer

    def sign_in(self, account: str) -> httpx2.Response:
        """Go to the provider, press the button of `account`, come back; the answer of the callback."""
        return self.get(self.prove(self.get("/signin").headers["location"], account))

    def prove(self, location: str, account: str) -> str:
        """Press the button of `account` at the provider; the path that its answer leads back to."""
        with TestClient(self._world.stand_in, ISSUER, follow_redirects=False) as provider:
            page = provider.get(location)
            hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
            form = {name: unescape(value) for name, value in hidden} | {"account": account}
            back = provider.post(str(page.url), data=form)
        returned = urlsplit(back.headers["location"])
        return f"{returned.path}?{returned.query}"


def _settings(folder: Path, public_url: str, index: Index, journal: Mapping[str, Any]) -> Settings:
    keys = folder / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    (keys / "sessions.key").write_bytes(bytes(32))
    (keys / "sessions.key").chmod(0o600)
    return Settings(
        web=Web(public_url=public_url),
        identity=Identity(issuer=ISSUER, acr=("aal2",), amr=("otp",)),
        sessions=Sessions(url="redis://127.0.0.1:9", key_file=keys / "sessions.key"),
        directory=Directory(url=f"sqlite+aiosqlite:///{folder / 'directory.db'}"),
        journal=Journal(**{"folder": folder / "journal", "keys": keys, "segment_bytes": 1 << 20, **journal}),
        index=index,
        operations=Operations(phone="(555) 010-0800", zone=agencies.ZONE),
    )
