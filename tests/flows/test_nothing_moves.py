"""Nothing an officer is about to touch moves while the panels fill."""

from typing import Any

import pytest

from tests.flows.chromium import AT_A_DESK, ON_A_PHONE
from tests.flows.conftest import Visit
from tests.flows.demo import Demos
from tests.flows.tour import HOLLIS, SLOW

pytestmark = pytest.mark.process

# Every shift since the question was asked, the officer's own touch or not.
_COUNT = """() => {
  window.moved = 0;
  new PerformanceObserver((list) => { for (const shift of list.getEntries()) window.moved += shift.value; })
    .observe({ type: "layout-shift", buffered: false });
}"""


@pytest.mark.parametrize(("screen", "most"), [(AT_A_DESK, 0.05), (ON_A_PHONE, 0.1)], ids=["at a desk", "on a phone"])
@pytest.mark.parametrize("typed", [HOLLIS, "falk, jory", "brackenridge, tobias"])
def test_nothing_moves_while_the_panels_fill(
    visit: Visit, demos: Demos, screen: dict[str, Any], most: float, typed: str
) -> None:
    deputy = visit(demos.with_trouble(SLOW), **screen).begin()
    deputy.ask("nettlefold, quillan")  # the shift bar has closed, as it has for the rest of the shift
    deputy.page.evaluate(_COUNT)

    deputy.ask(typed)
    deputy.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    assert deputy.page.evaluate("window.moved") <= most
