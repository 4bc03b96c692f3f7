"""How the page looks and which keys it takes: two words in two cookies, by a form that works without scripts."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.boundary import caller as callers
from gateway.boundary import forms
from gateway.boundary.caller import KEYS, THEME, Caller
from gateway.boundary.html import THEMES

_YEAR_S = 365 * 24 * 3600


async def choose(request: Request, _caller: Caller) -> Response:
    """POST /appearance with `theme` (auto, day, night) and `keys` (on, off)."""
    typed = await forms.fields(request)
    response = RedirectResponse("/", 303)
    for name, cookie, words in (("theme", THEME, THEMES), ("keys", KEYS, ("on", "off"))):
        if typed.get(name) in words:
            callers.set_cookie(response, cookie, typed[name], _YEAR_S)
    return response
