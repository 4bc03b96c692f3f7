"""Is this copy genuine? By its number, or by the file itself; says who printed it to nobody."""

import hashlib

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.boundary import caller as callers
from gateway.boundary import forms
from gateway.boundary.html import Html, json, wants_json
from gateway.oversight.activity import Oversight, copy_status
from gateway.prints import copy_id

_LARGEST = 20 << 20  # bytes; the longest print is far smaller
_IN_FILE = 200  # bytes around a file's name in which its copy id may stand


async def form(request: Request, *, html: Html) -> Response:
    """GET /verify."""
    return html.page(request, "verify.html", number=None, verdict=None, status_found=None, problems={})


async def by_number(request: Request, *, oversight: Oversight, html: Html) -> Response:
    """GET /verify/{copy_id}: genuine when such a copy was printed here, unknown otherwise."""
    return await _answer(request, oversight, html, request.path_params["copy_id"], None)


async def by_file(request: Request, *, oversight: Oversight, html: Html) -> Response:
    """POST /verify with `copy_id` and, if there is one, the `file`: genuine only when every byte is as printed."""
    async with forms.form(request, files=1) as sent:
        number, file = sent.get("copy_id"), sent.get("file")
        typed = number if isinstance(number, str) else ""
        if isinstance(file, UploadFile) and file.filename:
            content = await file.read(_LARGEST + 1)
            return await _answer(request, oversight, html, typed or file.filename, content)
    known = copy_id.parse(typed)
    return RedirectResponse(f"/verify/{known}", 303) if known else await _answer(request, oversight, html, typed, None)


async def _answer(request: Request, oversight: Oversight, html: Html, typed: str, content: bytes | None) -> Response:
    number = copy_id.parse(typed) or copy_id.parse(typed.removeprefix("sightline-").removesuffix(".pdf"))
    origin = callers.origin(request)
    found = None if number is None else await copy_status(oversight, number, None, origin.trace_id)
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
