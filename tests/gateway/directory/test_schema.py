"""A database is brought up to date by a command; whoever finds it old says so and changes nothing."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.directory import schema
from gateway.directory.schema import OldSchema
from gateway.directory.store import DirectoryUnavailable
from gateway.directory.tables import METADATA


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'directory.db'}"


def inspected(url: str) -> sa.Engine:
    return sa.create_engine(url.replace("+aiosqlite", ""))


def test_a_database_brought_up_to_date_is_up_to_date(url: str) -> None:
    schema.upgrade(url)

    schema.check(url)


def test_bringing_it_up_to_date_twice_changes_nothing(url: str) -> None:
    schema.upgrade(url)
    schema.upgrade(url)

    schema.check(url)


def test_an_empty_database_is_old_and_the_command_is_named(url: str) -> None:
    with pytest.raises(OldSchema, match="sightline directory upgrade"):
        schema.check(url)


def test_so_is_one_of_an_earlier_version(url: str) -> None:
    schema.upgrade(url)
    engine = inspected(url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    engine.dispose()

    with pytest.raises(OldSchema):
        schema.check(url)


def test_the_migrations_make_the_very_tables_the_code_knows(url: str) -> None:
    schema.upgrade(url)
    engine = inspected(url)
    made = sa.MetaData()
    made.reflect(engine)
    engine.dispose()

    for table in METADATA.tables.values():
        assert [described(column) for column in made.tables[table.name].columns] == [
            described(column) for column in table.columns
        ]
    assert set(made.tables) == {*METADATA.tables, "alembic_version"}


def described(column: sa.Column[object]) -> tuple[str, str, bool, bool, list[str]]:
    references = [key.target_fullname for key in column.foreign_keys]
    return column.name, str(column.type), bool(column.nullable), column.primary_key, references


def test_nobody_is_a_member_of_one_agency_twice(url: str) -> None:
    schema.upgrade(url)
    engine = inspected(url)
    unique = sa.inspect(engine).get_unique_constraints("members")
    engine.dispose()

    assert [constraint["column_names"] for constraint in unique] == [["issuer", "subject", "ori"]]


@pytest.mark.parametrize("work", [schema.check, schema.upgrade])
def test_a_database_that_cannot_be_reached_is_told_without_where_it_is(tmp_path: Path, work: object) -> None:
    with pytest.raises(DirectoryUnavailable) as caught:
        work(f"sqlite+aiosqlite:///{tmp_path}/none/directory.db")

    assert str(tmp_path) not in str(caught.value)
