"""`sightline serve`, `check` and `directory upgrade`: the gateway from its settings."""

import atexit
import contextlib
import os
import socket
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess

from connectors.installed import CannotInstall, installed
from gateway import gaps, logs, metrics, settings
from gateway.app import CannotStart, application
from gateway.directory import schema
from gateway.directory.schema import OldSchema
from gateway.directory.store import DirectoryUnavailable
from gateway.logs import log
from gateway.settings import Settings, SettingsRefused, Web


def serve(file: Path | None, workers: int) -> int:
    """Serve until told to stop."""
    logs.configure()
    try:
        known = settings.read(file, os.environ)
        if workers == 1:
            _serve(known)
        else:
            _supervise(known, file, workers)
    except (SettingsRefused, CannotInstall, CannotStart, DirectoryUnavailable, OldSchema) as why:
        return _refuse(why)
    return 0


def _serve(known: Settings) -> None:
    with _listen(known) as listening, _figures(known.web, 1):
        config = uvicorn.Config(application(known), **_SERVER)
        log.info("listening", address="{}:{}".format(*listening.getsockname()))
        with contextlib.suppress(KeyboardInterrupt):  # raised once everything has ended
            uvicorn.Server(config).run([listening])


def _supervise(known: Settings, file: Path | None, workers: int) -> None:
    """Keep `workers` processes serving. What keeps one from starting is said before any is started."""
    if known.journal.socket is None:
        raise CannotStart("more than one worker needs the recorder: start `sightline record`, and set journal.socket")
    gaps.refuse(known, [connector.source.name for connector in installed()])
    schema.check(known.directory.url)
    with _listen(known) as listening:
        config = uvicorn.Config(partial(worker, file, workers), factory=True, workers=workers, **_SERVER)
        log.info("listening", address="{}:{}".format(*listening.getsockname()), workers=workers)
        supervisor = Multiprocess(config, [listening])
        supervisor.run()
    if any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes):
        raise CannotStart("a worker could not start")


def worker(file: Path | None, workers: int) -> ASGIApp:
    """The application of one of `workers` processes, from the same settings, read anew."""
    logs.configure()
    try:
        known = settings.read(file, os.environ)
        figures = contextlib.ExitStack()
        figures.enter_context(_figures(known.web, workers))
        atexit.register(figures.close)
        return application(known)
    except (SettingsRefused, CannotStart) as why:
        _refuse(why)
        raise SystemExit(STARTUP_FAILURE) from why


_SERVER: Any = {
    "access_log": False,
    "log_config": None,
    "server_header": False,
    "ws": "none",
    "timeout_graceful_shutdown": 5,
}


def _listen(known: Settings) -> socket.socket:
    web = known.web
    try:
        return socket.create_server((web.host, web.port), family=socket.AF_INET6 if ":" in web.host else socket.AF_INET)
    except OSError as error:
        raise CannotStart(f"web.host, web.port: nobody can listen there ({error.strerror})") from error


@contextlib.contextmanager
def _figures(web: Web, workers: int) -> Iterator[None]:
    """Show this process's figures, each of `workers` at the first of as many ports that is free."""
    with contextlib.ExitStack() as until_the_end:
        for port in range(web.metrics_port, web.metrics_port + workers) if web.metrics_port else ():
            try:
                until_the_end.enter_context(metrics.served(web.metrics_host, port))
                break
            except OSError as error:
                why = error.strerror
        else:
            if web.metrics_port:
                raise CannotStart(f"web.metrics_host, web.metrics_port: nobody can listen there ({why})")
        yield


def check(file: Path | None, *, as_json: bool) -> int:
    """Say everything that is wrong with the settings, or what they all are."""
    try:
        known = settings.read(file, os.environ)
        gaps.refuse(known, [connector.source.name for connector in installed()])
    except SettingsRefused as refused:
        if as_json:
            _say(msgspec.json.encode({"problems": refused.problems}).decode())
            return 1
        return _refuse(refused)
    except CannotInstall as refused:
        return _refuse(refused)
    rows = [
        {"name": name, "value": settings.value_of(known, name), "default": default, "unit_and_reason": why}
        for name, default, why in settings.described()
    ]
    if as_json:
        _say(msgspec.json.encode({"problems": [], "settings": rows}).decode())
        return 0
    for row in rows:
        _say("{name} = {value}  (default {default}; {unit_and_reason})".format(**row))
    return 0


def upgrade(file: Path | None) -> int:
    """Bring the directory's tables up to date."""
    try:
        schema.upgrade(settings.read(file, os.environ).directory.url)
    except (SettingsRefused, DirectoryUnavailable) as refused:
        return _refuse(refused)
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _refuse(why: object) -> int:
    sys.stderr.write(f"{why}\n")
    return 1
