"""Operators' logs: one JSON line an event, and no field that is not on the list.

A log is read by people who may see no record and no search term. So a field is written only if it is named here, and
other libraries' loggers speak from WARNING up: several write whole documents, queries or tokens below that.
"""

import logging
from collections.abc import MutableMapping
from typing import Any, Protocol

import msgspec
import structlog

ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "address",
        "attempt",
        "entry",
        "error",  # the type's name, never the text
        "findings",
        "method",
        "milliseconds",
        "outcome",
        "reason",
        "request",
        "route",
        "size",
        "source",
        "status",
    }
)

# Whatever is imported logs here; a name not in this list inherits the root's WARNING.
_SPOKEN_FOR = (
    "aiosqlite",
    "alembic",
    "asyncio",
    "authlib",
    "httpcore2",
    "httpx2",
    "redis",
    "sqlalchemy",
    "sse_starlette",
    "uvicorn",
    "uvicorn.access",
    "uvicorn.error",
)


class Log(Protocol):
    """What a module may say: a word for what happened, and facts from `ALLOWED`."""

    def info(self, event: str, **facts: Any) -> Any:
        """Say what is ordinary."""

    def warning(self, event: str, **facts: Any) -> Any:
        """Say what an operator should look at."""

    def error(self, event: str, **facts: Any) -> Any:
        """Say what an operator must look at now."""


def configure() -> None:
    """Set up logging for this process; called once, by the command that runs."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s", force=True)
    for name in _SPOKEN_FOR:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            _as_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(),
        cache_logger_on_first_use=True,
    )


def only_allowed(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The line without any field that is not on the list."""
    return {name: value for name, value in line.items() if name in ALLOWED}


def _as_json(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> bytes:
    return msgspec.json.encode(line, enc_hook=str)


log: Log = structlog.get_logger()
