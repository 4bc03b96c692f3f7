"""Database migrations: bring a directory up to date, or say that it is not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from gateway.directory.store import reaching

_HERE = Path(__file__).parent / "migrations"


class OldSchema(Exception):
    """The database is not at the newest revision; `sightline directory upgrade` brings it there."""


def upgrade(url: str) -> None:
    """Run every migration that is missing. Synchronous: for a command, before the server starts.

    Raises `DirectoryUnavailable`.
    """
    from alembic.command import upgrade as run  # a server that finds its tables in order need not load it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    with _connection(url) as connection:
        config.attributes["connection"] = connection
        run(config, "head")


def check(url: str) -> None:
    """Raise `OldSchema` unless the database is at the newest revision, or `DirectoryUnavailable`."""
    newest = max(script.name.partition("_")[0] for script in (_HERE / "versions").glob("[0-9]*.py"))
    with _connection(url) as connection:
        known = sa.inspect(connection).has_table("alembic_version")
        if not known or connection.scalar(sa.text("SELECT version_num FROM alembic_version")) != newest:
            raise OldSchema("the directory's tables are not up to date: run `sightline directory upgrade`")


@contextmanager
def _connection(url: str) -> Iterator[sa.Connection]:
    with reaching():
        engine = sa.create_engine(url.replace("+aiosqlite", ""))
        try:
            with engine.begin() as connection:
                yield connection
        finally:
            engine.dispose()
