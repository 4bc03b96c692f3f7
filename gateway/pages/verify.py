"""Is this copy genuine? By its number, or by the file itself; says who printed it to nobody."""

import hashlib
import re

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.boundary import caller as callers
from gateway.boundary import forms
from gateway.boundary.html import Html, Problem, json, wants_json
from gateway.oversight.activity import Oversight, copy_status
from gateway.prints import copy_id

_LARGEST = 20 << 20  # bytes; the longest print is far smaller
_TITLE = re.compile(rb"Sightline record copy ([0-9A-Z-]{14})")  # as gateway/prints/layout.typ writes it


async def form(request: Request, *, html: Html) -> Response:
    """GET /verify."""
    return html.page(request, "verify.html", number=None, verdict=None, status_found=None, problems={})


async def by_number(request: Request, *, oversight: Oversight, html: Html) -> Response:
    """GET /verify/{copy_id}: genuine when such a copy was printed here, unknown otherwise."""
    return await _answer(request, oversight, html, request.path_params["copy_id"], None)


async def by_file(request: Request, *, oversight: Oversight, html: Html) -> Response:
    """POST /verify with `copy_id`, the `file` or both: a file is genuine only when every byte is as printed."""
    async with forms.form(request, files=1) as sent:
        number, file = sent.get("copy_id"), sent.get("file")
        typed = number if isinstance(number, str) else ""
        if isinstance(file, UploadFile) and file.filename:
            content = await file.read(_LARGEST + 1)
            return await _answer(request, oversight, html, typed or _titled(content), content)
    known = copy_id.parse(typed)
    if known:
        return RedirectResponse(f"/verify/{known}", 303)
    if not typed.strip():
        return _nothing(request, html)
    return await _answer(request, oversight, html, typed, None)


def _nothing(request: Request, html: Html) -> Response:
    message = "Type the number of the copy, or choose the file."
    if wants_json(request):
        raise Problem(422, "Something is missing or wrong.", errors=[{"field": "copy_id", "message": message}])
    problems = {"copy_id": message}
    return html.page(request, "verify.html", 422, number=None, verdict=None, status_found=None, problems=problems)


def _titled(content: bytes) -> str:
    """The number that a copy says it has, or nothing."""
    found = _TITLE.search(content)
    return found[1].decode() if found else ""


async def _answer(request: Request, oversight: Oversight, html: Html, typed: str, content: bytes | None) -> Response:
    number = copy_id.parse(typed)
    origin = callers.origin(request)
    visit = request.scope["caller"].visit
    by = None if visit is None else visit.actor
    found = None if number is None else await copy_status(oversight, number, by, origin.trace_id)
    if found is None:
        verdict = "unknown"
    elif content is None or hashlib.sha256(content).hexdigest() == found.sha256:
        verdict = "genuine"
    else:
        verdict = "altered"
    if wants_json(request):
        told = {} if found is None else {"printed_at": found.printed_at, "pages": found.pages}
        return json({"copy_id": number, "verdict": verdict, **told})
    return html.page(
        request,
        "verify.html",
        200 if found else 404,
        number=copy_id.grouped(number) if number else typed[:40],
        verdict=verdict,
        status_found=found,
        checked_file=content is not None,
        problems={},
    )
