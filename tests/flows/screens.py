"""`make screenshots`: every page, every theme and width, into a folder, for people to look at."""

import sys
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser

from tests.flows.chromium import DESK, ON_A_PHONE, PHONE, TABLET, chromium
from tests.flows.demo import Demo, demo
from tests.flows.tour import HOLLIS, STOPS
from tests.flows.visitor import Visitor

_SCREENS: Mapping[str, dict[str, object]] = {
    "desk-day": {"viewport": DESK, "color_scheme": "light"},
    "desk-night": {"viewport": DESK, "color_scheme": "dark"},
    "tablet-day": {"viewport": TABLET, "color_scheme": "light", "user_agent": ON_A_PHONE},
    "phone-day": {"viewport": PHONE, "color_scheme": "light", "user_agent": ON_A_PHONE},
    "phone-night": {"viewport": PHONE, "color_scheme": "dark", "user_agent": ON_A_PHONE},
}
_OFF_ON_HANDHELDS = {"print", "print-errors"}
_KEPT_WHOLE = {"lock-warning", "menu"}  # what lies over a page is seen where it lies


def main(out: Path, only: set[str]) -> None:
    """Photograph `only` these stops, or all."""
    out.mkdir(parents=True, exist_ok=True)
    with chromium() as browser, demo() as well, demo("courts:slow,registry:stall") as slow:
        for screen, how in _SCREENS.items():
            for name, stop in STOPS.items():
                if (only and name not in only) or (name in _OFF_ON_HANDHELDS and "user_agent" in how):
                    continue
                visitor = Visitor(browser.new_context(**how), well)
                visitor.context.set_default_timeout(10_000)  # milliseconds
                stop.reach(visitor)
                path = out / f"{name}-{screen}.png"
                visitor.page.screenshot(path=path, full_page=name not in _KEPT_WHOLE)
                visitor.context.close()
            if not only or "answer-partial" in only:
                _partial(browser, slow, screen, how, out)
        if not only or "stopped" in only:
            for screen, how in _SCREENS.items():
                _stopped(browser, screen, how, out)


def _partial(browser: Browser, slow: Demo, screen: str, how: dict[str, object], out: Path) -> None:
    """An answer on its way: asked, partly there, and with one source silent."""
    visitor = Visitor(browser.new_context(**how), slow).begin()
    visitor.type(HOLLIS)
    visitor.page.click("#go")
    visitor.page.locator("#chip-dmv.found").wait_for()
    visitor.page.screenshot(path=out / f"answer-partial-{screen}.png", full_page=True)
    visitor.page.locator('#people[aria-busy="false"]').wait_for()
    visitor.page.screenshot(path=out / f"answer-silent-{screen}.png", full_page=True)
    visitor.context.close()


def _stopped(browser: Browser, screen: str, how: dict[str, object], out: Path) -> None:
    """The record breaks while a source is waited for, and the next question finds it broken."""
    with demo("courts:slow") as broken:
        visitor = Visitor(browser.new_context(**how), broken).begin()
        visitor.type(HOLLIS)
        visitor.page.click("#go")
        visitor.page.locator("#chip-dmv.found").wait_for()
        broken.break_journal()
        visitor.page.locator(".stopped").wait_for()
        visitor.page.screenshot(path=out / f"answer-stopped-{screen}.png", full_page=True)
        visitor.page.click("#go")
        visitor.page.locator("#answer > .stopped, #answer > * .stopped").first.wait_for()
        visitor.page.screenshot(path=out / f"stopped-{screen}.png", full_page=True)
        visitor.context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), set(sys.argv[2:]))
