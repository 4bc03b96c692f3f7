"""Fifteen invented people, each known to the provider and each stopped, or not, for one reason."""

import pytest

from gateway.demo.people import PEOPLE, Person

BY_ACCOUNT = {person.account: person for person in PEOPLE}


def test_there_is_one_person_for_each_account_that_others_rely_on() -> None:
    assert list(BY_ACCOUNT) == [
        "officer",
        "officer2",
        "dispatcher",
        "probation",
        "siteadmin",
        "trainer",
        "auditor",
        "statewide",
        "operations",
        "untrained",
        "suspended-agency",
        "terminated",
        "dormant",
        "no-mfa",
        "unknown",
    ]


@pytest.mark.parametrize("what", ["subject", "local_id", "family_name"])
def test_no_two_people_share_what_tells_them_apart(what: str) -> None:
    assert len({getattr(person, what) for person in PEOPLE}) == len(PEOPLE)


def test_a_subject_says_nothing_about_who_it_is() -> None:
    for person in PEOPLE:
        assert int(person.subject, 16)
        assert len(person.subject) == 12


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.account)
def test_no_agency_is_in_a_county_that_exists(person: Person) -> None:
    assert len(person.employer.ori) == 9
    assert person.employer.ori.startswith("NC")
    assert int(person.employer.ori[2:5]) > 900


def test_everyone_but_one_proves_a_second_factor() -> None:
    with_password_alone = [person.account for person in PEOPLE if (person.acr, person.amr) != ("aal2", ("pwd", "otp"))]

    assert with_password_alone == ["no-mfa"]
    assert (BY_ACCOUNT["no-mfa"].acr, BY_ACCOUNT["no-mfa"].amr) == ("aal1", ("pwd",))


def test_the_stranger_is_of_an_agency_of_nobody_else() -> None:
    others = {person.employer.ori for person in PEOPLE if person.account != "unknown"}

    assert BY_ACCOUNT["unknown"].employer.ori not in others


def test_the_deputy_and_the_officer_of_another_agency_are_who_the_contract_says() -> None:
    deputy, other = BY_ACCOUNT["officer"], BY_ACCOUNT["officer2"]

    assert (deputy.employer.ori, deputy.employer.name) == ("NC9010000", "Pinelake County Sheriff")
    assert (other.employer.ori, other.employer.name) == ("NC9020100", "Marlow Police")
