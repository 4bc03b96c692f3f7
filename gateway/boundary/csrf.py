"""Unsafe methods must come from our own pages: by `Sec-Fetch-Site`, else by `Origin`; with neither, refused."""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.boundary.html import Html, Problem

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SameSite:
    """Refuses what another site made a browser send. `exempt` paths prove their sender in another way."""

    def __init__(self, app: ASGIApp, origin: str, exempt: frozenset[str], html: Html) -> None:
        self._app = app
        self._html = html
        self._origin = origin
        self._exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the lifespan."""
        if scope["type"] != "http" or scope["method"] in _SAFE or scope["path"] in self._exempt:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        site = headers.get("sec-fetch-site")
        ours = site in {"same-origin", "none"} if site is not None else headers.get("origin") == self._origin
        if ours:
            await self._app(scope, receive, send)
            return
        refused = Problem(
            403,
            "This request did not come from Sightline",
            "Open Sightline in this browser and send it from there.",
            rule="request.same_origin",
        )
        await self._html.problem(Request(scope), refused)(scope, receive, send)
