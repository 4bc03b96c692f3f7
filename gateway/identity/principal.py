"""Principal: one person acting for one agency, and how and when they proved it. Made here and nowhere else."""

from datetime import date, datetime

import msgspec

from gateway.directory.people import Agency, Member, Role
from gateway.identity.claims import Claimed
from gateway.identity.proof import Proof


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts. `id` is what events know them by; `chri_certified` holds on the day of sign-in."""

    id: str
    name: str
    agency: Agency
    roles: frozenset[Role]
    sworn: bool
    chri_certified: bool
    acr: str | None
    amr: tuple[str, ...]
    proved_at: datetime


def principal_of(member: Member, proof: Proof, claimed: Claimed, today: date) -> Principal:
    """The member as someone who may act, once proved. The gates are asked elsewhere.

    Sworn and certified are only those of whom the agency and the provider both say so.
    """
    certified = member.chri_until is not None and member.chri_until >= today
    return Principal(
        id=member.id,
        name=member.name,
        agency=member.agency,
        roles=member.roles,
        sworn=member.sworn and claimed.sworn,
        chri_certified=certified and claimed.chri_privilege,
        acr=proof.acr,
        amr=proof.amr,
        proved_at=proof.auth_time,
    )
