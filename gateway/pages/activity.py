"""What was done, for auditors: newest first, filtered, or one officer's day; a row a sentence; reading is recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gateway.boundary import forms
from gateway.boundary.html import Html, Problem, json, wants_json
from gateway.directory.people import Role
from gateway.directory.store import Directory
from gateway.identity.visit import Visit
from gateway.oversight import activity as record
from gateway.oversight.activity import Looked, Oversight, Refused
from gateway.oversight.check import Watch
from gateway.oversight.look import Look, Subject, read_look, read_subject
from gateway.oversight.story import ACTIONS, Story, stories
from gateway.pages.chart import Chart, by_hour
from gateway.pages.reading import by_day, officers, summary, ways
from gateway.policy.decide import RULES
from gateway.prints import copy_id
from gateway.search.question import Problem as Wrong
from gateway.search.question import problem_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Auditing:
    """What the auditors' pages need. `titles` are the sources' titles by name."""

    oversight: Oversight
    directory: Directory
    watch: Watch
    titles: Mapping[str, str]
    html: Html


async def activity(request: Request, visit: Visit, *, auditing: Auditing) -> Response:
    """GET and POST /activity. Officer and case come by POST: neither is ever in an address."""
    typed = dict(request.query_params) if request.method == "GET" else await forms.fields(request)
    if request.method == "GET":
        typed = {name: value for name, value in typed.items() if name not in {"officer", "case"}}
    look = read_look(typed, visit.principal.agency.zone)
    if not isinstance(look, Look):
        return await _again(request, visit, auditing, "activity.html", typed, look)
    looked = await _ask(record.activity(auditing.oversight, visit, look))
    if wants_json(request):
        return json(_document(looked))
    told = await _told(visit, auditing, looked)
    values = await _form(visit, auditing, typed)
    zone = visit.principal.agency.zone
    days = by_day(told, zone)
    chart = await _chart(visit, auditing, look)
    in_short = await _in_short(visit, auditing, look, looked, told) if look.day else None
    return auditing.html.page(
        request, "activity.html", **values, days=days, looked=looked, look=look, chart=chart, summary=in_short
    )


async def subject_form(request: Request, visit: Visit, *, auditing: Auditing) -> Response:
    """GET /activity/subject: the empty question "who looked?"."""
    values = await _form(visit, auditing, {})
    return auditing.html.page(request, "subject.html", **values, days=None, looked=None, officers=())


async def subject(request: Request, visit: Visit, *, auditing: Auditing) -> Response:
    """POST /activity/subject: everyone in scope who asked for or was shown a person, plate or record."""
    typed = await forms.fields(request)
    about = read_subject(typed, auditing.oversight.clock().date())
    if not isinstance(about, Subject):
        return await _again(request, visit, auditing, "subject.html", typed, about)
    looked = await _ask(record.subject(auditing.oversight, visit, about))
    if wants_json(request):
        return json(_document(looked))
    told = await _told(visit, auditing, looked)
    values = await _form(visit, auditing, typed)
    days = by_day(told, visit.principal.agency.zone)
    is_whole = not (looked.next or about.after)
    return auditing.html.page(
        request, "subject.html", **values, days=days, looked=looked, officers=officers(told), is_whole=is_whole
    )


async def typed(request: Request, visit: Visit, *, auditing: Auditing) -> Response:
    """POST /activity/typed: what was typed for one question; opening it is recorded and says so."""
    query_id = (await forms.fields(request)).get("query", "")
    found = await record.typed(auditing.oversight, visit, query_id)
    if isinstance(found, Refused):
        raise _refused(found)
    if found is None:
        raise Problem(404, "There is no such question", "It is not of your agency's users, or not in the index yet.")
    if wants_json(request):
        return json({"typed": found.clear, "entry": found.entry})
    return auditing.html.page(request, "typed.html", found=found, ways=ways(found.clear))


async def printed(request: Request, visit: Visit, *, auditing: Auditing) -> Response:
    """GET /activity/prints/{copy_id}: who printed a copy, when, for whom and why."""
    number = copy_id.parse(request.path_params["copy_id"])
    if number is None:
        raise Problem(404, "No copy has such a number", "Read it again: twelve characters, in three groups of four.")
    looked = await _ask(record.printed(auditing.oversight, visit, number))
    if wants_json(request):
        return json(_document(looked))
    days = by_day(await _told(visit, auditing, looked), visit.principal.agency.zone)
    return auditing.html.page(
        request, "printed.html", number=copy_id.grouped(number), days=days, looked=looked, whole=auditing.watch.last
    )


async def _ask(looking: Any) -> Looked:
    try:
        looked = await looking
    except ValueError as error:
        wrong = {"field": "after", "message": "Start from the first page again."}
        raise Problem(422, "This page does not exist", errors=[wrong]) from error
    if isinstance(looked, Refused):
        raise _refused(looked)
    found: Looked = looked
    return found


def _refused(refused: Refused) -> Problem:
    return Problem(403, "You may not read this", RULES[refused.rule], rule=refused.rule, entry=refused.entry)


async def _told(visit: Visit, auditing: Auditing, looked: Looked) -> list[Story]:
    whole = await record.whole_questions(auditing.oversight, visit, looked.events)
    return stories(looked.events, whole, auditing.titles)


async def _form(
    visit: Visit, auditing: Auditing, typed: Mapping[str, str], problems: Mapping[str, str] | None = None
) -> dict[str, Any]:
    statewide = Role.STATEWIDE_AUDITOR in visit.principal.roles
    members = await auditing.directory.members(None if statewide else visit.principal.agency.ori)
    agencies = await auditing.directory.agencies() if statewide else []
    return {
        "typed": typed,
        "problems": problems or {},
        "statewide": statewide,
        "agency": visit.principal.agency,
        "agency_options": [(agency.ori, agency.name) for agency in agencies],
        "member_options": [(member.id, member.name) for member in members],
        "officer_name": next((member.name for member in members if member.id == typed.get("officer")), "An officer"),
        "source_options": list(auditing.titles.items()),
        "action_options": list(ACTIONS.items()),
        "whole": auditing.watch.last,
    }


async def _again(
    request: Request, visit: Visit, auditing: Auditing, template: str, typed: Mapping[str, str], wrong: Sequence[Wrong]
) -> Response:
    if wants_json(request):
        errors = [{"field": problem.field, "message": problem.message} for problem in wrong]
        raise Problem(422, "Something is missing or wrong.", errors=errors)
    values = await _form(visit, auditing, typed, problem_words(wrong))
    return auditing.html.page(
        request, template, 422, **values, days=None, looked=None, look=None, chart=None, officers=()
    )


async def _chart(visit: Visit, auditing: Auditing, look: Look) -> Chart | None:
    """What was looked at by hour of the day; of everything, the searches."""
    wanted = look.wanted if look.wanted.actions else msgspec.structs.replace(look.wanted, actions=("search.request",))
    counts = await record.counts(auditing.oversight, visit, wanted, "hour", visit.principal.agency.zone)
    return by_hour(counts, ", ".join(ACTIONS.get(action, action) for action in wanted.actions))


async def _in_short(visit: Visit, auditing: Auditing, look: Look, looked: Looked, told: Sequence[Story]) -> str:
    """The day in a line, counted over all of it, however little of it is on this page."""
    zone = visit.principal.agency.zone
    acts = dict(await record.counts(auditing.oversight, visit, look.wanted, "action", zone))
    return summary(told, looked.events, acts, zone, is_whole=not (looked.next or look.after))


def _document(looked: Looked) -> dict[str, Any]:
    return {
        "events": looked.events,
        "next": looked.next,
        "index_lag_s": looked.lag_s,
        "entry": looked.entry,
    }
