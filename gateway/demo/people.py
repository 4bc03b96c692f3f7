"""The demo's people, all invented, and what an identity provider would say of each. No county code above 900 exists.

Roles, training and agreements are facts of the gateway's directory, which knows these people by `subject`.
"""

from typing import Any

import msgspec


class Employer(msgspec.Struct, frozen=True):
    """An agency as the provider knows it: its ORI and its name."""

    ori: str
    name: str


class Person(msgspec.Struct, frozen=True):
    """Someone with an account at the stand-in. `subject` is opaque and never changes; `is_a` is for the page."""

    account: str
    subject: str
    given_name: str
    family_name: str
    local_id: str
    employer: Employer
    is_a: str
    indicators: frozenset[str] = frozenset()
    acr: str = "aal2"
    amr: tuple[str, ...] = ("pwd", "otp")

    def claims(self) -> dict[str, Any]:
        """What user-info says. Some values stand in arrays and some Booleans are text, as providers do it."""
        return {
            "sub": self.subject,
            "given_name": self.given_name,
            "family_name": self.family_name,
            "email": f"{self.given_name}.{self.family_name}@agency.example".lower(),
            "phone_number": f"+1-555-010-{self.local_id[-4:]}",
            "gfipm:2.0:user:EmployerORI": [self.employer.ori],
            "gfipm:2.0:user:EmployerName": [self.employer.name],
            "gfipm:2.0:user:LocalId": self.local_id,
            SWORN: SWORN in self.indicators,
            PUBLIC_SAFETY: "true" if PUBLIC_SAFETY in self.indicators else "false",
            CHRI: "1" if CHRI in self.indicators else "0",
            NCIC: NCIC in self.indicators,
        }


SWORN = "gfipm:2.0:user:SwornLawEnforcementOfficerIndicator"
PUBLIC_SAFETY = "gfipm:2.0:user:PublicSafetyOfficerIndicator"
CHRI = "gfipm:2.0:user:CriminalHistoryDataSelfSearchHomePrivilegeIndicator"
NCIC = "gfipm:2.0:user:NCICCertificationIndicator"
DEPUTY = frozenset({SWORN, PUBLIC_SAFETY, CHRI, NCIC})
SUPERVISING = frozenset({PUBLIC_SAFETY, CHRI, NCIC})
CIVILIAN = frozenset({PUBLIC_SAFETY, NCIC})

PINELAKE = Employer("NC9010000", "Pinelake County Sheriff")
MARLOW = Employer("NC9020100", "Marlow Police")
TARROW_CREEK = Employer("NC9030100", "Tarrow Creek Police")
PROBATION = Employer("NC905015G", "Statewide Probation and Parole")
STATE_BUREAU = Employer("NC9900000", "State Bureau")
OPERATIONS = Employer("NC990010Y", "Sightline Operations")
HARROW = Employer("NC9990900", "Harrow Falls Marine Patrol")  # no agency of the directory

# A table: who, then what they are.
# fmt: off
PEOPLE = (
    Person("officer", "87581f8437ed", "Rowan", "Ashgrove", "P-0117", PINELAKE,
           "Deputy: searches, opens, prints, criminal history included", DEPUTY),
    Person("officer2", "82ff4af53322", "Delphine", "Vance", "M-0204", MARLOW,
           "Police officer of another agency", DEPUTY),
    Person("dispatcher", "497aad5666e3", "Ottilie", "Sedgemoor", "P-0302", PINELAKE,
           "Dispatcher: asks on behalf of others, no criminal history", CIVILIAN),
    Person("probation", "ce0cfecbb189", "Corwin", "Hathersage", "C-0451", PROBATION,
           "Probation officer", SUPERVISING),
    Person("siteadmin", "836e23114513", "Imogen", "Stallard", "P-0511", PINELAKE,
           "Site administrator: keeps the agency's list of users, searches nothing"),
    Person("trainer", "a39a666a58fd", "Tamsin", "Wexcombe", "P-0142", PINELAKE,
           "Training coordinator: reports who took which class, searches nothing"),
    Person("auditor", "1b8fc95c87fa", "Lucian", "Farthingdale", "P-0633", PINELAKE,
           "Auditor of the agency's own users"),
    Person("statewide", "364aee8fc42b", "Beatrix", "Oldacre", "S-0701", STATE_BUREAU,
           "Auditor of every North Carolina agency"),
    Person("operations", "df7b184f5eaf", "Jasper", "Quillfeather", "O-0808", OPERATIONS,
           "Runs the system, sees no record and no search term"),
    Person("untrained", "31ba2dc27488", "Una", "Fennimore", "P-0910", PINELAKE,
           "Stopped: training ran out", DEPUTY),
    Person("suspended-agency", "3291b3614e75", "Silas", "Thornbury", "T-1003", TARROW_CREEK,
           "Stopped: the agency's agreement ended", DEPUTY),
    Person("terminated", "0f33f97f9eb5", "Garrick", "Penhallow", "P-1126", PINELAKE,
           "Stopped: no longer works for the agency", DEPUTY),
    Person("dormant", "4d324043d61f", "Dorothea", "Winslade", "P-1218", PINELAKE,
           "Stopped: has not used Sightline for 90 days", DEPUTY),
    Person("no-mfa", "74cfeeb59986", "Nolan", "Mereworth", "P-1307", PINELAKE,
           "Stopped: signs in with a password alone", DEPUTY, acr="aal1", amr=("pwd",)),
    Person("unknown", "c836c2d1a362", "Ursula", "Blackmere", "H-1499", HARROW,
           "Stopped: no agency lists this person", DEPUTY),
)
# fmt: on
