"""Operators' logs: one JSON line an event, and no field that is not on the list.

A log is read by people who may see no record and no search term. So a field is written only if it is named here, and
other libraries' loggers speak from WARNING up: several write whole documents, queries or tokens below that. What they
do say is told by their name alone, for a message or a traceback may quote anything.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, BinaryIO, Protocol

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
        "library",
        "method",
        "milliseconds",
        "outcome",
        "reason",
        "reference",  # what an officer reads out on the phone
        "request",
        "route",
        "size",
        "source",
        "status",
    }
)


class Log(Protocol):
    """What a module may say: a word for what happened, and facts from `ALLOWED`."""

    def info(self, event: str, **facts: Any) -> Any:
        """Say what is ordinary."""

    def warning(self, event: str, **facts: Any) -> Any:
        """Say what an operator should look at."""

    def error(self, event: str, **facts: Any) -> Any:
        """Say what an operator must look at now."""


def configure(to: BinaryIO | None = None) -> None:
    """Set up logging for this process, to its standard output; called once, by the command that runs."""
    to = to or sys.stdout.buffer
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            _as_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(to),
    )
    # The level is the handler's too: a library that sets its own is not heard either.
    logging.basicConfig(level=logging.WARNING, handlers=[_Foreign(logging.WARNING)], force=True)


class _Foreign(logging.Handler):
    """What libraries say, as one of our lines: which of them, and how bad it is."""

    def emit(self, record: logging.LogRecord) -> None:
        say = log.error if record.levelno >= logging.ERROR else log.warning
        error = record.exc_info[0] if record.exc_info else None
        ours = record.name.partition(".")[0] == "audit"  # no library: its texts quote nothing
        say(
            "library",
            library=record.name,
            reason=record.getMessage() if ours else None,
            error=error.__name__ if error else None,
        )


def only_allowed(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The line without any field that is not on the list."""
    return {name: value for name, value in line.items() if name in ALLOWED and value is not None}


def _as_json(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> bytes:
    return msgspec.json.encode(line, enc_hook=str)


log: Log = structlog.get_logger()
