"""`sightline serve`, `check` and `directory upgrade`: the gateway from a settings file."""

import os
import sys
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from gateway import logs, settings
from gateway.app import CANNOT_START, application
from gateway.directory import schema
from gateway.directory.schema import OldSchema
from gateway.settings import Settings, SettingsRefused


def serve(file: Path | None) -> int:
    """Serve until told to stop."""
    known = _read(file)
    if known is None:
        return 1
    try:
        uvicorn.run(
            "gateway.serve:factory",
            factory=True,
            host=known.web.host,
            port=known.web.port,
            access_log=False,
            log_config=None,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=5,
        )
    except CANNOT_START as refused:
        print(f"Sightline does not start: {refused}", file=sys.stderr)  # noqa: T201 - a command speaks to its user
        return 1
    return 0


def factory() -> ASGIApp:
    """The application of one worker; it reads the same settings as the command, once."""
    logs.configure()
    named = os.environ.get("SIGHTLINE_SETTINGS")
    return application(settings.read(Path(named) if named else None, os.environ))


def check(file: Path | None) -> int:
    """Say everything that is wrong with the settings, or what they all are."""
    known = _read(file)
    if known is None:
        return 1
    for name, default, why in settings.described():
        section, _, field = name.partition(".")
        value = getattr(getattr(known, section), field)
        print(f"{name} = {value}  (default {default}; {why})")  # noqa: T201 - a command speaks to its user
    return 0


def upgrade(file: Path | None) -> int:
    """Bring the directory's tables up to date."""
    known = _read(file)
    if known is None:
        return 1
    schema.upgrade(known.directory.url)
    return 0


def _read(file: Path | None) -> Settings | None:
    if file is not None:
        os.environ["SIGHTLINE_SETTINGS"] = str(file)  # workers read the same file
    try:
        known = settings.read(file, os.environ)
        settings.refuse_gaps(known)
    except SettingsRefused as refused:
        print(refused, file=sys.stderr)  # noqa: T201 - a command speaks to its user
        return None
    try:
        schema.check(known.directory.url)
    except OldSchema as old:
        print(old, file=sys.stderr)  # noqa: T201 - a command speaks to its user
    return known
