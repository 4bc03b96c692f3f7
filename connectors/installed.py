"""The connectors that are installed: one for each entry point in the group `sightline.connectors`.

    [project.entry-points."sightline.connectors"]
    county-rms = "county_rms.connector:CountyRms"

The entry point bears the name of its source, and its class needs no arguments. All that is wrong is said at once.
"""

import itertools
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points

from connectors.contract import Connector, Source

GROUP = "sightline.connectors"


class CannotInstall(Exception):
    """Some entry points give no usable connector; `problems` says of each which and why, for the operator."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


def installed(found: Iterable[EntryPoint] | None = None) -> tuple[Connector, ...]:
    """One of each connector, by name. Raises `CannotInstall`."""
    points = sorted(entry_points(group=GROUP) if found is None else found, key=lambda point: point.name)
    problems = [*_doubles(points)]
    connectors: list[Connector] = []
    for point in points:
        made = _made(point)
        if isinstance(made, str):
            problems.append(f"{point.name} = {point.value}: {made}")
        else:
            connectors.append(made)
    if problems:
        raise CannotInstall(problems)
    return tuple(connectors)


def _doubles(points: list[EntryPoint]) -> Iterator[str]:
    for one, other in itertools.pairwise(points):
        if one.name == other.name:
            yield f"two connectors are called {one.name}: {one.value} and {other.value}"


def _made(point: EntryPoint) -> Connector | str:
    """The connector of an entry point, or what is wrong with it."""
    try:
        connector: Connector = point.load()()
    except Exception as error:  # noqa: BLE001 - a foreign package may fail in any way as it is loaded
        return f"it cannot be made ({type(error).__name__}: {error})"
    source = getattr(connector, "source", None)
    if not isinstance(source, Source):
        return "it has no `source`"
    if source.name != point.name:
        return f"its source is called {source.name}: give the entry point that name"
    return connector
