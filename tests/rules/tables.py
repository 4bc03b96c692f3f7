"""Tables of our documents, as they are read."""

import re

from tests.rules.reading import ROOT


def table(document: str, heading: str) -> list[list[str]]:
    """The rows of the table that begins with the column `heading`, without backticks."""
    lines = (ROOT / "docs" / document).read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([re.sub("`", "", cell).strip() for cell in line.strip("|").split("|")])
    assert rows
    return rows
