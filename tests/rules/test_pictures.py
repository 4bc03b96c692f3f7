"""The pictures in the README are there, and nobody waits for them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PICTURES = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text())
MOST = 150_000  # bytes


def test_the_readme_shows_three() -> None:
    assert len(PICTURES) == 3


@pytest.mark.parametrize("picture", PICTURES)
def test_each_is_there_and_small(picture: str) -> None:
    assert 0 < (ROOT / picture).stat().st_size < MOST
