"""The notice before use: a restricted system, monitored, recorded; agreed to at each sign-in, and that is recorded."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.boundary import forms
from gateway.boundary.audience import Guard
from gateway.boundary.caller import Caller
from gateway.boundary.html import Html, Problem
from gateway.pages.signin import Entrance


async def form(request: Request, caller: Caller, *, html: Html, guard: Guard, notice: str) -> Response:
    """GET /banner."""
    if caller.session is not None and caller.session.stopped is not None:
        raise await guard.stopped(caller)
    return html.page(request, "banner.html", notice=notice)


async def agree(request: Request, caller: Caller, *, entrance: Entrance, guard: Guard, notice: str) -> Response:
    """POST /banner with `accept=yes`."""
    if caller.key is None or caller.session is None:
        raise TypeError("the guard lets nobody in without a session")
    if caller.session.stopped is not None:
        raise await guard.stopped(caller)
    if (await forms.fields(request)).get("accept") != "yes":
        wrong = {"field": "accept", "message": "Agree to the notice, or sign out."}
        raise Problem(422, "Agree to the notice, or sign out", errors=[wrong])
    await entrance.signin.agree(caller.key, caller.session, caller.origin, notice)
    return RedirectResponse("/", 303)
