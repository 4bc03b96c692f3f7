"""What must be there and is not, or names what does not exist: said before anything starts, all at once."""

from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.identity.claims import ClaimNames
from gateway.identity.provider import read_provider
from gateway.settings import Identity, Problem, Settings, SettingsRefused

_SESSION_KEY_BYTES = 32


def refuse(settings: Settings, installed: Collection[str]) -> None:
    """Raise `SettingsRefused` unless a gateway can start with these settings and the `installed` sources."""
    problems = [
        *_identity(settings.identity, settings.web.public_url),
        *_stores(settings),
        *_names(settings, installed),
    ]
    if problems:
        raise SettingsRefused(problems)


def _identity(identity: Identity, public_url: str) -> Iterator[Problem]:
    if not identity.issuer:
        yield Problem("identity.issuer", "is missing: the URL of the OpenID provider")
        return
    if not identity.acr and not identity.amr:
        yield Problem("identity.acr", "is empty, and identity.amr too: nobody could prove a second factor")
    if identity.claims.keys() - set(ClaimNames.__struct_fields__):
        yield Problem("identity.claims", f"names some other attribute than {', '.join(ClaimNames.__struct_fields__)}")
    if identity.client_secret_file is not None and not _readable(identity.client_secret_file):
        yield Problem("identity.client_secret_file", "cannot be read")
        return
    try:
        read_provider(identity, public_url)
    except ValueError as error:
        yield Problem("identity", f"cannot be used: {error}")


def _stores(settings: Settings) -> Iterator[Problem]:
    key, password = settings.sessions.key_file, settings.sessions.password_file
    if key is None or not _readable(key) or key.stat().st_size != _SESSION_KEY_BYTES:
        yield Problem("sessions.key_file", f"is missing: a file of {_SESSION_KEY_BYTES} random bytes")
    if password is not None and not _readable(password):
        yield Problem("sessions.password_file", "cannot be read")
    if settings.index.url:
        for name in ("authority_file", "questions_key_file"):
            file = getattr(settings.index, name)
            if file is None or not _readable(file):
                yield Problem(f"index.{name}", "is missing: a cluster is asked over TLS, under a signature")
    if urlsplit(settings.sessions.url).password:
        yield Problem("sessions.url", "holds a password: put it into the file of sessions.password_file")
    if urlsplit(settings.directory.url).password:
        yield Problem("directory.url", "holds a password: put it where the driver looks, such as PGPASSFILE")


def _names(settings: Settings, installed: Collection[str]) -> Iterator[Problem]:
    missing = [name for name in settings.search.sources if name not in installed]
    if missing:
        yield Problem("search.sources", f"not installed: {', '.join(missing)}. Installed: {', '.join(installed)}")
    try:
        ZoneInfo(settings.operations.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Problem("operations.zone", "is not a zone: IANA names, such as America/New_York")


def _readable(file: Path) -> bool:
    try:
        with file.open("rb"):
            return True
    except OSError:
        return False
