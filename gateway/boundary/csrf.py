"""Unsafe methods must come from our own pages: by `Sec-Fetch-Site`, else by `Origin`; with neither, refused."""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SameSite:
    """Refuses what another site made a browser send. `exempt` paths prove their sender in another way."""

    def __init__(self, app: ASGIApp, origin: str, exempt: frozenset[str]) -> None:
        self._app = app
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
        refused = JSONResponse(
            {
                "type": "about:blank",
                "title": "This request did not come from Sightline.",
                "status": 403,
                "detail": "Open Sightline in this browser and send it from there.",
                "rule": "request.same_origin",
            },
            403,
            media_type="application/problem+json",
        )
        await refused(scope, receive, send)
