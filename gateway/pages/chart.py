"""A bar chart as SVG attributes: the figures stand on the bars, and the same figures stand in a table. Pure."""

from collections.abc import Sequence

import msgspec

_HEIGHT = 100  # units the tallest bar has
_STEP = 48  # units from bar to bar
_WIDTH = 34


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One bar, in the units of its chart."""

    label: str
    count: int
    x: int
    y: int
    height: int
    middle: int


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """Bars side by side; `width` and `height` are its view box, with room for the figures."""

    title: str
    unit: str  # what is counted
    bars: tuple[Bar, ...]
    bar_width: int
    width: int
    height: int
    base: int


def bars(title: str, unit: str, counts: Sequence[tuple[str, int]]) -> Chart | None:
    """A chart of labelled figures, or None when all are nothing."""
    most = max((count for _, count in counts), default=0)
    if most == 0:
        return None
    base = _HEIGHT + 24
    made = []
    for place, (label, count) in enumerate(counts):
        height = round(_HEIGHT * count / most)
        left = place * _STEP + (_STEP - _WIDTH) // 2
        made.append(
            Bar(label=label, count=count, x=left, y=base - height, height=height, middle=place * _STEP + _STEP // 2)
        )
    return Chart(
        title=title,
        unit=unit,
        bars=tuple(made),
        bar_width=_WIDTH,
        width=len(made) * _STEP,
        height=base + 28,
        base=base,
    )


def by_hour(counts: Sequence[tuple[str, int]], unit: str) -> Chart | None:
    """Figures by hour of the day, from the first hour with any to the last, no hour left out."""
    known = dict(counts)
    hours = sorted(int(hour) for hour, count in counts if count)
    if not hours:
        return None
    every = range(hours[0], hours[-1] + 1)
    return bars(f"{unit} by hour of the day", unit, [(f"{hour:02}", known.get(f"{hour:02}", 0)) for hour in every])
