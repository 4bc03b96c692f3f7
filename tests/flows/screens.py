"""`make screenshots`: every page by day and by night, at a desk, on a tablet and on a phone, for people to look at."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser

from tests.flows.chromium import AT_A_DESK, ON_A_PHONE, ON_A_TABLET, chromium
from tests.flows.demo import Demos
from tests.flows.tour import STOPS, Stop
from tests.flows.visitor import Visitor

_SCREENS: Mapping[str, Mapping[str, Any]] = {"desk": AT_A_DESK, "tablet": ON_A_TABLET, "phone": ON_A_PHONE}
_THEMES = {"day": "light", "night": "dark"}

# What the README shows, and which of the pictures it is.
_SHOWN = {
    "answer-day-desk": "answer-day-desk",
    "answer-night-phone": "answer-night-phone",
    "activity-day-desk": "officers-day-day-desk",
}
_TALLEST = 1100  # CSS pixels of a page in the README
_COLORS = 64  # plenty for a page, and half of its bytes


def main(out: Path, only: set[str]) -> None:
    """Photograph `only` these stops, or all; then bring the README's pictures up to date."""
    out.mkdir(parents=True, exist_ok=True)
    with chromium() as browser, Demos() as demos:
        for name, stop in STOPS.items():
            if only and name not in only:
                continue
            for screen, held in _SCREENS.items():
                if stop.on_paper and screen != "desk":
                    continue  # printing is off on handhelds
                _photograph(
                    browser, demos, stop, held, {theme: out / f"{name}-{theme}-{screen}.png" for theme in _THEMES}
                )
    for shown, taken in _SHOWN.items():
        if (out / f"{taken}.png").exists():
            _reduce(out / f"{taken}.png", out.parent / f"{shown}.png")


def _photograph(browser: Browser, demos: Demos, stop: Stop, held: Mapping[str, Any], paths: Mapping[str, Path]) -> None:
    visitor = Visitor(browser.new_context(**held), stop.demo(demos))
    stop.reach(visitor)
    for theme, path in paths.items():
        visitor.page.emulate_media(color_scheme=_THEMES[theme])
        visitor.page.screenshot(path=path, full_page=not stop.lies_over)
    visitor.context.close()


def _reduce(taken: Path, shown: Path) -> None:
    with Image.open(taken) as whole:
        scale = whole.width // 1280 or whole.width // 390
        top = whole.convert("RGB").crop((0, 0, whole.width, min(whole.height, _TALLEST * scale)))
    top.quantize(_COLORS, kmeans=4, dither=Image.Dither.NONE).save(shown, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), set(sys.argv[2:]))
