"""Pages: Jinja templates with what every page needs, as HTML; and problems as a page or as RFC 9457 JSON."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gateway import words
from gateway.boundary.caller import KEYS, THEME, Caller
from gateway.boundary.menu import menu
from gateway.prints import copy_id

THEMES = ("auto", "day", "night")
RECEIPT = "x-sightline-receipt"  # what `sightline verify --receipt` takes
_HERE = Path(__file__).parent.parent / "templates"


class Problem(Exception):
    """The request cannot be answered as asked; becomes a page or a JSON problem with this status.

    `errors` say what is wrong with which field; `values` are for the template alone.
    """

    def __init__(
        self,
        status: int,
        title: str,
        detail: str = "",
        *,
        rule: str | None = None,
        entry: int | None = None,
        errors: Sequence[Mapping[str, str]] = (),
        template: str = "problem.html",
        **values: Any,
    ) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail
        self.rule = rule
        self.entry = entry
        self.errors = tuple(errors)
        self.template = template
        self.values = values


class Html:
    """Renders templates. `default_zone` holds where nobody is signed in; `idle_s` is a desktop's."""

    def __init__(
        self,
        *,
        static_url: str,
        clock: Callable[[], datetime],
        default_zone: str,
        phone: str,
        idle_s: int,
        idle_handheld_s: int,
    ) -> None:
        self._clock = clock
        self._default_zone = default_zone
        self._idle_s = idle_s
        self._idle_handheld_s = idle_handheld_s
        self._jinja = Environment(
            loader=FileSystemLoader(_HERE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.filters |= {**words.FILTERS, "figures": figures, "grouped": copy_id.grouped}
        self._jinja.globals |= {"static": static_url, "operations_phone": phone}

    def page(self, request: Request, template: str, code: int = 200, **values: Any) -> Response:
        """A template as an answer."""
        return HTMLResponse(self.text(request, template, **values), code)

    def text(self, request: Request, template: str, **values: Any) -> str:
        """A template as text, with what every page needs."""
        caller: Caller | None = request.scope.get("caller")
        session = caller.session if caller else None
        principal = session.principal if session and session.agreed else None
        theme = request.cookies.get(THEME, "auto")
        handheld = caller is not None and caller.origin.device != "desktop"
        is_part = "hx-request" in request.headers  # a part that scripts put into the page that asked
        return self._jinja.get_template(template).render(
            layout="fragment.html" if is_part else "base.html",
            heading="h2" if is_part else "h1",  # a page has one h1
            nonce=request.scope["nonce"],
            path=request.scope["path"],
            session=session,
            principal=principal,
            menu=menu(principal.roles) if principal else [],
            now=self._clock(),
            zone=(session.zone if session else None) or self._default_zone,
            theme=theme if theme in THEMES else "auto",
            single_keys=request.cookies.get(KEYS) != "off",
            idle_s=self._idle_handheld_s if handheld else self._idle_s,
            **values,
        )

    def problem(self, request: Request, problem: Problem) -> Response:
        """A problem as what was asked for: a page, or JSON."""
        if wants_json(request):
            return Response(msgspec.json.encode(_rfc9457(problem)), problem.status, media_type=_PROBLEM)
        return self.page(
            request,
            problem.template,
            problem.status,
            title=problem.title,
            detail=problem.detail,
            rule=problem.rule,
            entry=problem.entry,
            errors=problem.errors,
            **problem.values,
        )


def figures(text: str) -> Markup:
    """`text` with its numbers (licenses, files, plates, telephones) set in type that tells 0 from O and 1 from I.

    Years, ages and house numbers stay as they are: a number here has five digits, or two and a letter or hyphen.
    """
    made, end = Markup(), 0
    for found in _NUMBER.finditer(text):
        digits = sum(letter.isdigit() for letter in found[0])
        if digits >= 5 or (digits >= 2 and not found[0].isdigit()):
            made += escape(text[end : found.start()]) + Markup('<span class="mono">{}</span>').format(found[0])
            end = found.end()
    return made + escape(text[end:])


_NUMBER = re.compile(r"\(\d{3}\) \d{3}-\d{4}|\b[A-Z0-9]+(?:-[A-Z0-9]+)*\b")


def wants_json(request: Request) -> bool:
    """Whether the caller asked for JSON: it names it, and names neither a stream nor a page."""
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/event-stream" not in accept and "text/html" not in accept


def wants_stream(request: Request) -> bool:
    """Whether the caller asked for a stream of frames."""
    return "text/event-stream" in request.headers.get("accept", "")


def json(value: object, status: int = 200) -> Response:
    """A value as JSON."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


_PROBLEM = "application/problem+json"


def _rfc9457(problem: Problem) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.rule is not None:
        body["rule"] = problem.rule
    if problem.entry is not None:
        body["entry"] = problem.entry
    if problem.errors:
        body["errors"] = [dict(error) for error in problem.errors]
    return body
