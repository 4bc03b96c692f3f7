"""Signed notes (C2SP signed-note): a text and whose signatures stand under it. Checkpoints are signed in this form.

Needs the standard library and `cryptography` alone. A note is nothing before a key that one trusts has signed it: ask
`signed_by` or `cosigned_at` with a key from elsewhere, never with one that came with the note.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURE = 0x01  # C2SP signed-note: Ed25519 over the text
COSIGNATURE = 0x04  # C2SP tlog-cosignature: Ed25519 over a time and the text

MOST_NOTE_BYTES = 64 * 1024


class NotANote(ValueError):
    """These bytes are no signed note, or this text no key. The text quotes nothing of either."""


class SignatureLine(NamedTuple):
    """One signature under a note: of the key with this name and id, if it holds."""

    name: str
    id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {_text(self.id + self.signature)}\n"


class Note(NamedTuple):
    """A text, which ends with a line feed, and the signatures under it."""

    text: str
    signatures: tuple[SignatureLine, ...]

    @classmethod
    def parse(cls, content: bytes) -> "Note":
        """The note that `content` is. Raises `NotANote`."""
        try:
            text, separator, signatures = content[: MOST_NOTE_BYTES + 1].decode().rpartition("\n\n")
        except UnicodeDecodeError:
            raise NotANote("not UTF-8") from None
        if not separator or len(content) > MOST_NOTE_BYTES or _CONTROL.search(text + signatures):
            raise NotANote("not a text with signatures under it")
        return cls(text + "\n", parse_lines(signatures))

    def pack(self) -> bytes:
        """The note's bytes."""
        return f"{self.text}\n{''.join(map(str, self.signatures))}".encode()

    def signed_by(self, key: "Key") -> bool:
        """Whether the owner of `key` signed the text. A signature in their name that does not hold undoes others."""
        signatures = self._of(key)
        return key.kind == SIGNATURE and bool(signatures) and all(key.holds(self.text, one) for one in signatures)

    def cosigned_at(self, key: "Key") -> int | None:
        """When the owner of `key` last cosigned the text, in seconds since 1970 (POSIX); None when they did not."""
        signatures = self._of(key)
        if key.kind != COSIGNATURE or not signatures or not all(_cosigned(key, self.text, one) for one in signatures):
            return None
        return max(int.from_bytes(one[:8], "big") for one in signatures)

    def _of(self, key: "Key") -> list[bytes]:
        return [signature for name, id_, signature in self.signatures if (name, id_) == (key.name, key.id)]


@dataclass(frozen=True)
class Key:
    """A public key under the name of its owner, for signatures of one kind."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> "Key":
        """The key that is written `<name>+<id>+<base64>`. Raises `NotANote`."""
        name, _, rest = vkey.partition("+")
        id_, _, encoded = rest.partition("+")
        material = _bytes(encoded)
        key = cls(name, material[0] if material else 0, material[1:])
        if not _NAME.fullmatch(name) or key.kind not in {SIGNATURE, COSIGNATURE} or len(key.public) != _KEY_BYTES:
            raise NotANote("not an Ed25519 key for notes or cosignatures")
        if key.id.hex() != id_:
            raise NotANote("the key's id is another's")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_text(bytes([self.kind]) + self.public)}"

    @cached_property
    def id(self) -> bytes:
        """Four bytes that tell this key from others of its name."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:_ID_BYTES]

    def holds(self, text: str, signature: bytes) -> bool:
        """Whether this is the owner's signature of `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer:
    """Signs notes with the private key of 32 bytes `seed`. Prints as its public key."""

    def __init__(self, name: str, seed: bytes, kind: int = SIGNATURE) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = Key(name, kind, self._private.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return str(self.key)

    def sign(self, text: str) -> SignatureLine:
        """The signature of `text`."""
        return SignatureLine(self.key.name, self.key.id, self._private.sign(text.encode()))

    def cosign(self, text: str, at: int) -> SignatureLine:
        """The signature that says: at this time (POSIX seconds) this was the longest log that I had seen."""
        signature = self._private.sign(_cosigned_text(text, at).encode())
        return SignatureLine(self.key.name, self.key.id, at.to_bytes(8, "big") + signature)


def parse_lines(lines: str) -> tuple[SignatureLine, ...]:
    """The signatures in `lines`, each ended by a line feed, one at least. Raises `NotANote`."""
    found = []
    for line in lines.removesuffix("\n").split("\n"):
        match = _LINE.fullmatch(line)
        content = _bytes(match[2]) if match else b""
        if not match or len(content) <= _ID_BYTES:
            raise NotANote("a line that is no signature")
        found.append(SignatureLine(match[1], content[:_ID_BYTES], content[_ID_BYTES:]))
    if not lines.endswith("\n"):
        raise NotANote("a line without an end")
    return tuple(found)


def _cosigned(key: Key, text: str, signature: bytes) -> bool:
    return key.holds(_cosigned_text(text, int.from_bytes(signature[:8], "big")), signature[8:])


def _cosigned_text(text: str, at: int) -> str:
    return f"cosignature/v1\ntime {at}\n{text}"


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return content if _text(content) == text else b""  # one spelling for each: there are others that decode alike


_ID_BYTES = 4
_KEY_BYTES = 32
_DASH = "\N{EM DASH} "
_NAME = re.compile(r"[^\s+]+")
_LINE = re.compile(rf"{_DASH}([^\s+]+) (\S+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
