"""The suite notices a defect: each of those planted here makes the tests fail that are named beside it.

Each is planted in a copy of the source and run against those tests alone. It counts only if they pass without it, if
types and import contracts let it through, and if it is the tests that fail, not something before them.
"""

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from tests.planted.defects import DEFECTS, Defect

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
PROMISES = [str(number) for number in range(1, 12)]  # of docs/architecture.md
AT_ONCE = 2
PATIENCE_S = 240  # with the worst of tools on a busy machine

Done = subprocess.CompletedProcess[str]
Copy = Callable[[], Path]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Makes copies of the source."""

    def made() -> Path:
        folder = tmp_path_factory.mktemp("copy")
        for name in ("gateway", "connectors", "audit", "tests", "docs", "deploy"):
            shutil.copytree(ROOT / name, folder / name)
        shutil.copy2(ROOT / "pyproject.toml", folder)
        return folder

    return made


@pytest.fixture(scope="module")
def planted(copy: Copy, request: pytest.FixtureRequest) -> Iterator[Mapping[Defect, "Future[Done]"]]:
    """What became of every defect that was chosen: two at once, in the order in which they are looked at."""

    def one(defect: Defect) -> Done:
        folder = copy()
        plant(folder, defect)
        done = run_tests(folder, defect.caught_by)
        shutil.rmtree(folder)
        return done

    here = [item for item in request.session.items if item.path == request.path and "planted" in item.fixturenames]
    chosen = [item.callspec.params["defect"] for item in here]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {defect: pool.submit(one, defect) for defect in chosen}


def plant(folder: Path, defect: Defect) -> None:
    path = folder / defect.at
    text = path.read_text("utf-8")
    assert text.count(defect.right) == 1, "what it replaces does not stand there once"
    path.write_text(text.replace(defect.right, defect.wrong), "utf-8")
    Path(cache_from_source(path)).unlink(missing_ok=True)


def run_tests(folder: Path, tests: tuple[str, ...]) -> Done:
    """Run tests in a copy, without what none of them needs and takes long to start."""
    without = [f"-pno:{plugin}" for plugin in ("randomly", "cacheprovider", "hypothesispytest")]
    return run(folder, "pytest", "-rfE", "--tb=line", "--timeout=60", "-mnot opensearch", *without, *tests)


def run(folder: Path, tool: str, *told: str) -> Done:
    """Run a tool on a copy, which is found before the source that is installed."""
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(folder)}
    installed = Path(sys.executable).with_name(tool)
    return subprocess.run(
        [installed, *told], cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: f"{defect.promise}: {defect.does}")
def test_a_defect_is_noticed(planted: Mapping[Defect, "Future[Done]"], defect: Defect) -> None:
    done = planted[defect].result()

    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "\nERROR " not in said, said
    assert [test for test in defect.caught_by if f"\nFAILED {test}" not in said] == [], said


def test_without_a_defect_the_same_tests_pass(copy: Copy) -> None:
    every = dict.fromkeys(test for defect in DEFECTS for test in defect.caught_by)

    done = run_tests(copy(), tuple(every))

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("tool", ["mypy", "lint-imports"])
def test_no_other_tool_would_have_noticed(copy: Copy, tool: str) -> None:
    folder = copy()
    if (known := ROOT / ".mypy_cache").is_dir():
        shutil.copytree(known, folder / known.name)
    for defect in DEFECTS:
        plant(folder, defect)

    done = run(folder, tool)

    assert done.returncode == 0, done.stdout


def test_every_promise_is_broken_in_two_ways_at_least() -> None:
    ways = Counter(defect.promise for defect in DEFECTS)

    assert {promise: ways[promise] for promise in PROMISES if ways[promise] < 2} == {}
    assert len(DEFECTS) >= 28
