"""What the documents tell a reader to run, open or follow is there."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from gateway.__main__ import main
from tests.rules.reading import ROOT

DOCUMENTS = sorted(
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "connectors/README.md", ROOT / "audit/FORMAT.md")
)
VARIABLE = re.compile(r"^(\w+) \?=", re.MULTILINE)
TARGET = re.compile(r"^(\w+):", re.MULTILINE)


class Link(NamedTuple):
    """Where a link of a document leads: a file, and a heading in it."""

    document: Path
    to: str

    def __str__(self) -> str:
        return f"{self.document.relative_to(ROOT)}: {self.to}"


def prose(document: Path) -> str:
    return re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def headings(document: Path) -> set[str]:
    """As GitHub names them in links."""
    titles = re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def told(what: str) -> set[str]:
    """The word after `what` in every command that a document names."""
    texts = [document.read_text("utf-8") for document in DOCUMENTS]
    return {word for text in texts for word in re.findall(rf"(?:^|`)(?:\S*/)?{what} ([a-z]+)", text, re.MULTILINE)}


LINKS = sorted(
    {
        Link(document, to)
        for document in DOCUMENTS
        for to in re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", prose(document))
        if not to.startswith("https://")
    }
)


def test_there_is_something_to_follow() -> None:
    assert len(DOCUMENTS) > 8
    assert len(LINKS) > 12
    assert {"demo", "test", "check"} <= told("make")
    assert {"verify", "check"} <= told("sightline")


@pytest.mark.parametrize("link", LINKS, ids=str)
def test_a_link_leads_somewhere(link: Link) -> None:
    name, _, heading = link.to.partition("#")
    there = link.document.parent / name if name else link.document

    assert there.exists()
    assert not heading or heading in headings(there)


def test_every_target_of_make_that_is_named_exists() -> None:
    assert told("make") - set(TARGET.findall((ROOT / "Makefile").read_text("utf-8"))) == set()


def test_every_variable_of_make_that_is_named_exists() -> None:
    named = {
        name
        for document in DOCUMENTS
        for line in re.findall(r"make \w+((?: [A-Z]+=\S*)+)", document.read_text("utf-8"))
        for name in re.findall(r"([A-Z]+)=", line)
    }

    assert "FAULT" in named
    assert named - set(VARIABLE.findall((ROOT / "Makefile").read_text("utf-8"))) == set()


@pytest.mark.parametrize("command", sorted(told("sightline")))
def test_a_command_that_is_named_exists(command: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])

    assert ended.value.code == 0
