"""An auditor's file of trust means what C2SP tlog-policy says, and what it does not say plainly is refused."""

import pytest

from audit.notes import COSIGNATURE, Signer
from audit.trust import TrustRefused, parse_trust, read_trust

LOG = Signer("sightline/log", bytes(32)).key
A, B, C = (Signer(f"{name}.example", name.encode() * 32, COSIGNATURE).key for name in "abc")
WITNESSES = f"witness a {A}\nwitness b {B} https://b.example/\nwitness c {C}\n"


def test_logs_witnesses_and_the_quorum_are_read():
    trust = parse_trust(f"# by hand\n\n log\t{LOG} https://log.example\n{WITNESSES}quorum b\n")

    assert trust.logs == (LOG,)
    assert {name: witness.url for name, witness in trust.witnesses.items()} == {
        "a": "",
        "b": "https://b.example/",
        "c": "",
    }
    assert trust.witnesses["a"].key == A
    assert trust.suffices({"b"})
    assert not trust.suffices({"a", "c"})


@pytest.mark.parametrize(
    ("group", "enough", "too_few"),
    [
        ("group g any a b c", ["a", "b", "abc"], [""]),
        ("group g all a b c", ["abc"], ["ab", ""]),
        ("group g 2 a b c", ["ab", "bc", "abc"], ["a", ""]),
        ("group ab any a b\ngroup g all ab c", ["ac", "bc"], ["ab", "c"]),
    ],
)
def test_a_group_has_cosigned_when_enough_of_it_have(group, enough, too_few):
    trust = parse_trust(f"{WITNESSES}{group}\nquorum g\n")

    assert [trust.suffices(set(some)) for some in enough] == [True] * len(enough)
    assert [trust.suffices(set(some)) for some in too_few] == [False] * len(too_few)


def test_whoever_wants_no_witness_says_so():
    assert parse_trust(f"log {LOG}\nquorum none\n").suffices(set())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "quorum"),
        (f"log {LOG}\n", "quorum"),
        ("quorum none\nquorum none\n", "quorum"),
        ("quorum a\n", "line 1: nothing above is called a"),
        ("trust me\n", "line 1: a line says"),
        ("log\n", "line 1: not a line of a policy"),
        (f"log {A}\n", "line 1: a key of the other kind"),
        (f"witness w {LOG}\n", "line 1: a key of the other kind"),
        (f"log {LOG}x\n", "line 1"),
        (f"log {LOG}\nlog {LOG}\n", "line 2: this log stands here twice"),
        (f"witness a {A}\nwitness b {A}\n", "line 2: this witness stands here twice"),
        (f"witness a {A}\nwitness a {B}\n", "line 2: a has its meaning"),
        (f"witness none {A}\n", "line 1: none has its meaning"),
        (f"{WITNESSES}group g any a\ngroup h any a\n", "line 5: a is in two groups"),
        (f"{WITNESSES}group g any a a\n", "line 4: a is in two groups"),
        (f"{WITNESSES}group g 4 a b c\n", "line 4: g asks for more"),
        (f"{WITNESSES}group g 0 a\n", "line 4: g asks for"),
        (f"{WITNESSES}group g any\n", "line 4: g asks for"),
        (f"{WITNESSES}group g some a\n", "line 4"),
        (f"{WITNESSES}group g any none\n", "line 4: nothing above is called none"),
    ],
)
def test_what_is_not_plain_is_refused_with_its_line(text, why):
    with pytest.raises(TrustRefused, match=why):
        parse_trust(text)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(TrustRefused, match="cannot be read"):
        read_trust(tmp_path / "nowhere")


def test_a_file_is_read(tmp_path):
    (tmp_path / "trust").write_text(f"log {LOG}\nquorum none\n")

    assert read_trust(tmp_path / "trust").logs == (LOG,)
