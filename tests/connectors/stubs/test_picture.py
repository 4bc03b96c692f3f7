"""A drawn face is a whole picture, differs between people who look different, and never changes."""

import hashlib
import io

import pytest
from PIL import Image

from connectors.stubs.picture import photograph
from connectors.stubs.truth import Population


@pytest.mark.parametrize("part", ["father", "twin", "released tomorrow"])
def test_a_photograph_is_a_picture_of_the_size_a_screen_keeps_for_it(people: Population, part: str) -> None:
    picture = Image.open(io.BytesIO(photograph(people.who(part)).content))
    picture.load()

    assert (picture.format, picture.size) == ("PNG", (160, 200))


def test_every_look_can_be_drawn(people: Population) -> None:
    looks = {(p.sex, p.race, p.eyes, p.hair): p for p in people.people}

    assert len(looks) > 200
    assert len({photograph(person).content for person in looks.values()}) > 200


def test_a_known_photograph_never_changes(people: Population) -> None:
    picture = Image.open(io.BytesIO(photograph(people.who("father")).content)).convert("RGB")

    assert hashlib.sha256(picture.tobytes()).hexdigest() == (
        "23690f5fa7365c417ddc5aa8e2e8941ed2fb3e5e53a977b846cdb6e233164604"
    )
