"""One record, whole, and its photograph: each load is a view of its own, recorded before it is shown."""

from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from gateway.boundary.html import RECEIPT, Html, Problem, json, wants_json
from gateway.boundary.menu import home
from gateway.identity.visit import Visit
from gateway.pages import answer_json, prints
from gateway.pages.lamps import by_alert
from gateway.pages.missing import problem
from gateway.pages.prints import Paper
from gateway.release import record as records
from gateway.release.door import Door
from gateway.release.released import ReleasedPicture, ReleasedRecord
from gateway.release.tables import rows


async def view(request: Request, visit: Visit, *, door: Door, paper: Paper, html: Html) -> Response:
    """GET /records/{handle}."""
    _refuse_prefetch(request)
    found = await records.view(door, visit, request.path_params["handle"])
    if not isinstance(found, ReleasedRecord):
        raise problem(found)
    if wants_json(request):
        return json(answer_json.opened(found))
    today = door.clock().astimezone(ZoneInfo(visit.principal.agency.zone)).date()
    return html.page(
        request,
        "record.html",
        found=found,
        receipt=str(found.receipt),
        alerts=by_alert([found.record], today),
        rows=rows(found.record, today),
        back=home(visit.principal.roles),
        **prints.form(
            found.record.handle,
            visit,
            await paper.directory.agencies(),
            {},
            {},
            found.lines,
            has_photograph=bool(found.record.attachments),
        ),
    )


async def photograph(request: Request, visit: Visit, *, door: Door) -> Response:
    """GET /records/{handle}/photograph: the picture itself."""
    _refuse_prefetch(request)
    found = await records.photograph(door, visit, request.path_params["handle"])
    if not isinstance(found, ReleasedPicture):
        raise problem(found)
    return Response(found.content, media_type=found.media_type, headers={RECEIPT: str(found.receipt)})


def _refuse_prefetch(request: Request) -> None:
    """A view is an act of a person. What a browser loads on a guess is refused, so that nothing is recorded as seen."""
    told = f"{request.headers.get('sec-purpose', '')} {request.headers.get('purpose', '')}"
    if "prefetch" in told or "prerender" in told:
        raise Problem(403, "Records are not loaded in advance", rule="request.prefetch")
