"""The twelve people of docs/demo.md, as the deputy sees them: each source's records and the lamps, word by word."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.connectors.stubs.test_demo_table import TABLES
from tests.flows.demo import Demo
from tests.flows.visitor import Visitor

pytestmark = pytest.mark.process

GOLDEN = TABLES[0]
SOURCES = ("dmv", "courts", "registry", "corrections")


@pytest.fixture(scope="module")
def deputy(chromium: Browser, demo: Demo) -> Iterator[Visitor]:
    """One deputy, one shift, twelve questions."""
    visitor = Visitor(chromium.new_context(), demo).begin("officer")
    yield visitor
    visitor.context.close()


@pytest.mark.parametrize("row", GOLDEN, ids=[row[0] for row in GOLDEN])
def test_what_is_typed_shows_what_the_table_says(deputy: Visitor, row: list[str]) -> None:
    deputy.ask(row[0].strip("`"))

    assert [_found(deputy, source) for source in SOURCES] == row[2:6]
    assert _lit(deputy) == ([] if row[6] == "none" else row[6].split("; "))


def _found(deputy: Visitor, source: str) -> str:
    """The cell of the table for what the panel holds."""
    titles = deputy.page.locator(f"#panel-{source} a.record-link").all_text_contents()
    if len(titles) > 5:
        return deputy.page.locator(f"#chip-{source} a span").inner_text().replace("found", "records")
    return "<br>".join(titles) or deputy.page.locator(f"#chip-{source} a span").inner_text()


def _lit(deputy: Visitor) -> list[str]:
    """The lit lamps in their order; of a warrant whether it was served."""
    lit = [(lamp.split("\n")[0], lamp.split("\n")[1]) for lamp in deputy.page.locator(".lamp.lit").all_inner_texts()]
    return [f"{name}, {said.removeprefix('YES, ')}" if name == "Open warrant" else name for name, said in lit]
