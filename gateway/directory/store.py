"""The directory in SQL: look a person up at sign-in, say whom to ask, note that they were here."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from gateway.directory.people import Agency, AgencyKind, Contact, Member, Office, Role
from gateway.directory.tables import AGENCIES, CONTACTS, MEMBERS


class DirectoryUnavailable(Exception):
    """The directory's database cannot be used: nobody can be looked up, so nobody is let in."""


@contextmanager
def reaching() -> Iterator[None]:
    """Foreign errors end here: their texts quote addresses and people."""
    try:
        yield
    except (SQLAlchemyError, ImportError, OSError) as error:
        raise DirectoryUnavailable(f"the directory's database cannot be used ({type(error).__name__})") from None


class Directory:
    """Who belongs to which agency. Every method raises `DirectoryUnavailable` when the database cannot be used."""

    def __init__(self, url: str) -> None:
        self._engine: AsyncEngine = create_async_engine(url, pool_pre_ping=True)

    async def member(self, issuer: str, subject: str, ori: str) -> Member | None:
        """The person of this provider and agency, or None when no agency lists them."""
        wanted = (
            sa.select(MEMBERS, *(column.label(f"agency_{column.name}") for column in AGENCIES.c))
            .join(AGENCIES, AGENCIES.c.ori == MEMBERS.c.ori)
            .where(MEMBERS.c.issuer == issuer, MEMBERS.c.subject == subject, MEMBERS.c.ori == ori)
        )
        with reaching():
            async with self._engine.connect() as connection:
                row = (await connection.execute(wanted)).mappings().first()
        return None if row is None else _member(row)

    async def contact(self, ori: str, office: Office) -> Contact | None:
        """Who holds `office` at an agency, or None when it named nobody."""
        wanted = sa.select(CONTACTS).where(CONTACTS.c.ori == ori, CONTACTS.c.office == office.value)
        with reaching():
            async with self._engine.connect() as connection:
                row = (await connection.execute(wanted)).mappings().first()
        return None if row is None else Contact(row["name"], row["phone"])

    async def agencies(self) -> Sequence[Agency]:
        """Every agency, by name."""
        with reaching():
            async with self._engine.connect() as connection:
                rows = (await connection.execute(sa.select(AGENCIES).order_by(AGENCIES.c.name))).mappings().all()
        return [_agency(row) for row in rows]

    async def members(self, ori: str | None) -> Sequence[Member]:
        """Everyone of one agency, or of all, by name."""
        wanted = (
            sa.select(MEMBERS, *(column.label(f"agency_{column.name}") for column in AGENCIES.c))
            .join(AGENCIES, AGENCIES.c.ori == MEMBERS.c.ori)
            .order_by(MEMBERS.c.name)
        )
        if ori is not None:
            wanted = wanted.where(MEMBERS.c.ori == ori)
        with reaching():
            async with self._engine.connect() as connection:
                return [_member(row) for row in (await connection.execute(wanted)).mappings().all()]

    async def used(self, member: str, on: date) -> None:
        """Note that a member used Sightline on a day; the dormant gate counts from it."""
        with reaching():
            async with self._engine.begin() as connection:
                await connection.execute(sa.update(MEMBERS).where(MEMBERS.c.id == member).values(last_used_on=on))

    async def close(self) -> None:
        """Give the connections back."""
        await self._engine.dispose()


def _agency(row: sa.RowMapping, prefix: str = "") -> Agency:
    return Agency(
        ori=row[f"{prefix}ori"],
        name=row[f"{prefix}name"],
        kind=AgencyKind(row[f"{prefix}kind"]),
        zone=row[f"{prefix}zone"],
        agreement_until=row[f"{prefix}agreement_until"],
        source=row[f"{prefix}source"],
    )


def _member(row: sa.RowMapping) -> Member:
    return Member(
        id=row["id"],
        issuer=row["issuer"],
        subject=row["subject"],
        agency=_agency(row, "agency_"),
        name=row["name"],
        badge=row["badge"],
        roles=frozenset(Role(word) for word in row["roles"].split()),
        sworn=row["sworn"],
        chri_until=row["chri_until"],
        training_until=row["training_until"],
        terminated_on=row["terminated_on"],
        last_used_on=row["last_used_on"],
    )
