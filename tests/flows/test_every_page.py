"""Every page, by day at a desk and by night on a phone: anybody can read it, it fits, and it keeps to its own policy.

The policy, and that nothing is asked of another origin, every flow heeds (`visitor.Visitor.complaints`).
"""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.flows.chromium import AT_A_DESK, ON_A_PHONE
from tests.flows.conftest import Visit
from tests.flows.demo import Demos
from tests.flows.tour import STOPS
from tests.flows.visitor import Visitor

pytestmark = pytest.mark.process

AXE = Axe()
_NARROWEST = {"width": 320, "height": 700}


@pytest.mark.parametrize("name", STOPS)
def test_anybody_can_read_it_and_it_fits(visit: Visit, demos: Demos, name: str) -> None:
    stop = STOPS[name]
    visitor = visit(stop.demo(demos), **AT_A_DESK)
    stop.reach(visitor)
    page = visitor.page

    assert "Sightline" in page.title() or page.url.startswith(visitor.demo.provider)
    assert page.locator("h1:visible").count() == 1
    _without_the_mark(visitor)
    found = _serious(visitor)
    page.set_viewport_size(ON_A_PHONE["viewport"])
    page.emulate_media(color_scheme=ON_A_PHONE["color_scheme"])
    found += _serious(visitor)
    page.set_viewport_size(_NARROWEST)

    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth") <= _NARROWEST["width"], "it scrolls sideways"


def _without_the_mark(visitor: Visitor) -> None:
    """Text lies under the mark, so axe could not tell its contrast."""
    visitor.page.evaluate("document.querySelector('.mark')?.remove()")


def _serious(visitor: Visitor) -> list[str]:
    """What axe calls serious or critical."""
    rules = [rule for rule in AXE.run(visitor.page).response["violations"] if rule["impact"] in {"serious", "critical"}]
    return [f"{rule['id']}: {node['html']}" for rule in rules for node in rule["nodes"]]
