"""One real demo and one Chromium for all flows. They come last: quick tests speak first, and the browser's driver keeps
this thread's event loop to itself until the end.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.flows import chromium as browsers
from tests.flows.chromium import AT_A_DESK
from tests.flows.demo import Demo, Demos
from tests.flows.visitor import Visitor

_HERE = Path(__file__).parent

Visit = Callable[..., Visitor]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _HERE in item.path.parents)  # a stable sort: else in the order they were shuffled to


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with browsers.chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def demos() -> Iterator[Demos]:
    """Demos with some trouble, each started when a flow first needs it."""
    with Demos() as started:
        yield started


@pytest.fixture(scope="session")
def demo(demos: Demos) -> Demo:
    """The demo, with nothing wrong."""
    return demos.with_trouble()


@pytest.fixture
def visit(chromium: Browser, demo: Demo) -> Iterator[Visit]:
    """Somebody's browser of their own. Whatever it complained about by the end fails the test."""
    visitors: list[Visitor] = []

    def visit(to: Demo = demo, **how: Any) -> Visitor:
        visitors.append(Visitor(chromium.new_context(**{**AT_A_DESK, **how}), to))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture
def deputy(visit: Visit) -> Visitor:
    """The deputy at a desk by day, signed in, about to ask."""
    return visit().begin("officer")
