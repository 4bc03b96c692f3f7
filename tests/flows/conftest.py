"""One real demo and one Chromium for all flows. They come last: quick tests speak first, and the browser's driver keeps
this thread's event loop to itself until the end.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.flows import chromium as browsers
from tests.flows import demo as demos
from tests.flows.demo import Demo
from tests.flows.visitor import Visitor

_HERE = Path(__file__).parent

Visit = Callable[..., Visitor]
DemoWith = Callable[[str], Demo]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _HERE in item.path.parents)  # a stable sort: else in the order they were shuffled to


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with browsers.chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def demo_with() -> Iterator[DemoWith]:
    """A demo with some trouble, started when a flow first needs it."""
    with ExitStack() as until_the_end:
        started: dict[str, Demo] = {}

        def with_trouble(fault: str) -> Demo:
            if fault not in started:
                started[fault] = until_the_end.enter_context(demos.demo(fault))
            return started[fault]

        yield with_trouble


@pytest.fixture(scope="session")
def demo(demo_with: DemoWith) -> Demo:
    """The demo, with nothing wrong."""
    return demo_with("")


@pytest.fixture
def visit(chromium: Browser, demo: Demo) -> Iterator[Visit]:
    """Somebody's browser of their own. Whatever it complained about by the end fails the test."""
    visitors: list[Visitor] = []

    def visit(to: Demo = demo, **how: Any) -> Visitor:
        context = chromium.new_context(**{"viewport": browsers.DESK, "color_scheme": "light", **how})
        context.set_default_timeout(10_000)  # milliseconds
        visitors.append(Visitor(context, to))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture
def deputy(visit: Visit) -> Visitor:
    """The deputy at a desk by day, signed in, about to ask."""
    return visit().begin("officer")
