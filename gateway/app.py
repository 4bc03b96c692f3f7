"""The composition root: the only module that knows every part, and how they are put together, started and ended."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import msgspec
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from audit.index.cluster import IdentityUnusable
from audit.index.sqlite import IndexInUse, IndexUnreadable
from audit.keys import KeysUnusable
from audit.moments import Clock, Monotonic, utc_now
from audit.recorder import CannotRecord, Recorder
from audit.recovery import JournalDamaged
from audit.trust import TrustRefused
from connectors.contract import Connector
from connectors.installed import CannotInstall, installed
from gateway import gaps
from gateway.boundary.audience import Guard
from gateway.boundary.csrf import SameSite
from gateway.boundary.edge import Edge
from gateway.boundary.html import Html
from gateway.boundary.raised import handlers
from gateway.boundary.static import static
from gateway.directory import schema
from gateway.directory.schema import OldSchema
from gateway.directory.store import Directory, DirectoryUnavailable
from gateway.identity.claims import ClaimNames
from gateway.identity.provider import Provider, connections, read_provider
from gateway.identity.sessions import Sessions, connect
from gateway.identity.signin import SignIn
from gateway.logs import log
from gateway.oversight.activity import Oversight
from gateway.pages.activity import Auditing
from gateway.pages.health import Readiness
from gateway.pages.prints import Paper
from gateway.pages.signin import Entrance
from gateway.prints.press import Press
from gateway.recording import Recording, recording
from gateway.release.door import Door
from gateway.routes import BACKCHANNEL, Parts, routes
from gateway.settings import Settings, SettingsRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What has to be ended when the process ends, and what works in the background until then."""

    record: Recording
    press: Press
    directory: Directory
    redis: Redis
    transport: httpx2.AsyncBaseTransport


class CannotStart(Exception):
    """Something is not as it must be. The text says what, for the operator."""


_REASONS = (
    CannotInstall,
    CannotRecord,
    DirectoryUnavailable,
    IdentityUnusable,
    IndexInUse,
    IndexUnreadable,
    JournalDamaged,
    KeysUnusable,
    OldSchema,
    SettingsRefused,
    TrustRefused,
)


def application(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    monotonic: Monotonic = time.monotonic,
    connectors: Sequence[Connector] | None = None,
    redis: Redis | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> ASGIApp:
    """The gateway, from settings; what is given beside them is taken instead of what they name.

    Blocks while the journal is read. Raises `CannotStart`.
    """
    try:
        connectors = connectors or installed()
        gaps.refuse(settings, [connector.source.name for connector in connectors])
        schema.check(settings.directory.url)
        return _put_together(settings, clock, monotonic, connectors, redis, transport)
    except _REASONS as why:
        raise CannotStart(str(why)) from why


def _put_together(
    settings: Settings,
    clock: Clock,
    monotonic: Monotonic,
    connectors: Sequence[Connector],
    redis: Redis | None,
    transport: httpx2.AsyncBaseTransport | None,
) -> ASGIApp:
    record = recording(settings, clock, monotonic)
    redis = redis or connect(settings.sessions.url, _text(settings.sessions.password_file))
    sessions = Sessions(redis, _bytes(settings.sessions.key_file), clock)
    directory = Directory(settings.directory.url)
    transport = transport or connections()
    provider = Provider(read_provider(settings.identity, settings.web.public_url), clock, transport)
    press = Press()
    sources = _ordered(connectors, settings.search.sources)
    running = Running(
        record=record,
        press=press,
        directory=directory,
        redis=redis,
        transport=transport,
    )
    files = static(settings.web.static_max_age_s)
    idle = {"idle_s": settings.sessions.idle_s, "idle_handheld_s": settings.sessions.idle_handheld_s}
    html = Html(
        static_url=files.path,
        clock=clock,
        default_zone=settings.operations.zone,
        phone=settings.operations.phone,
        **idle,
    )
    oversight = Oversight(recorder=record.recorder, index=record.index, clock=clock, shipping=record.shipping)
    parts = Parts(
        settings=settings,
        html=html,
        guard=Guard(sessions=sessions, directory=directory, recorder=record.recorder, clock=clock, html=html, **idle),
        directory=directory,
        entrance=Entrance(
            provider=provider,
            sessions=sessions,
            signin=_signin(settings, directory, sessions, record.recorder, clock),
            html=html,
            **idle,
        ),
        door=Door(
            recorder=record.recorder,
            connectors=sources,
            sessions=sessions,
            clock=clock,
            context_s=settings.sessions.context_s,
            max_results=settings.search.max_results,
        ),
        paper=Paper(
            press=press,
            directory=directory,
            verify_url=f"{settings.web.public_url}/verify",
            paper_days=settings.operations.paper_days,
        ),
        auditing=Auditing(
            oversight=oversight,
            directory=directory,
            watch=record.watch,
            titles={name: connector.source.title for name, connector in sources.items()},
            html=html,
        ),
        readiness=Readiness(sessions=sessions, oversight=oversight, watch=record.watch),
    )
    return _edge(settings, html, files, parts, running)


def _edge(settings: Settings, html: Html, files: Mount, parts: Parts, running: Running) -> ASGIApp:
    inner = Starlette(
        routes=[files, *routes(parts)],
        exception_handlers=handlers(html),
        lifespan=lambda _app: _alive(running),
    )
    inner.router.redirect_slashes = False  # one page, one address; a redirect would repeat what stands in the query
    origin = settings.web.public_url
    guarded = SameSite(inner, origin, frozenset({BACKCHANNEL}), html)
    issuer = urlsplit(settings.identity.issuer)
    return Edge(guarded, origin, (f"{issuer.scheme}://{issuer.netloc}",), html)


@asynccontextmanager
async def _alive(running: Running) -> AsyncIterator[None]:
    """From start to end, with the work in the background: if any of it dies the process ends."""
    background = [
        asyncio.create_task(_vital(work))
        for work in (*(work() for work in running.record.work), running.press.warm_up())
    ]
    log.info("started", size=running.record.recorder.health().size)
    try:
        yield
    finally:
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await running.record.close()
        await running.directory.close()
        await running.redis.aclose()
        await running.transport.aclose()


async def _vital(work: Coroutine[None, None, None]) -> None:
    try:
        await work
    except Exception as error:  # whatever it was, the process must not go on without this work
        log.error("background.died", error=type(error).__name__)
        signal.raise_signal(signal.SIGTERM)
        raise


def _ordered(connectors: Sequence[Connector], names: Sequence[str]) -> dict[str, Connector]:
    """The connectors that are wanted, in the order of their panels."""
    known = {connector.source.name: connector for connector in connectors}
    return {name: known[name] for name in names}


def _signin(settings: Settings, directory: Directory, sessions: Sessions, recorder: Recorder, clock: Clock) -> SignIn:
    return SignIn(
        directory,
        sessions,
        recorder,
        clock,
        claim_names=msgspec.convert(dict(settings.identity.claims), ClaimNames),
        absolute_s=settings.sessions.absolute_s,
        dormant_days=settings.directory.dormant_days,
    )


def _bytes(file: Path | None) -> bytes:
    return b"" if file is None else file.read_bytes()


def _text(file: Path | None) -> str | None:
    return None if file is None else file.read_text("utf-8").strip()
