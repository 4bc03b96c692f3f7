"""What every test has at hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.opensearch.server import OpenSearch

if TYPE_CHECKING:
    from tests.world import World

_CLUSTER = pytest.StashKey[OpenSearch]()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("opensearch"):
            item.add_marker("process")
            item.add_marker(pytest.mark.timeout(300))  # the first of them waits until the cluster has started


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the cluster start, which takes half a minute of a busy machine, while the tests that need none run."""
    if not session.config.option.collectonly and any(item.get_closest_marker("opensearch") for item in session.items):
        session.config.stash[_CLUSTER] = OpenSearch()
        session.config.stash[_CLUSTER].start()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if cluster := session.config.stash.get(_CLUSTER, None):
        cluster.end()


@pytest.fixture(scope="session")
def opensearch(request: pytest.FixtureRequest) -> OpenSearch:
    """The one real cluster of a run, for tests marked `opensearch`; each writes under names of its own."""
    cluster = request.config.stash[_CLUSTER]
    cluster.wait()
    cluster.apply()
    return cluster


settings.register_profile("sightline", deadline=None)  # no test is about speed
settings.load_profile("sightline")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"  # the product runs on asyncio alone


@pytest.fixture
def world(tmp_path: Path) -> "Iterator[World]":
    """The whole gateway at work, with nothing wrong."""
    from tests.world import World  # all of the gateway: most tests need little of it

    with World(tmp_path).running() as made:
        yield made
