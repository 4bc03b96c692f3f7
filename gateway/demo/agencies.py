"""The demo's directory: invented agencies, what each demo person is there, and whom to ask."""

from datetime import date, timedelta

import sqlalchemy as sa

from gateway.demo.people import PEOPLE, Person
from gateway.directory.people import AgencyKind, Office, Role
from gateway.directory.tables import AGENCIES, CONTACTS, MEMBERS

ZONE = "America/New_York"

_AGENCIES = (
    ("NC9010000", "Pinelake County Sheriff", AgencyKind.LAW_ENFORCEMENT),
    ("NC9020100", "Marlow Police", AgencyKind.LAW_ENFORCEMENT),
    ("NC9030100", "Tarrow Creek Police", AgencyKind.LAW_ENFORCEMENT),
    ("NC905015G", "Statewide Probation and Parole", AgencyKind.CORRECTIONS),
    ("NC9900000", "State Bureau", AgencyKind.STATE_BUREAU),
    ("NC990010Y", "Sightline Operations", AgencyKind.OPERATOR),
)
_SUSPENDED = "NC9030100"

_CONTACTS = (
    ("NC9010000", Office.HEAD, "Sheriff M. Corriveau", "(555) 010-0101"),
    ("NC9010000", Office.SITE_ADMINISTRATOR, "I. Stallard, site administrator", "(555) 010-0111"),
    ("NC9010000", Office.TRAINING_COORDINATOR, "T. Wexcombe, training coordinator", "(555) 010-0142"),
    ("NC9020100", Office.HEAD, "Chief L. Bramhall", "(555) 010-0201"),
    ("NC9020100", Office.SITE_ADMINISTRATOR, "P. Arkwell, site administrator", "(555) 010-0211"),
    ("NC9020100", Office.TRAINING_COORDINATOR, "P. Arkwell, training coordinator", "(555) 010-0211"),
    ("NC9030100", Office.HEAD, "Chief O. Dunmarrow", "(555) 010-0301"),
    ("NC905015G", Office.HEAD, "Director H. Selwick", "(555) 010-0401"),
    ("NC9900000", Office.HEAD, "Director R. Ellery", "(555) 010-0701"),
    ("NC990010Y", Office.HEAD, "Operations desk", "(555) 010-0800"),
)

# Account: how the agency writes the name, roles, sworn.
_MEMBERS: dict[str, tuple[str, tuple[Role, ...], bool]] = {
    "officer": ("Dep. R. Ashgrove", (Role.OFFICER,), True),
    "officer2": ("Ofc. D. Vance", (Role.OFFICER,), True),
    "dispatcher": ("O. Sedgemoor", (Role.DISPATCHER,), False),
    "probation": ("C. Hathersage", (Role.PROBATION,), False),
    "siteadmin": ("I. Stallard", (Role.SITE_ADMINISTRATOR,), False),
    "trainer": ("T. Wexcombe", (Role.TRAINING_COORDINATOR,), False),
    "auditor": ("L. Farthingdale", (Role.AUDITOR,), False),
    "statewide": ("Agt. B. Oldacre", (Role.STATEWIDE_AUDITOR,), False),
    "operations": ("J. Quillfeather", (Role.OPERATIONS,), False),
    "untrained": ("Dep. U. Fennimore", (Role.OFFICER,), True),
    "suspended-agency": ("Ofc. S. Thornbury", (Role.OFFICER,), True),
    "terminated": ("Dep. G. Penhallow", (Role.OFFICER,), True),
    "dormant": ("Dep. D. Winslade", (Role.OFFICER,), True),
    "no-mfa": ("Dep. N. Mereworth", (Role.OFFICER,), True),
}
_CERTIFIED = frozenset({"officer", "officer2", "probation"})


def fill(url: str, issuer: str, today: date) -> None:
    """Write the demo's directory into an empty database. Everything is dated from `today`."""
    engine = sa.create_engine(url.replace("+aiosqlite", ""))
    with engine.begin() as connection:
        if connection.execute(sa.select(AGENCIES.c.ori)).first() is not None:
            return
        connection.execute(sa.insert(AGENCIES), [_agency(*row, today) for row in _AGENCIES])
        connection.execute(
            sa.insert(CONTACTS),
            [
                {"ori": ori, "office": office.value, "name": name, "phone": phone}
                for ori, office, name, phone in _CONTACTS
            ],
        )
        listed = [_member(person, issuer, today) for person in PEOPLE if person.account in _MEMBERS]
        connection.execute(sa.insert(MEMBERS), listed)
    engine.dispose()


def _agency(ori: str, name: str, kind: AgencyKind, today: date) -> dict[str, object]:
    until = today - timedelta(days=12) if ori == _SUSPENDED else today + timedelta(days=400)
    return {"ori": ori, "name": name, "kind": kind.value, "zone": ZONE, "agreement_until": until, "source": None}


def _member(person: Person, issuer: str, today: date) -> dict[str, object]:
    name, roles, sworn = _MEMBERS[person.account]
    in_time = today + timedelta(days=200)
    return {
        "id": person.subject.ljust(32, "0"),
        "issuer": issuer,
        "subject": person.subject,
        "ori": person.employer.ori,
        "name": name,
        "badge": person.local_id,
        "roles": " ".join(role.value for role in roles),
        "sworn": sworn,
        "chri_until": in_time if person.account in _CERTIFIED else None,
        "training_until": today - timedelta(days=23) if person.account == "untrained" else in_time,
        "terminated_on": today - timedelta(days=9) if person.account == "terminated" else None,
        "last_used_on": today - timedelta(days=132 if person.account == "dormant" else 1),
    }
