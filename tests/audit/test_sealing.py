"""Equal terms give equal tokens that only the key can make, and what was typed opens at its own event alone."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.events import Sealed, Sensitive, SensitiveTerm, TermType, sealed_in
from audit.keys import Keys
from audit.recorder import CannotOpen
from audit.sealing import Sealer

ONE = Keys({"2026": bytes(range(32))}, {"2026-00000001": bytes(range(32, 64))})
OTHER = Keys({"2026": bytes(32)}, {"2026-00000001": bytes(32)})
SMITH = SensitiveTerm(TermType.NAME, ("Smith", "John"))


def sealed(sealer: Sealer, sensitive: Sensitive, log: str = "l", event: str = "e") -> Sealed:
    return Sealed(log=log, event=event, **sealer.seal(sensitive, log=log, event=event)["detail"])


@pytest.mark.parametrize(
    ("term", "token"),
    [
        (SensitiveTerm(TermType.NAME, ("De Los Santos", "María")), "name:2026:NeCVAFj-ylpCikokslmbWA"),
        (SensitiveTerm(TermType.NAME_DOB, ("Smith", "John", "1980-02-11")), "name_dob:2026:WXxYlwURiU2-R9SVwf2n2g"),
        (SensitiveTerm(TermType.PLATE, ("abc-1234",)), "plate:2026:dhO8jqOyMAggiw8MCIHt4Q"),
        (SensitiveTerm(TermType.RECORD, ("dmv", "000012345678")), "record:2026:qc-5IuP6mlHlrAj9SN35uw"),
    ],
)
def test_the_token_of_a_known_term_never_changes(term, token):
    assert Sealer(ONE).tokens([term]) == (token,)


def test_two_spellings_of_one_person_share_a_token():
    sealer = Sealer(ONE)

    assert sealer.tokens([SMITH]) == sealer.tokens([SensitiveTerm(TermType.NAME, ("SMITH", "john paul"))])


def test_a_licence_and_a_plate_of_one_number_have_nothing_in_common():
    licence, plate = Sealer(ONE).tokens([SensitiveTerm(TermType.DL, ("123",)), SensitiveTerm(TermType.PLATE, ("123",))])

    assert licence.rpartition(":")[2] != plate.rpartition(":")[2]


def test_another_key_makes_another_token():
    assert Sealer(ONE).tokens([SMITH]) != Sealer(OTHER).tokens([SMITH])


def test_a_term_is_looked_for_under_every_epoch_and_written_under_the_last():
    sealer = Sealer(Keys({"2026": bytes(32), "2027": bytes(range(32))}, ONE.details))

    old, new = sealer.tokens([SMITH])

    assert (old.split(":")[1], new.split(":")[1]) == ("2026", "2027")
    assert sealer.seal(Sensitive(subject=(SMITH,)), log="l", event="e")["subject"]["token"] == [new]


def test_each_token_stands_once_and_a_term_that_says_nothing_has_none():
    nothing = SensitiveTerm(TermType.PLATE, ("-",))

    parts = Sealer(ONE).seal(Sensitive(subject=(SMITH, nothing, SMITH)), log="l", event="e")

    assert len(parts["subject"]["token"]) == 1


def test_what_was_not_typed_leaves_nothing():
    assert Sealer(ONE).seal(Sensitive(), log="l", event="e") == {}


@given(st.dictionaries(st.text(), st.text(), min_size=1), st.none() | st.text())
def test_what_was_typed_can_be_opened_again(detail, reason):
    sealer = Sealer(ONE)

    clear = sealer.open(sealed(sealer, Sensitive(detail=detail, reason=reason)))

    assert clear == ({**detail, "reason": reason} if reason is not None else detail)


def test_a_known_ciphertext_can_be_opened_for_ever():
    ct = "mAySLOYxBTSte95iRO56CR9RGWTEW3f1kEIk1_jgGdqLbAU_gZGNE3AB"
    known = Sealed(log="l", event="e", kid="2026-00000001", nonce="A" * 16, ct=ct)

    assert Sealer(ONE).open(known) == {"surname": "Quisenberry"}


def test_the_same_words_are_never_encrypted_to_the_same_bytes():
    sealer = Sealer(ONE)
    typed = Sensitive(detail={"surname": "Quisenberry"})

    assert sealed(sealer, typed).ct != sealed(sealer, typed).ct


@pytest.mark.parametrize(
    "change", [{"log": "m"}, {"event": "f"}, {"nonce": "A" * 16}, {"nonce": "A"}, {"ct": "AAAA"}, {"ct": "?"}]
)
def test_moved_or_altered_ciphertext_is_refused(change):
    sealer = Sealer(ONE)
    original = sealed(sealer, Sensitive(detail={"surname": "Quisenberry"}))

    with pytest.raises(CannotOpen, match="not what was sealed"):
        sealer.open(msgspec.structs.replace(original, **change))


def test_without_its_key_the_text_cannot_be_read_and_the_refusal_says_so():
    original = sealed(Sealer(ONE), Sensitive(detail={"surname": "Quisenberry"}))

    with pytest.raises(CannotOpen, match="destroyed"):
        Sealer(Keys(ONE.tokens, {"2026-0000ffff": bytes(32)})).open(original)


@given(st.sampled_from(list(TermType)), st.lists(st.text(), min_size=3, max_size=3))
def test_whatever_a_source_has_on_file_can_be_made_a_token_of(kind, texts):
    parts = {TermType.RECORD: 2, TermType.NAME: 2, TermType.NAME_DOB: 3}.get(kind, 1)

    for token in Sealer(ONE).tokens([SensitiveTerm(kind, tuple(texts[:parts]))]):
        assert token.startswith(f"{kind}:2026:")
        assert len(token.rpartition(":")[2]) == 22


def test_the_sealed_part_of_a_document_is_found_or_absent():
    document = {"event": {"id": "e"}, "cj": {"log": "l", "detail": {"kid": "k", "nonce": "n", "ct": "c"}}}

    assert sealed_in(document) == Sealed(log="l", event="e", kid="k", nonce="n", ct="c")
    assert sealed_in({"event": {"id": "e"}, "cj": {"log": "l"}}) is None
