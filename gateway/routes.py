"""The table of contents: every method and path, the page that answers, and its audience. No audience, no start."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.boundary.audience import Audience, Everyone, Greeted, Guard, Members, SignedIn
from gateway.boundary.body import AtMost
from gateway.boundary.html import Html
from gateway.directory.people import Role
from gateway.directory.store import Directory
from gateway.pages import activity, appearance, banner, health, home, prints, record, search, signin, verify
from gateway.pages.activity import Auditing
from gateway.pages.health import Readiness
from gateway.pages.prints import Paper
from gateway.pages.signin import Entrance
from gateway.release.door import Door
from gateway.settings import Settings

BACKCHANNEL = "/backchannel-logout"
_SEARCHERS = frozenset({Role.OFFICER, Role.DISPATCHER, Role.PROBATION})
_AUDITORS = frozenset({Role.AUDITOR, Role.STATEWIDE_AUDITOR})
_ALL = frozenset(Role)
_LARGEST_COPY = 21 << 20  # bytes of a file to verify, with its form around it


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything a page may need."""

    settings: Settings
    html: Html
    guard: Guard
    directory: Directory
    entrance: Entrance
    door: Door
    paper: Paper
    auditing: Auditing
    readiness: Readiness


@dataclass(frozen=True, slots=True)
class Page:
    """One entry."""

    method: str
    path: str
    audience: Audience
    largest_body: int | None = None  # bytes, where not the setting


def pages(parts: Parts) -> list[Page]:
    """Every page there is."""
    html, door, auditing = parts.html, parts.door, parts.auditing
    notice = parts.settings.operations.notice
    entrance = parts.entrance

    def searchers(endpoint: Callable[..., Awaitable[Response]], **needs: object) -> Members:
        return Members(partial(endpoint, **needs), _SEARCHERS)

    def auditors(endpoint: Callable[..., Awaitable[Response]]) -> Members:
        return Members(partial(endpoint, auditing=auditing), _AUDITORS)

    return [
        # Coming in and going out
        Page("GET", "/signin", Everyone(partial(signin.begin, entrance=entrance))),
        Page("GET", "/signin/callback", Everyone(partial(signin.callback, entrance=entrance))),
        Page("POST", "/signout", SignedIn(partial(signin.leave, entrance=entrance))),
        Page("GET", "/signed-out", Everyone(partial(signin.left, entrance=entrance))),
        Page("POST", BACKCHANNEL, Everyone(partial(signin.backchannel, entrance=entrance))),
        Page("GET", "/banner", SignedIn(partial(banner.form, html=html, guard=parts.guard, notice=notice))),
        Page("POST", "/banner", SignedIn(partial(banner.agree, entrance=entrance, guard=parts.guard, notice=notice))),
        Page("POST", "/appearance", SignedIn(appearance.choose)),
        # Everybody's home
        Page("GET", "/", Members(home.start, _ALL)),
        Page("GET", "/role", Members(partial(home.role, directory=parts.directory, html=html), _ALL)),
        # Those who ask
        Page("GET", "/search", searchers(search.form, door=door, html=html)),
        Page("POST", "/search", searchers(search.post, door=door, html=html)),
        Page("GET", "/records/{handle}", searchers(record.view, door=door, paper=parts.paper, html=html)),
        Page("GET", "/records/{handle}/photograph", searchers(record.photograph, door=door)),
        Page(
            "POST",
            "/prints",
            searchers(prints.post, door=door, paper=parts.paper, html=html),
        ),
        # Those who look at what was asked
        Page("GET", "/activity", auditors(activity.activity)),
        Page("POST", "/activity", auditors(activity.activity)),
        Page("GET", "/activity/subject", auditors(activity.subject_form)),
        Page("POST", "/activity/subject", auditors(activity.subject)),
        Page("POST", "/activity/typed", auditors(activity.typed)),
        Page("GET", "/activity/prints/{copy_id}", auditors(activity.printed)),
        # Whoever holds a copy
        Page("GET", "/verify", Greeted(partial(verify.form, html=html))),
        Page("GET", "/verify/{copy_id}", Greeted(partial(verify.by_number, oversight=auditing.oversight, html=html))),
        Page(
            "POST",
            "/verify",
            Greeted(partial(verify.by_file, oversight=auditing.oversight, html=html)),
            _LARGEST_COPY,
        ),
        # Machines
        Page("GET", "/healthz", Everyone(health.healthz)),
        Page("GET", "/readyz", Everyone(partial(health.readyz, readiness=parts.readiness))),
    ]


def routes(parts: Parts) -> list[BaseRoute]:
    """Every page behind its audience, with its own limit to what may be sent."""
    limit = parts.settings.web.max_body_bytes
    return [
        Route(
            page.path,
            parts.guard.wrap(page.audience),
            methods=[page.method],
            middleware=[Middleware(AtMost, largest=page.largest_body or limit)],
        )
        for page in pages(parts)
    ]
