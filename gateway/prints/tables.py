"""Groups of lines as tables: a series such as charges as one table where it fits, any other group as one of its own."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from itertools import groupby
from typing import Any

from gateway.prints import times
from gateway.prints.document import Group, Line
from gateway.prints.printable import printable, printable_or_none

_MOST_COLUMNS = 7  # more, or longer texts, and a series reads better one below the other
_MOST_IN_A_CELL = 120  # characters, notes included
_COLUMN_WIDTHS = (7, 28)  # the narrowest and the widest of a series, in characters
_MOST_LINES_TOGETHER = 12  # more, or more text, and a group may go on overleaf
_MOST_TEXT_TOGETHER = 800  # characters

_Cell = dict[str, Any]


def tables(groups: Sequence[Group], zone: tzinfo) -> list[dict[str, Any]]:
    """What `layout.typ` sets for `groups`, in their order: each a series with `rows` or a group with `lines`."""
    runs = groupby(enumerate(groups), lambda placed: _run(*placed))
    return [table for _, run in runs for table in _tables([group for _, group in run], zone)]


def _run(place: int, group: Group) -> tuple[str | None, int | None]:
    """Equal for neighbours of one series; a group without a number is a run by itself."""
    return group.title, place if group.number is None else None


def _tables(run: Sequence[Group], zone: tzinfo) -> Iterator[dict[str, Any]]:
    lines = [[_cell(line, zone) for line in group.lines] for group in run]
    labels = list(dict.fromkeys(cell["label"] for cells in lines for cell in cells))
    if len(run) > 1 and len(labels) <= _MOST_COLUMNS and all(map(_fits_a_row, lines)):
        yield _series(run, labels, [{cell["label"]: cell for cell in cells} for cells in lines])
        return
    for group, cells in zip(run, lines, strict=True):
        title = group.title if group.number is None else f"{group.title or ''} {group.number}"
        yield {"title": printable_or_none(title), "together": _fits_together(cells), "lines": cells}


def _series(run: Sequence[Group], labels: Sequence[str], rows: Sequence[dict[str, _Cell]]) -> dict[str, Any]:
    narrowest, widest = _COLUMN_WIDTHS
    longest = [max(len(label), *(len(row[label]["value"]) for row in rows if label in row)) for label in labels]
    return {
        "title": printable_or_none(run[0].title),
        "together": len(rows) <= _MOST_LINES_TOGETHER,
        "columns": labels,
        "widths": [min(max(narrowest, length), widest) for length in longest],
        "rows": [
            [str(group.number), *(row.get(label) for label in labels)] for group, row in zip(run, rows, strict=True)
        ],
    }


def _cell(line: Line, zone: tzinfo) -> _Cell:
    return {
        "label": printable(line.label),
        "value": printable(line.value),
        "source": printable_or_none(line.source_text),
        "as_of": None if line.as_of is None else times.minute(line.as_of, zone),
        "caveat": printable_or_none(line.caveat),
    }


def _fits_a_row(cells: Sequence[_Cell]) -> bool:
    """Whether a row shows all of it: no label twice, nothing long."""
    return len({cell["label"] for cell in cells}) == len(cells) and all(_text(c) <= _MOST_IN_A_CELL for c in cells)


def _fits_together(cells: Sequence[_Cell]) -> bool:
    return len(cells) <= _MOST_LINES_TOGETHER and sum(map(_text, cells)) <= _MOST_TEXT_TOGETHER


def _text(cell: _Cell) -> int:
    return sum(len(part) for name, part in cell.items() if part is not None and name != "label")
