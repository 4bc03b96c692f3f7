"""Records are put on one card for a number they share, never against a veto, and whatever order they came in."""

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Kind
from gateway.search.matching import Card, cards

NAMES = {
    "surname": "nc:PersonSurName",
    "born": "nc:PersonBirthDate",
    "sex": "j:PersonSexCode",
    "sid": "j:PersonStateFingerprintIdentification",
    "fbi": "j:PersonFBIIdentification",
    "licence": "j:DriverLicenseCardIdentification",
    "opus": "j:SubjectCorrectionsIdentification",
    "prison": "nc:SupervisionFacility",
    "released": "j:SentenceComputationActualSatisfactionDate",
}


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A released record, by what matching looks at."""

    kind: Kind = Kind.CASE
    said: dict[str, str] = {}

    def values(self, name: str) -> list[str]:
        return [value for known, value in self.said.items() if NAMES[known] == name and value]


def seen(kind: Kind = Kind.CASE, **said: str) -> Seen:
    return Seen(kind=kind, said={"surname": "HOLLIS", "born": "1980-02-11", **said})


def members(*records: Seen) -> list[tuple[int, ...]]:
    return [card.members for card in cards(records)]


def test_someone_alone_has_a_card_alone() -> None:
    assert cards([seen()]) == [Card(tier=0, because=(), members=(0,))]


def test_nobody_has_no_card() -> None:
    assert cards([]) == []


def test_vehicles_and_records_without_a_name_have_none() -> None:
    assert cards([seen(Kind.VEHICLE), seen(surname="")]) == []


# --- T1 and T2 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shared", "tier", "because"),
    [
        ({"sid": "NC1"}, 1, "same SID"),
        ({"fbi": "F1"}, 1, "same FBI number"),
        ({"licence": "0001"}, 2, "same license number and birth date"),
        ({"opus": "0417733"}, 2, "same prison number and birth date"),
    ],
    ids=["sid", "fbi", "licence", "opus"],
)
def test_a_number_joins_with_its_tier_and_its_reason(shared, tier: int, because: str) -> None:
    assert cards([seen(**shared), seen(**shared)]) == [Card(tier, (because,), (0, 1))]


@pytest.mark.parametrize("shared", [{"licence": "0001"}, {"opus": "0417733"}], ids=["licence", "opus"])
def test_a_document_number_joins_nobody_without_the_birth_date(shared) -> None:
    assert members(seen(**shared), seen(**shared, born="1980-11-02")) == [(0,), (1,)]
    assert members(seen(**shared), seen(**shared, born="")) == [(0,), (1,)]


def test_a_fingerprint_joins_whatever_the_name_and_the_birth_date() -> None:
    assert members(seen(sid="NC1"), seen(sid="NC1", surname="MADROW", born="1986-02-03")) == [(0, 1)]


def test_a_name_and_a_birth_date_join_nobody() -> None:
    assert members(seen(), seen()) == [(0,), (1,)]


def test_numbers_are_compared_without_what_stands_between_them() -> None:
    assert members(seen(sid="NC1-22"), seen(sid="nc122")) == [(0, 1)]


def test_a_number_that_says_nothing_joins_nobody() -> None:
    assert members(seen(sid="--"), seen(sid="--")) == [(0,), (1,)]


def test_what_joins_one_to_another_and_that_to_a_third_joins_all_three() -> None:
    one, both, other = seen(sid="NC1"), seen(sid="NC1", licence="0001"), seen(licence="0001")

    assert cards([one, both, other]) == [Card(2, ("same SID", "same license number and birth date"), (0, 1, 2))]


def test_a_card_is_as_weak_as_the_weakest_link_it_needed() -> None:
    """They share a licence too, but the fingerprints alone would have joined them."""
    both = {"sid": "NC1", "licence": "0001"}

    assert cards([seen(**both), seen(**both)])[0].tier == 1


# --- T4: the veto --------------------------------------------------------------------------------------------------

SHARED = {"licence": "0001", "opus": "0417733"}


def test_two_sids_are_two_people_whatever_else_they_share() -> None:
    assert members(seen(**SHARED, fbi="F1", sid="NC1"), seen(**SHARED, fbi="F1", sid="NC2")) == [(0,), (1,)]


def test_two_fbi_numbers_are_two_people_whatever_else_they_share() -> None:
    assert members(seen(**SHARED, sid="NC1", fbi="F1"), seen(**SHARED, sid="NC1", fbi="F2")) == [(0,), (1,)]


def test_who_is_in_two_prisons_at_once_is_two_people() -> None:
    north, east = (seen(Kind.CUSTODY, sid="NC1", prison=prison) for prison in ("North", "East"))

    assert members(north, east) == [(0,), (1,)]


def test_who_was_released_from_one_may_be_in_the_other() -> None:
    before = seen(Kind.CUSTODY, sid="NC1", prison="North", released="2020-01-01")

    assert members(before, seen(Kind.CUSTODY, sid="NC1", prison="East")) == [(0, 1)]


def test_sex_and_birth_date_together_veto() -> None:
    assert members(seen(sid="NC1", sex="M"), seen(sid="NC1", sex="F", born="1986-02-03")) == [(0,), (1,)]


@pytest.mark.parametrize(
    "other",
    [
        {"sex": "F"},
        {"sex": "M", "born": "1986-02-03"},
        {"born": "1986-02-03"},
        {"sex": "F", "born": ""},
        {"sex": "F", "born": "1980-11-02"},
    ],
    ids=["sex alone", "birth date alone", "sex unknown", "birth date unknown", "day and month transposed"],
)
def test_one_of_them_alone_vetoes_nothing(other) -> None:
    assert members(seen(sid="NC1", sex="M"), seen(sid="NC1", **other)) == [(0, 1)]


def test_whose_identity_was_stolen_is_not_joined_to_the_thief() -> None:
    """Both gave the one licence and birth date, and both were fingerprinted."""
    owner = seen(surname="WREXHALL", licence="0001", sid="NC1")
    thief = seen(surname="WREXHALL", licence="0001", sid="NC2")
    as_herself = seen(surname="MADROW", born="1986-02-03", sid="NC2")

    assert members(owner, thief, as_herself) == [(0,), (1, 2)]


def test_a_record_that_fits_two_people_is_put_with_neither() -> None:
    """A licence shown by both: nothing says whose it is."""
    assert members(seen(licence="0001", sid="NC1"), seen(licence="0001"), seen(licence="0001", sid="NC2")) == [
        (0,),
        (1,),
        (2,),
    ]


def test_a_record_with_a_number_of_each_of_two_people_is_put_with_neither() -> None:
    """Each pair could be one person; all three cannot."""
    assert members(seen(licence="0001", sid="NC1"), seen(licence="0001", opus="77"), seen(opus="77", sid="NC2")) == [
        (0,),
        (1,),
        (2,),
    ]


def test_twins_are_two_people() -> None:
    twins = [{"surname": "CALLOWHILL", "born": "1996-05-17", "sex": "F", "licence": number} for number in ("1", "2")]

    assert members(*(seen(**twin) for twin in twins)) == [(0,), (1,)]


def test_father_and_son_of_one_name_are_two_people() -> None:
    father, son = seen(licence="0001"), seen(licence="0002", born="2003-09-30")

    assert members(father, son, seen(licence="0001")) == [(0, 2), (1,)]


# --- whatever order they came in -----------------------------------------------------------------------------------

FEW = {
    "sid": st.sampled_from(["", "NC1", "NC2"]),
    "fbi": st.sampled_from(["", "F1", "F2"]),
    "licence": st.sampled_from(["", "0001", "0002"]),
    "born": st.sampled_from(["", "1980-02-11", "1986-02-03"]),
    "sex": st.sampled_from(["", "M", "F"]),
    "prison": st.sampled_from(["", "North", "East"]),
}
PEOPLE = st.lists(st.builds(seen, kind=st.sampled_from([Kind.CASE, Kind.CUSTODY]), **FEW), max_size=7)


def found(records: Sequence[Seen], order: Sequence[int]) -> set[tuple[int, tuple[str, ...], frozenset[int]]]:
    """The cards of records given in an order, by which records they really are."""
    made = cards([records[place] for place in order])
    return {(card.tier, card.because, frozenset(order[member] for member in card.members)) for card in made}


@given(PEOPLE, st.randoms(use_true_random=False))
def test_the_order_of_the_records_never_matters(records: list[Seen], random) -> None:
    order = list(range(len(records)))
    shuffled = random.sample(order, len(order))

    assert found(records, shuffled) == found(records, order)


@given(PEOPLE)
def test_every_record_is_on_one_card_and_no_card_holds_two_fingerprints(records: list[Seen]) -> None:
    made = cards(records)

    assert sorted(place for card in made for place in card.members) == list(range(len(records)))
    for card in made:
        if len(card.members) > 1:
            for number in ("sid", "fbi"):
                assert len({records[place].said[number] for place in card.members} - {""}) <= 1


@given(PEOPLE)
def test_whoever_is_joined_shares_something_and_it_is_said(records: list[Seen]) -> None:
    assert all(bool(card.because) == (len(card.members) > 1) == (card.tier > 0) for card in cards(records))


def test_cards_stand_in_the_order_of_their_first_record() -> None:
    assert members(seen(sid="NC2"), seen(sid="NC1"), seen(sid="NC2")) == [(0, 2), (1,)]


def test_a_number_that_was_not_released_joins_nobody() -> None:
    """A dispatcher sees no FBI number, and must not learn from a card that two records share one."""
    assert members(seen(fbi="F1"), seen(fbi="F1")) == [(0, 1)]
    assert members(seen(), seen()) == [(0,), (1,)]
