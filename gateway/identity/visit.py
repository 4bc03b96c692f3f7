"""One request of one signed-in person: who they are, the session it belongs to, and where it came from."""

from dataclasses import dataclass

from audit.events import Actor
from gateway.identity.principal import Principal
from gateway.identity.sessions import Key, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a request came from: address, our own id for it, and what kind of device sent it."""

    ip: str | None
    trace_id: str
    device: str  # desktop | handheld | unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request with a session of someone who may act. `key` opens what was kept with the session."""

    principal: Principal
    session: Session
    key: Key
    origin: Origin

    @property
    def actor(self) -> Actor:
        """This person as events know them."""
        return actor(self.principal, self.origin, self.key.token)


def actor(principal: Principal, origin: Origin, session: str | None) -> Actor:
    """A principal as events know them, acting from `origin` in `session` (its token)."""
    return Actor(
        id=principal.id,
        name=principal.name,
        roles=tuple(sorted(role.value for role in principal.roles)),
        ori=principal.agency.ori,
        ip=origin.ip,
        acr=principal.acr,
        amr=principal.amr,
        session=session,
    )
