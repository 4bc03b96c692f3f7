"""`sightline serve`, `check` and `directory upgrade`: the gateway from its settings."""

import contextlib
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import uvicorn

from connectors.installed import CannotInstall, installed
from gateway import gaps, logs, metrics, settings
from gateway.app import CannotStart, application
from gateway.directory import schema
from gateway.directory.store import DirectoryUnavailable
from gateway.logs import log
from gateway.settings import Settings, SettingsRefused


def serve(file: Path | None, workers: int) -> int:
    """Serve until told to stop."""
    if workers > 1:
        return _refuse("More than one worker needs the recorder daemon, which does not exist yet. Use --workers 1.")
    logs.configure()
    try:
        _serve(settings.read(file, os.environ))
    except (SettingsRefused, CannotStart) as why:
        return _refuse(why)
    return 0


def _serve(known: Settings) -> None:
    web = known.web
    with contextlib.ExitStack() as until_the_end:
        with _listening_at("web.host, web.port"):
            family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
            listening = until_the_end.enter_context(socket.create_server((web.host, web.port), family=family))
        if web.metrics_port:
            with _listening_at("web.metrics_host, web.metrics_port"):
                until_the_end.enter_context(metrics.served(web.metrics_host, web.metrics_port))
        config = uvicorn.Config(
            application(known),
            access_log=False,
            log_config=None,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=5,
        )
        log.info("listening", address="{}:{}".format(*listening.getsockname()))
        with contextlib.suppress(KeyboardInterrupt):  # raised once everything has ended
            uvicorn.Server(config).run([listening])


@contextlib.contextmanager
def _listening_at(names: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotStart(f"{names}: nobody can listen there ({error.strerror})") from error


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
