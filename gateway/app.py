"""The composition root: the only module that knows every part, and how they are put together, started and ended."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import msgspec
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from audit.cosigning import OverHttp, Witnesses
from audit.index.cluster import IdentityUnusable
from audit.index.opensearch import OpenSearchIndex
from audit.index.sqlite import IndexInUse, IndexUnreadable, SqliteIndex
from audit.inprocess import JournalRecorder, open_recorder
from audit.keys import KeysUnusable
from audit.moments import Clock, Monotonic, utc_now
from audit.recorder import CannotRecord
from audit.recovery import JournalDamaged
from audit.ship import Follower, Shipper
from audit.trust import TrustRefused, read_trust
from connectors.contract import Connector
from connectors.installed import CannotInstall, installed
from gateway import gaps, metrics
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
from gateway.oversight.check import Check
from gateway.oversight.indexes import let_go, open_index
from gateway.pages.activity import Auditing
from gateway.pages.health import Readiness
from gateway.pages.prints import Paper
from gateway.pages.signin import Entrance
from gateway.prints.press import Press
from gateway.release.door import Door
from gateway.routes import BACKCHANNEL, Parts, routes
from gateway.settings import Settings, SettingsRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What has to be ended when the process ends, and what works in the background until then."""

    recorder: JournalRecorder
    index: SqliteIndex | OpenSearchIndex
    shipping: Shipper | Follower
    check: Check
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
    with ExitStack() as undo:
        index, shipping = open_index(settings.index, settings.journal.folder, clock)
        if isinstance(index, SqliteIndex):
            undo.callback(index.close)
        recorder = open_recorder(
            settings.journal.folder,
            settings.journal.keys,
            deadline_s=settings.journal.deadline_s,
            segment_bytes=settings.journal.segment_bytes,
            clock=clock,
            monotonic=monotonic,
            witnesses=Witnesses(read_trust(settings.journal.witnesses), OverHttp())
            if settings.journal.witnesses
            else None,
        )
        undo.pop_all()  # from here on nothing refuses
    redis = redis or connect(settings.sessions.url, _text(settings.sessions.password_file))
    sessions = Sessions(redis, _bytes(settings.sessions.key_file), clock)
    directory = Directory(settings.directory.url)
    transport = transport or connections()
    provider = Provider(read_provider(settings.identity, settings.web.public_url), clock, transport)
    check = Check(settings.journal.folder, settings.index.check_every_s, clock)
    press = Press()
    sources = _ordered(connectors, settings.search.sources)
    _figures(recorder, shipping)
    running = Running(
        recorder=recorder,
        index=index,
        shipping=shipping,
        check=check,
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
    oversight = Oversight(recorder=recorder, index=index, clock=clock, shipping=shipping)
    parts = Parts(
        settings=settings,
        html=html,
        guard=Guard(sessions=sessions, directory=directory, recorder=recorder, clock=clock, html=html, **idle),
        directory=directory,
        entrance=Entrance(
            provider=provider,
            sessions=sessions,
            signin=_signin(settings, directory, sessions, recorder, clock),
            html=html,
            **idle,
        ),
        door=Door(
            recorder=recorder,
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
            check=check,
            titles={name: connector.source.title for name, connector in sources.items()},
            html=html,
        ),
        readiness=Readiness(sessions=sessions, oversight=oversight, check=check),
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
        for work in (running.shipping.run(), running.check.run(), running.press.warm_up())
    ]
    log.info("started", size=running.recorder.health().size)
    try:
        yield
    finally:
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await asyncio.to_thread(running.recorder.close)
        await let_go(running.index)
        await running.directory.close()
        await running.redis.aclose()
        await running.transport.aclose()


def _figures(recorder: JournalRecorder, shipping: Shipper | Follower) -> None:
    metrics.RECORDING.set_function(lambda: recorder.health().ok)
    metrics.ENTRIES.set_function(lambda: recorder.health().size)
    metrics.SIGNED.set_function(lambda: recorder.health().proof.signed)
    metrics.COSIGNED.set_function(lambda: recorder.health().proof.cosigned or 0)
    metrics.WORST_SYNC.set_function(lambda: recorder.health().worst_sync_ms / 1000)
    metrics.INDEX_LAG.set_function(lambda: shipping.lag().entries)
    metrics.INDEX_LAG_SECONDS.set_function(lambda: shipping.lag().seconds)


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


def _signin(
    settings: Settings, directory: Directory, sessions: Sessions, recorder: JournalRecorder, clock: Clock
) -> SignIn:
    return SignIn(
        directory,
        sessions,
        recorder,
        clock,
        claim_names=msgspec.convert(dict(settings.identity.claims), ClaimNames),
        absolute_s=settings.sessions.absolute_s,
        dormant_days=settings.directory.dormant_days,
    )


def _witnesses(file: Path | None) -> Witnesses | None:
    return None if file is None else Witnesses(read_trust(file), OverHttp())


def _bytes(file: Path | None) -> bytes:
    return b"" if file is None else file.read_bytes()


def _text(file: Path | None) -> str | None:
    return None if file is None else file.read_text("utf-8").strip()
