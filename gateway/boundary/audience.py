"""Who may have a page. Every page says so; a page without an audience does not start.

In this order: a session (401, or for a reader the way to sign in), open gates (403 with the gate), the notice
acknowledged, a role that the page is for (403, recorded).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from audit.events import Action, Event
from audit.recorder import Recorder
from gateway.boundary import caller as callers
from gateway.boundary.caller import Caller
from gateway.boundary.html import Html, Problem, wants_json
from gateway.directory.people import Role
from gateway.directory.store import Directory
from gateway.identity.sessions import Sessions
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
    html: Html
    idle_s: int
    idle_handheld_s: int

    def wrap(self, audience: Audience, largest_body: int) -> Plain:
        """The page as an endpoint that answers only its audience, and reads at most `largest_body` bytes."""

        async def guarded(request: Request) -> Response:
            request = limited(request, largest_body)
            match audience:
                case Everyone(endpoint=everyones):
                    return await everyones(request)
                case Greeted(endpoint=everyones):
                    await self._greet(request)
                    return await everyones(request)
                case SignedIn(endpoint=proved):
                    return await proved(request, await self._signed_in(request))
                case Members(endpoint=members, roles=roles):
                    return await members(request, await self._member(request, roles))

        return guarded

    async def _greet(self, request: Request) -> Caller:
        """Who sent the request, known to the page from here on."""
        idle_s = self.idle_s if callers.origin(request).device == "desktop" else self.idle_handheld_s
        found = await callers.caller(request, self.sessions, idle_s)
        request.scope["caller"] = found
        return found

    async def _signed_in(self, request: Request) -> Caller:
        found = await self._greet(request)
        if found.session is None:
            # A script that fetches a part of a page cannot follow to the provider; it is told, in its place.
            is_part = "hx-request" in request.headers
            if request.method == "GET" and not wants_json(request) and not is_part:
                raise Elsewhere("/signin")
            raise Problem(
                401,
                "You are not signed in",
                "Your session ended, or there was none. What you typed is kept here.",
                template="signed-off.html",
                typed=await kept_from(request),
            )
        return found

    async def _member(self, request: Request, roles: frozenset[Role]) -> Visit:
        found = await self._signed_in(request)
        if found.session is not None and found.session.stopped is not None:
            raise await self.stopped(found)
        visit = found.visit
        if visit is None:
            if request.method == "GET" and not wants_json(request):
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


def limited(request: Request, largest: int) -> Request:
    """The request with a body that refuses to be read past `largest` bytes: a 413 with a reason."""
    read = 0

    async def receive() -> Message:
        nonlocal read
        message = await request.receive()
        read += len(message.get("body", b""))
        if read > largest or int(request.headers.get("content-length") or 0) > largest:
            raise Problem(413, "This is too large", f"Sightline reads at most {largest // 1024:,} KB here.")
        return message

    return Request(request.scope, receive)


class Elsewhere(Exception):
    """The reader has to go to another page first."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


async def kept_from(request: Request) -> dict[str, str]:
    """What a form held, so that it can be sent again; files are not kept."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
