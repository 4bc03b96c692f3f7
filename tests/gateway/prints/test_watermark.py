"""Any palm-sized fragment of a page, however it was torn, shows the copy's number whole; the text stays readable.

Read from the finished PDF: the pattern that is laid over each page, its steps, and where the number stands in it.
"""

import math
import re
from itertools import product

import pytest
from pypdf.generic import NameObject

from gateway.prints.render import render
from tests.gateway.prints.documents import charges, document, picture, reader, record

MM = 72 / 25.4  # in points
PALM = 80 * MM  # across; a square of 8 cm has this disc in it, whichever way it is turned
INK = 0x11161C


@pytest.fixture(scope="module")
def printed():
    return render(document(record=record(groups=charges(60)), photograph=picture("png")))


@pytest.fixture
def pages(printed):
    return reader(printed).pages


@pytest.fixture
def pattern(pages):
    return pages[0]["/Resources"]["/Pattern"]["/p0"]


def number_boxes(pattern) -> list[list[tuple[float, float]]]:
    """The corners of each number in the pattern's own space, where y grows downwards: baseline and top."""
    font = next(iter(pattern["/Resources"]["/Font"].values()))["/DescendantFonts"][0]["/FontDescriptor"]
    _, _, across, above = (float(part) / 1000 for part in font["/FontBBox"])  # of a letter; all are as wide
    drawn = re.findall(rb"q 1 0 0 1 (\S+) (\S+) cm[^q]*?BT 0 Tr/f0 (\S+) Tf 1 0 0 -1 0 0 Tm", pattern.get_data())
    return [
        [(x + dx, y - dy) for dx, dy in product((0, 14 * across * size), (0, above * size))]
        for x, y, size in (map(float, found) for found in drawn)
    ]


def test_every_page_is_covered_to_its_corners(pages):
    for page in pages:
        a, b, c, d, e, f, side = _fill(page)
        for x, y in product((0, 612), (0, 792)):
            determinant = a * d - b * c
            across = (d * (x - e) - c * (y - f)) / determinant
            along = (a * (y - f) - b * (x - e)) / determinant
            assert 0 <= across <= side
            assert 0 <= along <= side


def _fill(page) -> list[float]:
    """The matrix and the side of the square that the pattern fills."""
    drawn = rb"/Artifact[^q]*?BDC\s*q (\S+) (\S+) (\S+) (\S+) (\S+) (\S+) cm/Pattern cs/p0 scn 0 0 m (\S+) 0 l"
    (found,) = re.findall(drawn, page.get_contents().get_data())  # as decoration, and once
    return list(map(float, found))


def test_it_lies_over_everything_else_on_the_page(pages):
    for page in pages:
        assert page.get_contents().get_data().rstrip().endswith(b"f\nQ\nEMC")
        assert b"/p0 scn" in page.get_contents().get_data()[-300:]


def test_it_says_the_copy_s_number_and_nothing_else(pages, pattern):
    page = pages[0]
    page[NameObject("/Contents")] = pattern
    page[NameObject("/Resources")] = pattern["/Resources"]
    assert set(page.extract_text().split()) == {"TJPM-5D9B-TJPW"}


def test_every_fragment_of_eight_centimetres_shows_a_number_whole(pattern):
    """Wherever on the page a disc of 8 cm is laid, all corners of some number are in it.

    The pattern repeats, so its own cell stands for the page. A mesh of 1 mm stands for every place: what holds for a
    disc smaller by half the mesh's diagonal holds for the whole disc anywhere between.
    """
    step_x, step_y = float(pattern["/XStep"]), float(pattern["/YStep"])
    turned = math.hypot(*map(float, pattern["/Matrix"][:2]))
    assert turned == pytest.approx(1)  # the pattern is turned, not scaled: its lengths are those of the page
    numbers = [
        [(x + right * step_x, y + up * step_y) for x, y in box]
        for box in number_boxes(pattern)
        for right, up in product((-1, 0, 1), repeat=2)
    ]
    mesh = MM
    within = PALM / 2 - mesh * math.sqrt(2) / 2
    for column, row in product(range(math.ceil(step_x / mesh)), range(math.ceil(step_y / mesh))):
        centre = (column * mesh, row * mesh)
        assert any(all(math.dist(centre, corner) <= within for corner in number) for number in numbers)


def test_text_under_it_stays_readable_and_it_stays_visible_in_gray(pattern):
    (strength,) = {float(state["/ca"]) for state in pattern["/Resources"]["/ExtGState"].values()}
    under = _luminance(255 * (1 - strength))
    ink = min(_luminance(part) for part in INK.to_bytes(3, "big"))
    assert (under + 0.05) / (ink + 0.05) > 12  # WCAG asks 7 of the best
    assert (1 + 0.05) / (under + 0.05) > 1.2


def _luminance(part: float) -> float:
    return (part / 255 / 12.92) if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4
