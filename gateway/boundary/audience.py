"""Who may have a page. Every page says so; a page without an audience does not start.

In this order: a session (401, or for a reader the way to sign in), open gates (403 with the gate), the notice
acknowledged, a role that the page is for (403, recorded).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from audit.events import Action, Event
from audit.moments import Clock
from audit.recorder import Recorder
from gateway.boundary import caller as callers
from gateway.boundary.caller import SESSION, Caller
from gateway.boundary.html import Html, Problem, wants_json
from gateway.directory.people import Role
from gateway.directory.store import Directory
from gateway.identity.sessions import Key, Sessions
from gateway.identity.visit import Visit

Plain = Callable[[Request], Awaitable[Response]]
Proved = Callable[[Request, Caller], Awaitable[Response]]
Member = Callable[[Request, Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Everyone:
    """Anybody at all: nothing here shows data."""

    endpoint: Plain


@dataclass(frozen=True, slots=True)
class Greeted:
    """Anybody at all, and whoever has a session keeps their menu, colors and lock. Nothing here shows data."""

    endpoint: Plain


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever has a session, stopped at a gate or not."""

    endpoint: Proved


@dataclass(frozen=True, slots=True)
class Members:
    """Whoever may act and has one of these roles."""

    endpoint: Member
    roles: frozenset[Role]


Audience = Everyone | Greeted | SignedIn | Members


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Wraps each page with its audience."""

    sessions: Sessions
    directory: Directory
    recorder: Recorder
    clock: Clock
    html: Html
    idle_s: int
    idle_handheld_s: int

    def wrap(self, audience: Audience) -> Plain:
        """The page as an endpoint that answers only its audience. Raises `TypeError` for a page that has none."""
        match audience:
            case Everyone(endpoint=everyones):
                return everyones
            case Greeted(endpoint=everyones):

                async def for_whoever_comes(request: Request) -> Response:
                    await self._greet(request)
                    return await everyones(request)

                return for_whoever_comes
            case SignedIn(endpoint=proved):

                async def for_the_signed_in(request: Request) -> Response:
                    return await proved(request, await self._signed_in(request))

                return for_the_signed_in
            case Members(endpoint=members, roles=roles):

                async def for_members(request: Request) -> Response:
                    return await members(request, await self._member(request, roles))

                return for_members
        raise TypeError(f"a page without an audience: {audience!r}")

    async def _greet(self, request: Request) -> Caller:
        """Who sent the request, known to the page from here on."""
        idle_s = self.idle_s if callers.origin(request).device == "desktop" else self.idle_handheld_s
        found = await callers.caller(request, self.sessions, idle_s)
        request.scope["caller"] = found
        return found

    async def _signed_in(self, request: Request) -> Caller:
        found = await self._greet(request)
        if found.session is None:
            await self._expired(request)
            if _is_reading(request):
                raise Elsewhere("/signin")
            raise Problem(
                401,
                "You are not signed in",
                "Your session ended, or there was none. What you typed is kept here.",
                template="signed-off.html",
                typed=await kept_from(request),
            )
        return found

    async def _expired(self, request: Request) -> None:
        """Record that a session ended by itself: when someone comes with it, for nobody is there when it happens."""
        key = Key.read(request.cookies.get(SESSION))
        ended = None if key is None else await self.sessions.expired(key)
        if ended is None:
            return
        await self.recorder.append(
            Event(
                action=Action.SESSION_EXPIRE,
                reason=ended.reason(self.clock()),
                actor=ended.who,
                trace_id=callers.origin(request).trace_id,
            )
        )

    async def _member(self, request: Request, roles: frozenset[Role]) -> Visit:
        found = await self._signed_in(request)
        if found.session is not None and found.session.stopped is not None:
            raise await self.stopped(found)
        visit = found.visit
        if visit is None:
            if _is_reading(request):
                raise Elsewhere("/banner")
            raise Problem(403, "Read the notice first", "Open /banner and agree to it.", rule="notice.acknowledged")
        if not visit.principal.roles & roles:
            raise await self._not_for(visit)
        return visit

    async def stopped(self, found: Caller) -> Problem:
        """The page of the gate that is closed for someone, with whom to ask."""
        session = found.session
        assert session is not None and session.stopped is not None  # noqa: S101, PT018 - the callers looked
        contact = await self.directory.contact(session.who.ori, session.stopped.ask)
        return Problem(
            403,
            "You cannot use Sightline now",
            rule=f"gate.{session.stopped.gate}",
            entry=session.stopped_entry,
            template="gate.html",
            gate=session.stopped,
            contact=contact,
        )

    async def _not_for(self, visit: Visit) -> Problem:
        refusal = Event(
            action=Action.ACCESS_DENIED,
            outcome="failure",
            reason="audience.role",
            actor=visit.actor,
            trace_id=visit.origin.trace_id,
        )
        entry = (await self.recorder.append(refusal)).sequence
        return Problem(
            403, "This page is not for your role.", "Your menu shows what is.", rule="audience.role", entry=entry
        )


class Elsewhere(Exception):
    """The reader has to go to another page first."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def _is_reading(request: Request) -> bool:
    """Whether a browser asks for a whole page, which can be another one; a script's part of a page cannot."""
    return request.method in {"GET", "HEAD"} and "hx-request" not in request.headers and not wants_json(request)


async def kept_from(request: Request) -> dict[str, str]:
    """What a form held, so that it can be sent again; files are not kept."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
