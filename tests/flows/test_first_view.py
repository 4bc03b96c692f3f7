"""What an officer sees of an answer on a phone, at night, before anything is scrolled."""

from io import BytesIO

import pytest
from PIL import Image

from tests.flows.chromium import ON_A_PHONE
from tests.flows.conftest import Visit
from tests.flows.tour import HOLLIS
from tests.flows.visitor import Visitor

pytestmark = pytest.mark.process

DARK = 0.05  # mean relative luminance; more of it blinds in a dark car

# In this order. Of the person, what must be known before anybody steps out of the car.
FIRST = ["details.shift", "#q", ".understood", ".strip", ".lamps", ".person h3", ".person .alert >> nth=0"]


@pytest.fixture
def phone(visit: Visit) -> Visitor:
    """The deputy's phone at night, an answer on it, back at its top."""
    visitor = visit(**ON_A_PHONE).begin()
    visitor.ask(HOLLIS)
    visitor.page.evaluate("scrollTo(0, 0)")
    return visitor


def test_it_holds_the_question_who_answered_every_lamp_and_the_first_person(phone: Visitor) -> None:
    boxes = [phone.page.locator(place).bounding_box() for place in FIRST]

    tops = [box["y"] for box in boxes]
    assert tops == sorted(tops)
    assert boxes[-1]["y"] + boxes[-1]["height"] <= ON_A_PHONE["viewport"]["height"]
    assert phone.page.locator(".lamp").count() == 8


def test_the_answer_is_dark(phone: Visitor) -> None:
    with Image.open(BytesIO(phone.page.screenshot(full_page=True))) as seen:
        pixels, levels = seen.width * seen.height, seen.convert("RGB").histogram()

    light = [sum(_linear(level) * levels[256 * band + level] for level in range(256)) / pixels for band in range(3)]
    assert sum(weight * of_band for weight, of_band in zip((0.2126, 0.7152, 0.0722), light, strict=True)) <= DARK


def _linear(level: int) -> float:
    """The linear light of one of a pixel's levels, as WCAG 2.2 defines relative luminance."""
    part = level / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def test_the_mark_reaches_the_foot_of_the_page(phone: Visitor) -> None:
    heights = phone.page.evaluate(
        "[document.querySelector('.mark').getBoundingClientRect().height, document.documentElement.scrollHeight]"
    )

    assert heights[0] == pytest.approx(heights[1], abs=2)  # CSS pixels
