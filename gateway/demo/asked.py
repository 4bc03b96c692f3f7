"""An authorization request at the stand-in: whether it can be granted, and who may redeem what it was granted."""

import hmac
from collections.abc import Mapping

import msgspec
from authlib.oauth2.rfc7636 import create_s256_code_challenge


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """The one relying party: the gateway, a public client."""

    client_id: str
    redirect_uris: frozenset[str]
    post_logout_redirect_uris: frozenset[str]
    backchannel_logout_uri: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request, as far as it is understood. The sign-in page carries it; it is checked again when it comes back."""

    client_id: str = ""
    redirect_uri: str = ""
    response_type: str = ""
    scope: str = ""
    state: str = ""
    nonce: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""
    prompt: str = ""

    def is_from(self, client: Client) -> bool:
        """Whether an answer may be sent where the request says."""
        return self.client_id == client.client_id and self.redirect_uri in client.redirect_uris

    def error(self) -> str | None:
        """The error to answer with (RFC 6749, 4.1.2.1), or None for a request that can be granted."""
        if self.response_type != "code":
            return "unsupported_response_type"
        if "openid" not in self.scope.split():
            return "invalid_scope"
        if self.code_challenge_method != "S256" or not (self.code_challenge and self.state and self.nonce):
            return "invalid_request"
        if self.prompt == "none":
            return "login_required"
        return None

    def is_redeemed_by(self, sent: Mapping[str, str]) -> bool:
        """Whether a code is brought back by the client it was made for, which alone knows the verifier."""
        verifier = sent.get("code_verifier", "")
        return (
            sent.get("client_id") == self.client_id
            and sent.get("redirect_uri") == self.redirect_uri
            and verifier.isascii()
            and hmac.compare_digest(create_s256_code_challenge(verifier).encode(), self.code_challenge.encode())
        )
