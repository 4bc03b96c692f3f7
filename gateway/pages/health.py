"""Is this process alive, and may it be sent people? With its reasons, and no data."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gateway.boundary.html import json
from gateway.identity.sessions import Sessions, SessionsUnavailable
from gateway.oversight.activity import Oversight
from gateway.oversight.check import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What readiness is judged by."""

    sessions: Sessions
    oversight: Oversight
    watch: Watch


async def healthz(_request: Request) -> Response:
    """GET /healthz: this process answers."""
    return PlainTextResponse("alive")


async def readyz(_request: Request, *, readiness: Readiness) -> Response:
    """GET /readyz: 200, or 503 with the reasons. Never red for the index alone: officers go on without it."""
    reasons = []
    health = readiness.oversight.recorder.health()
    if not health.ok:
        reasons.append(f"the activity record cannot be written: {health.why}")
    try:
        await readiness.sessions.ping()
    except SessionsUnavailable:
        reasons.append("the session store cannot be reached")
    last = readiness.watch.last
    lag = readiness.oversight.shipping.lag()
    said = {
        "ready": not reasons,
        "reasons": reasons,
        "record": {
            "size": health.size,
            "proof": health.proof,
            "whole": last.whole,
            "checked_at": last.at,
        },
        "index_lag_s": round(lag.seconds, 1),
        "index_backlog": lag.entries,
    }
    return json(said, 503 if reasons else 200)
