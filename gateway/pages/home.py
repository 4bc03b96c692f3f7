"""`/`: each role's own home; and the page of a role that has no pages yet."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.boundary.html import Html, json, wants_json
from gateway.boundary.menu import home
from gateway.directory.people import Office, Role
from gateway.directory.store import Directory
from gateway.identity.visit import Visit

_MAY: Mapping[Role, tuple[str, str, str]] = {
    Role.SITE_ADMINISTRATOR: (
        "Site administrator",
        "You create, change, review and end the access of your agency's people.",
        "You see no records and ask no questions, and you never act on your own rights.",
    ),
    Role.TRAINING_COORDINATOR: (
        "Training coordinator",
        "You register your agency's people for classes and report who completed them.",
        "You see no records and ask no questions.",
    ),
    Role.OPERATIONS: (
        "Operations",
        "You keep the system running: health, sources, agencies and requests, in counts and states.",
        "You see no record and no search term.",
    ),
}


async def start(_request: Request, visit: Visit) -> Response:
    """GET /: on to where this role starts."""
    return RedirectResponse(home(visit.principal.roles), 303)


async def role(request: Request, visit: Visit, *, directory: Directory, html: Html) -> Response:
    """GET /role: what a role may do, what it never sees, and whom to ask."""
    found = next((role for role in _MAY if role in visit.principal.roles), None)
    if found is None:
        return RedirectResponse(home(visit.principal.roles), 303)
    name, may, never = _MAY[found]
    contact = await directory.contact(visit.principal.agency.ori, Office.HEAD)
    if wants_json(request):
        return json({"role": found, "may": may, "never": never, "ask": contact})
    return html.page(request, "role.html", role=name, may=may, never=never, contact=contact)
