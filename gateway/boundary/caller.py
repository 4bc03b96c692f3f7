"""Cookie to caller: who sent this request, or nobody; and the cookies themselves."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from gateway.identity.sessions import Key, Session, Sessions
from gateway.identity.visit import Origin, Visit

SESSION = "__Host-sightline"
ATTEMPT = "__Host-sightline-signin"
THEME = "sightline-theme"
KEYS = "sightline-keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who sent a request. Without a session, nobody; with one, somebody who may be stopped at a gate."""

    origin: Origin
    key: Key | None = None
    session: Session | None = None

    @property
    def visit(self) -> Visit | None:
        """The request of someone who may act: gates open, notice acknowledged. Else None."""
        if self.key is None or self.session is None or self.session.principal is None or not self.session.agreed:
            return None
        return Visit(principal=self.session.principal, session=self.session, key=self.key, origin=self.origin)


def origin(request: Request) -> Origin:
    """Where the request came from, as the edge noted it."""
    found: Origin = request.scope["origin"]
    return found


async def caller(request: Request, sessions: Sessions, idle_s: int) -> Caller:
    """Read the session of a request; this is activity, so its idle time starts again."""
    key = Key.read(request.cookies.get(SESSION))
    session = None if key is None else await sessions.find(key, idle_s)
    return Caller(origin=origin(request), key=key if session else None, session=session)


def set_cookie(response: Response, name: str, value: str, max_age_s: int | None = None) -> None:
    """A cookie scripts cannot read, sent to this host alone and only over TLS (or loopback)."""
    response.set_cookie(name, value, max_age=max_age_s, path="/", secure=True, httponly=True, samesite="lax")


def drop_cookie(response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
