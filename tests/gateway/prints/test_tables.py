"""A series reads as one table where every row can show all of it; else each of its groups reads by itself."""

from datetime import UTC, datetime

import pytest

from gateway.prints.document import Group
from gateway.prints.tables import tables
from tests.gateway.prints.documents import charges, line


def shapes(*groups: Group) -> list[tuple[str | None, str]]:
    return [(table["title"], "rows" if "rows" in table else "lines") for table in tables(groups, UTC)]


def series(*changed: Group) -> tuple[Group, ...]:
    return (*charges(2), *changed)


def charge(*lines: object) -> Group:
    return Group(title="Charge", number=3, lines=lines)


def test_neighbours_of_one_title_with_numbers_are_one_table():
    assert shapes(*charges(60)) == [("Charge", "rows")]


def test_a_row_for_each_with_its_number_and_a_column_for_each_label():
    (table,) = tables(charges(2), UTC)
    assert table["columns"] == ["Offense", "Statute", "Plea"]
    assert [(number, offense["value"]) for number, offense, *_ in table["rows"]] == [
        ("1", "Larceny of 1 geese"),
        ("2", "Larceny of 2 geese"),
    ]


def test_a_row_without_a_fact_others_have_leaves_its_place_empty():
    (table,) = tables(series(charge(line("Statute", "14-1"), line("Finding", "None"))), UTC)
    assert table["columns"] == ["Offense", "Statute", "Plea", "Finding"]
    number, offense, statute, plea, finding = table["rows"][2]
    assert (number, offense, statute["value"], plea, finding["value"]) == ("3", None, "14-1", None, "None")


def test_a_column_is_as_wide_as_its_longest_text_within_reason():
    groups = [Group(title="A", number=n, lines=(line("No", "x"), line("Text", "y" * 90))) for n in (1, 2)]
    (table,) = tables(groups, UTC)
    assert table["widths"] == [7, 28]


@pytest.mark.parametrize(
    "odd",
    [
        charge(line("Offense", "x" * 121)),
        charge(line("Offense", "x", caveat="y" * 120)),
        charge(line("Offense", "a"), line("Offense", "b")),
        charge(*(line(f"Label {number}", "x") for number in range(5))),
    ],
    ids=["a long value", "a long caveat", "a label twice", "too many columns"],
)
def test_one_that_fits_no_row_sets_the_whole_series_apart(odd):
    assert shapes(*series(odd)) == [("Charge 1", "lines"), ("Charge 2", "lines"), ("Charge 3", "lines")]


def test_groups_without_a_number_are_no_series():
    alias = Group(title="Alias", lines=(line("Surname", "A"),))
    assert shapes(alias, alias) == [("Alias", "lines"), ("Alias", "lines")]


def test_one_alone_is_no_series():
    assert shapes(*charges(1)) == [("Charge 1", "lines")]


def test_another_group_between_parts_a_series():
    between = Group(lines=(line("Court", "Superior"),))
    assert shapes(*charges(2), between, *charges(2)) == [("Charge", "rows"), (None, "lines"), ("Charge", "rows")]


@pytest.mark.parametrize(("lines", "together"), [(12, True), (13, False)])
def test_a_short_group_is_kept_on_one_page(lines, together):
    (table,) = tables([Group(lines=tuple(line("L", "v") for _ in range(lines)))], UTC)
    assert table["together"] is together


def test_a_few_lines_of_long_text_may_go_on_overleaf():
    (table,) = tables([Group(lines=(line("L", "v" * 801),))], UTC)
    assert table["together"] is False


def test_a_line_keeps_its_own_source_time_and_caveat():
    told = line("L", "v", source_text="Clerk\x00", as_of=datetime(2026, 1, 2, 3, 4, tzinfo=UTC), caveat="c")
    (table,) = tables([Group(lines=(told,))], UTC)
    assert table["lines"] == [
        {"label": "L", "value": "v", "source": "Clerk[U+0000]", "as_of": "Jan 2, 2026, 03:04 UTC", "caveat": "c"}
    ]
