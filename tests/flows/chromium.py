"""Debian's Chromium without a window, and the screens people hold in front of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, sync_playwright

_HANDHELD = "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 Chrome/156.0.0.0 Mobile Safari/537.36"

AT_A_DESK: Mapping[str, Any] = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}
ON_A_TABLET: Mapping[str, Any] = {
    "viewport": {"width": 820, "height": 1180},
    "color_scheme": "light",
    "user_agent": _HANDHELD,
    "has_touch": True,
}
ON_A_PHONE: Mapping[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "color_scheme": "dark",
    "user_agent": _HANDHELD,
    "has_touch": True,
}

_FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, ended with its driver."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()
