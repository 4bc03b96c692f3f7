"""What a provider's claims say about a person, read by a mapping that is configuration. Pure.

No two providers name things alike, so each attribute has the name of a claim; the defaults are those of the GFIPM
registry. A value may stand alone or in an array. Absent means unknown, and for a yes or no: no.
"""

from collections.abc import Mapping

import msgspec

from gateway.identity.proof import Proof

_LONGEST = 200  # characters; a name, an agency, an address


class ClaimNames(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The claim that holds each attribute (DOMAIN.md 8)."""

    given_name: str = "given_name"
    family_name: str = "family_name"
    email: str = "email"
    phone: str = "phone_number"
    employer_ori: str = "gfipm:2.0:user:EmployerORI"
    employer_name: str = "gfipm:2.0:user:EmployerName"
    local_id: str = "gfipm:2.0:user:LocalId"
    sworn: str = "gfipm:2.0:user:SwornLawEnforcementOfficerIndicator"
    public_safety: str = "gfipm:2.0:user:PublicSafetyOfficerIndicator"
    chri_privilege: str = "gfipm:2.0:user:CriminalHistoryDataSelfSearchHomePrivilegeIndicator"
    ncic_certified: str = "gfipm:2.0:user:NCICCertificationIndicator"


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A person as their provider describes them; issuer and subject are the key, everything else is only said.

    `local_id` is a badge or personnel number.
    """

    issuer: str
    subject: str
    given_name: str | None
    family_name: str | None
    email: str | None
    phone: str | None
    employer_ori: str | None
    employer_name: str | None
    local_id: str | None
    sworn: bool
    public_safety: bool
    chri_privilege: bool
    ncic_certified: bool


class ClaimRefused(Exception):
    """A claim has a value of the wrong kind, or more than one. Names the attribute, never the value."""

    def __init__(self, attribute: str) -> None:
        super().__init__(attribute)
        self.attribute = attribute


def claimed_by(proof: Proof, names: ClaimNames) -> Claimed:
    """The person of `proof`, as its claims describe them. Raises `ClaimRefused`."""
    claims = proof.claims
    return Claimed(
        issuer=proof.issuer,
        subject=proof.subject,
        given_name=_text("given_name", claims, names),
        family_name=_text("family_name", claims, names),
        email=_text("email", claims, names),
        phone=_text("phone", claims, names),
        employer_ori=_ori("employer_ori", claims, names),
        employer_name=_text("employer_name", claims, names),
        local_id=_text("local_id", claims, names),
        sworn=_yes("sworn", claims, names),
        public_safety=_yes("public_safety", claims, names),
        chri_privilege=_yes("chri_privilege", claims, names),
        ncic_certified=_yes("ncic_certified", claims, names),
    )


def _text(attribute: str, claims: Mapping[str, object], names: ClaimNames) -> str | None:
    match _one(attribute, claims, names):
        case None:
            return None
        case str(value) if len(value) <= _LONGEST and value.isprintable():  # it will stand on pages and in the record
            return value.strip() or None
    raise ClaimRefused(attribute)


def _ori(attribute: str, claims: Mapping[str, object], names: ClaimNames) -> str | None:
    value = _text(attribute, claims, names)
    # The record keeps a chain for each agency and takes no other name for one.
    if value is not None and not (len(value) == 9 and value.isascii() and value.isalnum()):
        raise ClaimRefused(attribute)
    return value


def _yes(attribute: str, claims: Mapping[str, object], names: ClaimNames) -> bool:
    match _one(attribute, claims, names):
        case bool(value):
            return value
        case "true" | "True" | "1":
            return True
        case None | "" | "false" | "False" | "0":
            return False
    raise ClaimRefused(attribute)


def _one(attribute: str, claims: Mapping[str, object], names: ClaimNames) -> object:
    """The one value of a claim, out of its array if it is in one. Two different ones have no single meaning."""
    value = claims.get(getattr(names, attribute))
    if not isinstance(value, list):
        return value
    if any(other != value[0] or type(other) is not type(value[0]) for other in value):
        raise ClaimRefused(attribute)
    return value[0] if value else None
