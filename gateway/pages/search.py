"""The question and its answer: one page, one box; as a page, a stream of frames or JSON, under the same rules."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from connectors.contract import Key
from gateway.boundary import forms
from gateway.boundary.html import Html, Problem, json, wants_json, wants_stream
from gateway.directory.people import Role
from gateway.identity.visit import Visit
from gateway.pages import answer_json
from gateway.pages.screen import Screen
from gateway.policy.decide import RULES
from gateway.policy.grounds import PURPOSE_WORDS, REASONS, purposes_of
from gateway.release.door import Denied, Door
from gateway.release.released import Released
from gateway.release.search import Ask, Asked, ask
from gateway.search.envelope import Envelope, read_envelope
from gateway.search.question import Problem as Wrong
from gateway.search.question import Question, problem_words, read_question
from gateway.search.shift import Past, Shift, recall, remember

_SHIFT_S = 12 * 3600  # seconds; no session lasts longer


async def form(request: Request, visit: Visit, *, door: Door, html: Html) -> Response:
    """GET /search: an empty question, with the purpose and case the shift last used."""
    shift = await recall(door.sessions, visit.key)
    return html.page(request, "search.html", **_form(visit, door, shift, _remembered(shift)), answer=None)


async def post(request: Request, visit: Visit, *, door: Door, html: Html) -> Response:
    """POST /search: ask; or, with `fill`, put one of the shift's questions into the form and ask nothing."""
    typed = await forms.fields(request)
    shift = await recall(door.sessions, visit.key)
    if "fill" in typed:
        values = _form(visit, door, shift, _filled(shift, typed))
        return html.page(request, "search.html", **values, answer=None)
    today = door.clock().astimezone(ZoneInfo(visit.principal.agency.zone)).date()
    wanted = _read(typed, door, today)
    if not isinstance(wanted, Ask):
        if wants_json(request):
            errors = [{"field": wrong.field, "message": wrong.message} for wrong in wanted]
            raise Problem(422, "Something is missing or wrong.", errors=errors)
        return _again(request, html, _form(visit, door, shift, typed, problem_words(wanted)))
    asked = await ask(door, visit, wanted)
    if isinstance(asked, Denied):
        raise Problem(403, "You may not ask this", RULES[asked.rule], rule=asked.rule, entry=asked.entry)
    shift = shift.after(_past(asked, today))
    values = _form(visit, door, shift, typed)
    screen = Screen(request=request, visit=visit, door=door, html=html, asked=asked, today=today, remembered=values)
    if wants_stream(request):
        await asked.recorded()  # before the first byte: later there is no status left to refuse with
        await remember(door.sessions, visit.key, shift, _SHIFT_S)
        return screen.stream()
    complete = await asked.answer(_at_the_end, together=True)
    await remember(door.sessions, visit.key, shift, _SHIFT_S)
    if wants_json(request):
        return json(answer_json.document(asked, complete))
    shown = screen.now(complete.outcomes, complete)
    return html.page(request, "search.html", **values, answer=shown)


def _again(request: Request, html: Html, values: Mapping[str, Any]) -> Response:
    """The form with what was typed and what is wrong: in place of the old one, or as a page."""
    if not wants_stream(request):
        return html.page(request, "search.html", 422, **values, answer=None)
    response = html.page(request, "question.html", 422, **values, answer=None)
    response.headers["HX-Retarget"] = "#question"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


async def _at_the_end(_frame: Released) -> None:
    """A page and a JSON answer have one frame, and the end of the answer holds it."""


def _read(typed: Mapping[str, str], door: Door, today: date) -> Ask | list[Wrong]:
    names = [name for name in typed.get("sources", "").split(",") if name]
    wrong = [Wrong("sources", "There is no such source.")] if set(names) - door.connectors.keys() else []
    question, envelope = read_question(typed, today), read_envelope(typed)
    if isinstance(question, Question) and isinstance(envelope, Envelope) and not wrong:
        return Ask(question=question, envelope=envelope, chosen=frozenset(names) or None)
    for read in (envelope, question):  # as they stand on the page
        if isinstance(read, list):
            wrong += read
    return wrong


def _filled(shift: Shift, typed: Mapping[str, str]) -> dict[str, str]:
    """The form with what a past question typed, under the purpose and case it has now."""
    kept = {name: value for name, value in typed.items() if name in Envelope.__struct_fields__}
    past = [question.typed for place, question in enumerate(shift.questions) if str(place) == typed["fill"]]
    return {**kept, **(past[0] if past else {})}


def _past(asked: Asked, today: date) -> Past:
    question = asked.wanted.question
    words = ", ".join(value for value, _ in question.words(today))
    return Past(at=asked.asked_at, typed=question.typed, understood=words, envelope=asked.wanted.envelope)


def _remembered(shift: Shift) -> dict[str, str]:
    """The purpose and case to start from; C when the shift has not asked anything."""
    if shift.envelope is None:
        return {"purpose": "C"}
    return {name: value for name in Envelope.__struct_fields__ if (value := getattr(shift.envelope, name))}


def _form(
    visit: Visit, door: Door, shift: Shift, typed: Mapping[str, str], problems: Mapping[str, str] | None = None
) -> dict[str, Any]:
    problems = problems or {}
    codes = purposes_of(visit.principal.roles, visit.principal.agency.kind)
    has_grounds = any(typed.get(name) for name in ("case_number", "event_number", "reason_code"))
    return {
        "typed": typed,
        "problems": problems,
        "purposes": [(code.value, f"{code.value}  {PURPOSE_WORDS[code]}") for code in codes],
        "purpose_words": {code.value: words for code, words in PURPOSE_WORDS.items()},
        "reasons": [(code, reason.words) for code, reason in REASONS.items()],
        "reason_words": {code: reason.words for code, reason in REASONS.items()},
        "asks_for_others": Role.DISPATCHER in visit.principal.roles,
        "shift": shift,
        "fills": [msgspec.json.encode(past.typed).decode() for past in shift.questions],
        "sources": [connector.source for connector in door.connectors.values()],
        "shift_open": not has_grounds or bool(problems.keys() & set(Envelope.__struct_fields__)),
        "more_open": any(typed.get(key.value) for key in Key) or bool(problems.keys() & {key.value for key in Key}),
    }
