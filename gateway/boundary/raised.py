"""What becomes of what a page raises: an answer in plain words, and never the text of the error."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match

from gateway.boundary import stopped
from gateway.boundary.audience import Elsewhere
from gateway.boundary.html import Html, Problem
from gateway.logs import log
from gateway.oversight.activity import CannotSearch


def handlers(html: Html) -> Mapping[type[Exception], Callable[..., Any]]:
    """For each kind of exception, what answers instead of the page."""

    async def problem(request: Request, error: Exception) -> Response:
        answer = html.problem(request, error if isinstance(error, Problem) else _as_problem(error))
        if answer.status_code == 405:
            answer.headers["allow"] = ", ".join(_methods_at(request))
        return answer

    async def withheld(request: Request, error: Exception) -> Response:
        return await stopped.answer(request, error, html)

    async def unsearchable(request: Request, error: CannotSearch) -> Response:
        log.warning("index.away", reason=str(error))
        return html.problem(request, Problem(503, *_UNSEARCHABLE))

    async def elsewhere(_request: Request, error: Elsewhere) -> Response:
        return RedirectResponse(error.path, 303)

    return {
        Problem: problem,
        HTTPException: problem,
        Exception: problem,
        Elsewhere: elsewhere,
        CannotSearch: unsearchable,
        **dict.fromkeys(stopped.CANNOT_SHOW, withheld),
    }


def _as_problem(error: Exception) -> Problem:
    status = error.status_code if isinstance(error, HTTPException) else 500
    title, detail = _STATUSES.get(status, ("Sightline cannot answer this", "Start again from your first page."))
    return Problem(status, title, detail)


_UNSEARCHABLE = (
    "The activity record cannot be searched now",
    "Its index does not answer, or not wholly. Nothing is lost: all is still written down. Try again in a minute.",
)

_STATUSES: Mapping[int, tuple[str, str]] = {
    500: ("Sightline failed to answer", "Nothing more was shown. Try again; if it happens again, call operations."),
    400: ("This request cannot be read", "Go back and send it again."),
    404: ("There is no such page", "Start again from your first page."),
    405: ("This page does not take that", "Start again from your first page."),
}


def _methods_at(request: Request) -> list[str]:
    """The methods of every page at the address of `request` (RFC 9110, 15.5.6)."""
    here = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in here for method in getattr(route, "methods", _OF_A_FILE)})


_OF_A_FILE = ("GET", "HEAD")
