"""Sensitive terms become tokens and ciphertext here and nowhere else, in the process that owns the journal.

A token answers "who looked at this person?" without saying who the person is: equal terms give equal tokens, and
without the key nobody can try out names. What was typed is kept too, encrypted and bound to its event, to be opened on
the record alone.
"""

import base64
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audit.events import Sealed, Sensitive, SensitiveTerm, TermType
from audit.keys import Keys
from audit.recorder import CannotOpen
from audit.terms import spelling


class Sealer:
    """Makes tokens, seals and opens, with the keys it was given."""

    def __init__(self, keys: Keys) -> None:
        self._epochs = {epoch: _Hmac(key) for epoch, key in keys.tokens.items()}
        self._epoch = list(keys.tokens)[-1]
        self._details = {kid: AESGCM(key) for kid, key in keys.details.items()}
        self._kid = list(keys.details)[-1]

    def tokens(self, terms: Iterable[SensitiveTerm]) -> tuple[str, ...]:
        """All tokens that any of `terms` may have been given, one an epoch; to look for them, not to write them."""
        return tuple(token for epoch in self._epochs for token in self._tokens(epoch, terms))

    def seal(self, sensitive: Sensitive, *, log: str, event: str) -> dict[str, dict[str, Any]]:
        """What stands for `sensitive` in an event's `cj`: `subject`, `shown` and `reason` tokens, and `detail`."""
        reason = [] if sensitive.reason is None else [SensitiveTerm(TermType.REASON, (sensitive.reason,))]
        parts: dict[str, dict[str, Any]] = {}
        for part, terms in (("subject", sensitive.subject), ("shown", sensitive.shown), ("reason", reason)):
            if tokens := self._tokens(self._epoch, terms):
                parts[part] = {"token": tokens}
        clear = dict(sensitive.detail) if sensitive.reason is None else {**sensitive.detail, "reason": sensitive.reason}
        if clear:
            parts["detail"] = self._encrypt(clear, _bound_to(log, event))
        return parts

    def open(self, sealed: Sealed) -> Mapping[str, str]:
        """What was typed, by name. Raises `CannotOpen`."""
        key = self._details.get(sealed.kid)
        if key is None:
            raise CannotOpen("the key of this text is not here; it may have been destroyed")
        try:
            nonce, ct = _bytes(sealed.nonce), _bytes(sealed.ct)
            clear: Mapping[str, str] = json.loads(key.decrypt(nonce, ct, _bound_to(sealed.log, sealed.event)))
        except (InvalidTag, ValueError):
            raise CannotOpen("this is not what was sealed with that event") from None
        return clear

    def _tokens(self, epoch: str, terms: Iterable[SensitiveTerm]) -> list[str]:
        """The tokens of `terms` in order, each once; a term that says nothing has none."""
        key = self._epochs[epoch]
        tokens: dict[str, None] = {}
        for term in terms:
            spelled = spelling(term.type, term.parts)
            if spelled is not None:
                # The type is hashed too: a plate and a licence of one spelling have nothing in common.
                # A source's record id may hold anything, a lone surrogate too, and must have its token.
                named = "\x1f".join((term.type, *spelled)).encode(errors="surrogatepass")
                tokens[f"{term.type}:{epoch}:{_text(key.digest(named)[:TOKEN_BYTES])}"] = None
        return list(tokens)

    def _encrypt(self, clear: Mapping[str, str], bound_to: bytes) -> dict[str, str]:
        # NIST SP 800-38D 8.3: random nonces allow 2**32 texts under one key.
        nonce = os.urandom(12)
        ct = self._details[self._kid].encrypt(nonce, json.dumps(clear).encode(), bound_to)
        return {"kid": self._kid, "nonce": _text(nonce), "ct": _text(ct)}


class _Hmac:
    """HMAC-SHA-256 (RFC 2104) of many short texts under one key: the key's own blocks are hashed only once. A third
    of what the standard library's takes, which is most of what an event with sixty tokens costs.
    """

    def __init__(self, key: bytes) -> None:
        block = key.ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def digest(self, text: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text)
        outer.update(inner.digest())
        return outer.digest()


TOKEN_BYTES = 16  # 128 bits: no two terms of a state's lifetime meet by chance


def _bound_to(log: str, event: str) -> bytes:
    return f"{log}:{event}".encode()


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
