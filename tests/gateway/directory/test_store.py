"""The directory knows each agency's people by provider and subject, never by a name, and knows whom to ask."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.demo import agencies
from gateway.demo.people import PEOPLE
from gateway.directory import schema
from gateway.directory.people import AgencyKind, Contact, Office, Role
from gateway.directory.store import Directory, DirectoryUnavailable
from gateway.directory.tables import MEMBERS

ISSUER = "https://idp.example"
TODAY = date(2026, 11, 22)
SUBJECTS = {person.account: person.subject for person in PEOPLE}
PINELAKE, MARLOW = "NC9010000", "NC9020100"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    made = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('directory') / 'directory.db'}"
    schema.upgrade(made)
    agencies.fill(made, ISSUER, TODAY)
    return made


@pytest.fixture
async def directory(url: str) -> AsyncIterator[Directory]:
    made = Directory(url)
    yield made
    await made.close()


async def test_a_member_is_found_with_their_agency_and_all_that_their_agency_says(directory: Directory) -> None:
    deputy = await directory.member(ISSUER, SUBJECTS["officer"], PINELAKE)

    assert deputy is not None
    assert (deputy.name, deputy.badge, deputy.sworn) == ("Dep. R. Ashgrove", "P-0117", True)
    assert deputy.roles == {Role.OFFICER}
    assert deputy.chri_until == deputy.training_until == TODAY + timedelta(days=200)
    assert (deputy.agency.ori, deputy.agency.name) == (PINELAKE, "Pinelake County Sheriff")
    assert (deputy.agency.kind, deputy.agency.zone) == (AgencyKind.LAW_ENFORCEMENT, "America/New_York")


@pytest.mark.parametrize(
    ("issuer", "subject", "ori"),
    [
        pytest.param("https://other.example", SUBJECTS["officer"], PINELAKE, id="another provider"),
        pytest.param(ISSUER, "nobody", PINELAKE, id="another subject"),
        pytest.param(ISSUER, SUBJECTS["officer"], MARLOW, id="another agency"),
        pytest.param(ISSUER, SUBJECTS["officer"], "", id="no agency"),
        pytest.param(ISSUER, SUBJECTS["officer"].upper(), PINELAKE, id="other letters"),
        pytest.param(ISSUER, "' OR 1=1 --", PINELAKE, id="a piece of SQL"),
    ],
)
async def test_nobody_else_is_found(directory: Directory, issuer: str, subject: str, ori: str) -> None:
    assert await directory.member(issuer, subject, ori) is None


async def test_someone_of_two_agencies_is_another_member_at_each(directory: Directory, url: str) -> None:
    engine = sa.create_engine(url.replace("+aiosqlite", ""))
    with engine.begin() as connection:
        mine = sa.select(MEMBERS).where(MEMBERS.c.subject == SUBJECTS["trainer"])
        row = dict(connection.execute(mine).mappings().one())
        task_force = {**row, "id": "task force", "ori": MARLOW, "roles": "officer"}
        connection.execute(sa.insert(MEMBERS).values(task_force))
    at_home = await directory.member(ISSUER, SUBJECTS["trainer"], PINELAKE)
    at_marlow = await directory.member(ISSUER, SUBJECTS["trainer"], MARLOW)
    with engine.begin() as connection:
        connection.execute(sa.delete(MEMBERS).where(MEMBERS.c.id == "task force"))
    engine.dispose()

    assert at_home is not None
    assert at_marlow is not None
    assert (at_home.roles, at_marlow.roles) == ({Role.TRAINING_COORDINATOR}, {Role.OFFICER})
    assert at_home.id != at_marlow.id == "task force"


async def test_each_office_has_a_name_and_a_number_or_nobody(directory: Directory) -> None:
    assert await directory.contact(PINELAKE, Office.HEAD) == Contact("Sheriff M. Corriveau", "(555) 010-0101")
    assert await directory.contact("NC9030100", Office.SITE_ADMINISTRATOR) is None
    assert await directory.contact("NC9990900", Office.SITE_ADMINISTRATOR) is None


async def test_agencies_are_listed_by_name(directory: Directory) -> None:
    names = [agency.name for agency in await directory.agencies()]

    assert names == sorted(names)
    assert len(names) == 6


async def test_members_are_listed_by_name_of_one_agency_or_of_all(directory: Directory) -> None:
    marlow, everyone = await directory.members(MARLOW), await directory.members(None)

    assert [member.name for member in marlow] == ["Ofc. D. Vance"]
    assert [member.name for member in everyone] == sorted(member.name for member in everyone)
    assert len(everyone) == 14


async def test_the_day_of_last_use_is_noted(directory: Directory) -> None:
    deputy = await directory.member(ISSUER, SUBJECTS["probation"], "NC905015G")
    assert deputy is not None
    await directory.used(deputy.id, TODAY + timedelta(days=3))
    again = await directory.member(ISSUER, SUBJECTS["probation"], "NC905015G")

    assert again is not None
    assert again.last_used_on == TODAY + timedelta(days=3)


async def test_a_database_that_cannot_be_used_is_one_kind_of_trouble_without_its_text(tmp_path: Path) -> None:
    others = set(threading.enumerate())
    gone = Directory(f"sqlite+aiosqlite:///{tmp_path}/none/directory.db")
    for asked in (
        gone.member(ISSUER, "HOLLIS", PINELAKE),
        gone.contact(PINELAKE, Office.HEAD),
        gone.agencies(),
        gone.members(None),
        gone.used("HOLLIS", TODAY),
    ):
        with pytest.raises(DirectoryUnavailable) as caught:
            await asked
        assert str(caught.value) == "the directory's database cannot be used (OperationalError)"
        assert caught.value.__cause__ is None
    await gone.close()
    for thread in set(threading.enumerate()) - others:  # the driver's, which would else speak to a loop that is gone
        await asyncio.to_thread(thread.join)
