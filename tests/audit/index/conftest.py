"""An index with a small week of two agencies in it, written by an ordinary journal."""

from datetime import UTC, datetime

import pytest

from audit import canonical
from audit.events import Action, Asked, Event, Grounds, Printed, Sensitive, SensitiveTerm, TermType
from audit.index.sqlite import SqliteIndex
from tests.audit.examples import MARLOW, PINELAKE, Time, disclosure, entries, login, officer, request, typed, writer
from tests.opensearch.months import Months

REYES, LANE = officer(PINELAKE, id="u-reyes"), officer(MARLOW, id="u-lane")
SMITH = SensitiveTerm(TermType.NAME, ("Smith", "John"))
ONE, TWO = Asked(id="1" * 32, kind="person"), Asked(id="2" * 32, kind="vehicle")
ARREST, TRAFFIC = Grounds(purpose="C", case_number="26-1"), Grounds(purpose="J", reason_code="traffic")


def week() -> list[Event]:
    saw_smith = Sensitive(shown=(SMITH,))
    return [
        login(PINELAKE),
        request(actor=REYES, query=ONE, grounds=ARREST, sensitive=Sensitive(subject=(SMITH,))),
        disclosure(actor=REYES, query=ONE, grounds=ARREST, sensitive=saw_smith),
        request(actor=LANE, query=TWO, grounds=TRAFFIC, sensitive=typed()),
        disclosure(actor=LANE, query=TWO, grounds=TRAFFIC, sensitive=saw_smith, source_status={"courts": {"total": 1}}),
        disclosure(
            action=Action.DOCUMENT_PRINT, actor=REYES, query=ONE, grounds=ARREST, printed=Printed(id="COPY00000001")
        ),
        Event(action=Action.ACCESS_DENIED, reason="gate"),
        disclosure(
            action=Action.DOCUMENT_PRINT, actor=LANE, query=TWO, grounds=TRAFFIC, printed=Printed(id="COPY00000002")
        ),
    ]


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """The entries of that week, a day apart, and the tokens of somebody seen in it."""
    data, time = tmp_path_factory.mktemp("week"), Time(datetime(2026, 3, 2, 1, 30, tzinfo=UTC))
    journal = writer(data, clock=time.clock, monotonic=time.monotonic)
    for event in week():
        journal.write([event])
        time.passes(86_400)
    journal.close()
    journalled = [(entry["event"]["sequence"], canonical.encode(entry)) for entry in entries(data)]
    return journalled, journal.sealer.tokens([SMITH])


@pytest.fixture(scope="session")
def journalled(written):
    return written[0]


@pytest.fixture(scope="session")
def smith(written):
    return written[1]


@pytest.fixture(params=["sqlite", pytest.param("opensearch", marks=pytest.mark.opensearch)])
def kind(request):
    return request.param


@pytest.fixture
def make(kind, request, tmp_path):
    """Makes an index with nothing in it, or over the months of that name."""

    def one(name=""):
        if kind == "sqlite":
            return SqliteIndex(tmp_path / "index.sqlite")
        return Months(request.getfixturevalue("opensearch"), tmp_path, name)

    return one


@pytest.fixture
async def empty(make):
    index = make()
    yield index
    await closed(index)


@pytest.fixture(scope="session")
def filled():
    """What the months with the week in it are called in the cluster: one for all tests, since none changes them."""
    return {}


@pytest.fixture
def opened(kind, make, journalled, filled):
    """Opens an index with the week in it."""

    async def one():
        index = make(filled.get(kind, ""))
        if kind not in filled:
            await index.create(journalled)
        if kind == "opensearch":
            filled[kind] = index.name
        return index

    return one


@pytest.fixture
async def index(opened):
    index = await opened()
    yield index
    await closed(index)


async def closed(index):
    """Let go of it."""
    ending = index.close()
    if ending is not None:
        await ending
