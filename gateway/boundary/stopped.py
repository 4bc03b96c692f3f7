"""Nothing is shown that cannot be recorded or that nobody can be checked for: the 503, in plain words."""

import base64
import hashlib

from starlette.requests import Request
from starlette.responses import Response

from audit.recorder import CannotRecord
from gateway.boundary.audience import kept_from
from gateway.boundary.html import Html, Problem
from gateway.directory.store import DirectoryUnavailable
from gateway.identity.sessions import SessionsUnavailable
from gateway.logs import log
from gateway.metrics import NOT_RECORDED

CANNOT_SHOW = (CannotRecord, SessionsUnavailable, DirectoryUnavailable)


def cause_of(error: BaseException) -> str:
    """Which of them it is: `record`, `sessions` or `directory`."""
    if isinstance(error, CannotRecord):
        return "record"
    return "directory" if isinstance(error, DirectoryUnavailable) else "sessions"


def note(error: BaseException, trace_id: str) -> None:
    """Tell operations; every withheld answer counts."""
    NOT_RECORDED.inc()
    log.error(
        "answer.withheld",
        reason=cause_of(error),
        error=type(error).__name__,
        request=trace_id,
        reference=reference(trace_id),
    )


def reference(trace_id: str) -> str:
    """What an officer reads out on the phone: `7F3K-Q2`. The log has it beside the request's id."""
    short = base64.b32encode(hashlib.sha256(trace_id.encode()).digest())[:6].decode()
    return f"{short[:4]}-{short[4:]}"


async def answer(request: Request, error: Exception, html: Html) -> Response:
    """The page or JSON problem that says why nothing is shown, with what was typed."""
    trace_id = request.scope["origin"].trace_id
    note(error, trace_id)
    what = "record" if cause_of(error) == "record" else "check who you are"
    problem = Problem(
        503,
        f"Sightline cannot {what}, so it shows nothing.",
        "Use your dispatcher or radio now. Try again in a minute.",
        template="stopped.html",
        cause=cause_of(error),
        reference=reference(trace_id),
        typed=await kept_from(request),
    )
    return html.problem(request, problem)
