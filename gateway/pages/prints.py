"""POST /prints: the only way a record gets on paper. Asks for whom, answers with a PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway.boundary import forms
from gateway.boundary.html import RECEIPT, Html, Problem, wants_json
from gateway.directory.people import Agency
from gateway.directory.store import Directory
from gateway.identity.visit import Visit
from gateway.pages.missing import problem
from gateway.prints.press import Press
from gateway.release import copy as copies
from gateway.release.context import Line
from gateway.release.copy import NotSet
from gateway.release.door import Door
from gateway.release.released import ReleasedCopy
from gateway.search.question import Problem as Wrong
from gateway.search.question import problem_words, unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What printing needs: the press, the agencies a copy can go to, where it can be checked, how long it may live."""

    press: Press
    directory: Directory
    verify_url: str
    paper_days: int


async def post(request: Request, visit: Visit, *, door: Door, paper: Paper, html: Html) -> Response:
    """A copy of one record for a named recipient."""
    typed = await forms.fields(request)
    agencies = await paper.directory.agencies()
    wanted = _read(typed, {agency.name: agency for agency in agencies}, visit)
    if isinstance(wanted, list):
        if wants_json(request):
            errors = [{"field": wrong.field, "message": wrong.message} for wrong in wanted]
            raise Problem(422, "Say who gets this copy", errors=errors)
        values = form(
            typed.get("handle", ""),
            visit,
            agencies,
            typed,
            problem_words(wanted),
            has_photograph="photograph" in typed,
        )
        return html.page(request, "print-again.html", 422, **values)
    found = await copies.copy(
        door,
        paper.press,
        visit,
        typed.get("handle", ""),
        wanted,
        verify_url=paper.verify_url,
        paper_days=paper.paper_days,
    )
    if isinstance(found, NotSet):
        raise Problem(500, "This copy could not be set", "Nothing was printed. Try again.", entry=found.entry)
    if not isinstance(found, ReleasedCopy):
        raise problem(found)
    headers = {
        "content-disposition": f'inline; filename="sightline-{found.copy_id}.pdf"',
        "x-sightline-copy": found.copy_id,
        "x-sightline-entry": str(found.receipt.sequence),
        RECEIPT: str(found.receipt),
    }
    return Response(found.content, media_type="application/pdf", headers=headers)


def form(
    handle: str,
    visit: Visit,
    agencies: Sequence[Agency],
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    lines: Sequence[Line] = (),
    *,
    has_photograph: bool,
) -> dict[str, Any]:
    """What the form needs: whose copy, who else it could go to, and which sources it will say answered."""
    asked = [line.outcome for line in lines if line.outcome in {"answered", "unavailable"}]
    return {
        "handle": handle,
        "agencies": agencies,
        "typed": typed,
        "problems": problems,
        "handheld": visit.origin.device == "handheld",
        "has_photograph": has_photograph,
        "carries": f"{asked.count('answered')} of {len(asked)} answered." if asked else None,
    }


def _read(typed: Mapping[str, str], agencies: Mapping[str, Agency], visit: Visit) -> copies.Request | list[Wrong]:
    names = ("recipient", "recipient_agency", "unlisted_reason", "photograph")
    clean = {name: " ".join(typed.get(name, "").split()) for name in names}
    wrong = [found for name in names if (found := unreadable(name, typed.get(name, "")))]
    if not clean["recipient"]:
        wrong.append(Wrong("recipient", "Name the person who gets this copy."))
    by_ori = {agency.ori: agency for agency in agencies.values()}
    agency = agencies.get(clean["recipient_agency"]) or by_ori.get(clean["recipient_agency"].upper())
    if clean["recipient_agency"] and agency is None:
        wrong.append(Wrong("recipient_agency", "Choose an agency from the list, or say why theirs is not listed."))
    if not clean["recipient_agency"] and not clean["unlisted_reason"]:
        wrong.append(Wrong("recipient_agency", "Choose their agency, or say why it is not listed."))
    if clean["photograph"] not in {"", "yes", "no"}:
        wrong.append(Wrong("photograph", "Choose yes or no."))
    if wrong:
        return wrong
    return copies.Request(
        recipient=clean["recipient"],
        agency=None if agency is None else agency.name,
        unlisted_reason=clean["unlisted_reason"] or None,
        is_own_agency=agency is not None and agency.ori == visit.principal.agency.ori,
        photograph=clean["photograph"] == "yes",
    )
