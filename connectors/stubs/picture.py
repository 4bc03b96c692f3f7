"""A photograph of someone who does not exist: a portrait in flat colours, drawn from what they are said to look like.

PNG by hand, because browsers and paper both take it and nothing outside the standard library is needed.
"""

import math
import struct
import zlib
from collections.abc import Iterator

from connectors.contract import Attachment
from connectors.stubs.truth import Person

PHOTOGRAPH = "photograph"  # the name under which an attachment field gives it

_WIDTH, _HEIGHT = 160, 200
_PALETTE = bytes.fromhex("c9d6e2 e8c4a0 c68e5f 8d5a34 1c1c1c 6b4423 d9b25f 9a9a9a a8442a 2f4f7f ffffff 7a1f1f 5f7f5f")
_BACK, _WHITE, _MOUTH = 0, 10, 11
_SKIN = {"W": 1, "A": 1, "U": 2, "I": 2, "B": 3}
_HAIR = {"BLK": 4, "BRO": 5, "BLN": 6, "GRY": 7, "RED": 8}
_EYES = {"BLU": 9, "BRO": 5, "HAZ": 5, "GRN": 12, "GRY": 7, "BLK": 4}
_COATS = (9, 12, 7, 4, 8)


_Ellipse = tuple[int, int, int, int, int]  # colour, middle across and down, half its width and height


def photograph(person: Person) -> Attachment:
    """The portrait of `person`, always the same."""
    rows = [bytearray([_BACK]) * _WIDTH for _ in range(_HEIGHT)]
    for shape in _shapes(person):
        _draw(rows, shape)
    return Attachment("image/png", _png(rows))


def _shapes(person: Person) -> Iterator[_Ellipse]:
    """The hindmost first."""
    skin, hair = _SKIN[person.race], _HAIR.get(person.hair)
    face = 34 + person.weight_lb // 40 + person.number % 5
    if hair and person.sex == "F":
        yield hair, 80, 98, face + 14, 64
    yield _COATS[person.number % len(_COATS)], 80, 206, 66, 50
    yield skin, 80, 150, 15, 26
    if hair:
        yield hair, 80, 78, face + 6, 50
    yield skin, 80, 95, face, 48
    for side in (-1, 1):
        eye = 80 + side * (14 + person.number % 3)
        yield _WHITE, eye, 90, 7, 4
        yield _EYES[person.eyes], eye, 90, 3, 4
    yield _MOUTH, 80, 120, 10 + person.number % 4, 2


def _draw(rows: list[bytearray], ellipse: _Ellipse) -> None:
    colour, across, down, wide, high = ellipse
    for y in range(max(0, down - high), min(_HEIGHT, down + high + 1)):
        slope = (y - down) / high
        reach = int(wide * math.sqrt(1 - slope * slope))
        left, right = max(0, across - reach), min(_WIDTH, across + reach + 1)
        rows[y][left:right] = bytes([colour]) * (right - left)


def _png(rows: list[bytearray]) -> bytes:
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 3, 0, 0, 0)  # eight bits, colours from a palette
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    chunks = ((b"IHDR", header), (b"PLTE", _PALETTE), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
