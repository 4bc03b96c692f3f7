"""The place to go on from that a page gives out: it fits the question it was given out for, and no other.

Not a secret: whoever makes one up sees no more than the scope lets them.
"""

import base64
import hashlib
import re

import msgspec

from audit.index import Scope, Wanted

_DIGEST_BYTES = 7


def given_out(place: bytes, scope: Scope, wanted: Wanted) -> str:
    """`place` as text, bound to the question."""
    return base64.urlsafe_b64encode(_digest(place, scope, wanted) + place).decode()


def taken_back(text: str, scope: Scope, wanted: Wanted) -> bytes:
    """The place in `text`. Raises `ValueError` unless it was given out for this question."""
    try:
        known = base64.urlsafe_b64decode(text) if re.fullmatch(r"[\w=-]+", text, re.ASCII) else b""
    except ValueError:
        known = b""
    place = known[_DIGEST_BYTES:]
    if not known or known[:_DIGEST_BYTES] != _digest(place, scope, wanted):
        raise ValueError("a place that was not given out for this question")
    return place


def _digest(place: bytes, scope: Scope, wanted: Wanted) -> bytes:
    question = msgspec.json.encode([sorted(scope.agencies), scope.statewide, wanted], order="sorted")
    return hashlib.sha256(question + place).digest()[:_DIGEST_BYTES]
