"""The outermost layer: known host, one id and one log line a request, the headers every answer carries.

Pure ASGI. Whatever is raised further in ends here: a log line with the type's name, never its text, and a plain 500.
"""

import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.boundary.html import Html, Problem
from gateway.identity.visit import Origin
from gateway.logs import log
from gateway.metrics import REQUESTS

_FIXED: Mapping[str, str] = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
# A method is whatever a client writes: only these become the name of a figure.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})


class Edge:
    """Wraps the whole application. `form_targets` are the origins a form may lead to: the identity provider's."""

    def __init__(self, app: ASGIApp, public_url: str, form_targets: tuple[str, ...], html: Html) -> None:
        self._app = app
        self._html = html
        self._public_url = public_url
        self._host = urlsplit(public_url).netloc
        self._secure = public_url.startswith("https://")
        self._form_action = " ".join(("'self'", *form_targets))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the lifespan."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        trace_id, nonce = secrets.token_hex(16), secrets.token_urlsafe(16)
        scope["origin"] = Origin(ip=(scope.get("client") or (None,))[0], trace_id=trace_id, device=device(headers))
        scope["nonce"] = nonce
        started, status = time.perf_counter(), 0

        async def with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                carried = MutableHeaders(scope=message)
                for name, value in _FIXED.items():
                    carried.setdefault(name, value)
                carried.setdefault("content-security-policy", self._policy(nonce))
                if self._secure:
                    carried["strict-transport-security"] = "max-age=63072000"
            await send(message)

        try:
            if headers.get("host") != self._host and scope["path"] not in {"/healthz", "/readyz"}:
                await self._elsewhere(scope)(scope, receive, with_headers)
            else:
                await self._app(scope, receive, with_headers)
        except Exception as error:  # noqa: BLE001 - the edge of a request: what is left is a defect
            where = _where(error)
            log.error("request.failed", error=type(error).__name__, reason=where, request=trace_id)
            if not status:  # nothing was sent yet
                failed = PlainTextResponse("Sightline failed to answer. Nothing more was shown. Try again.", 500)
                await failed(scope, receive, with_headers)
        finally:
            self._note(scope, status, time.perf_counter() - started, trace_id)

    def _elsewhere(self, scope: Scope) -> ASGIApp:
        """A request under another name: a reader is led to the right one, anything else is refused."""
        if scope["method"] == "GET" and scope["path"] == "/":
            return RedirectResponse(self._public_url + "/", 307)
        elsewhere = Problem(421, "Sightline is not at this address", f"Sightline is at {self._public_url}.")
        return self._html.problem(Request(scope), elsewhere)

    def _policy(self, nonce: str) -> str:
        return (
            f"default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; img-src 'self'; "
            f"font-src 'self'; connect-src 'self'; form-action {self._form_action}; base-uri 'none'; "
            "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types htmx"
        )

    def _note(self, scope: Scope, status: int, seconds: float, trace_id: str) -> None:
        route = getattr(scope.get("route"), "path_format", "unmatched")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        REQUESTS.labels(route, method, str(status)).observe(seconds)
        log.info(
            "request",
            method=method,
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            request=trace_id,
        )


def device(headers: Mapping[str, str]) -> str:
    """`desktop`, `handheld` or `unknown`, by what the browser says of itself; the rule for handhelds is stricter."""
    told = headers.get("sec-ch-ua-mobile")
    agent = headers.get("user-agent", "")
    if told == "?1" or any(word in agent for word in ("Mobile", "Android", "iPhone", "iPad", "Tablet")):
        return "handheld"
    if told == "?0" or any(word in agent for word in ("Windows NT", "Macintosh", "X11;", "CrOS")):
        return "desktop"
    return "unknown"


def _where(error: BaseException) -> str:
    """File and line of a defect: enough to find it, and no word of what it was working on."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return "" if last is None else f"{Path(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}"
