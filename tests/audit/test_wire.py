"""A message arrives as it was sent, in whatever pieces; what is no message is refused without being quoted."""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.events import Receipt, Sealed, Sensitive, SensitiveTerm, TermType
from audit.recorder import CannotOpen, CannotRecord, Health, JournalBroken
from audit.wire import (
    MOST_MESSAGE_BYTES,
    Answer,
    Append,
    Garbled,
    HowAreYou,
    Incoming,
    LookedUp,
    LookUp,
    Open,
    Opened,
    Question,
    Recorded,
    TooLong,
    Well,
    pack,
    refusal,
)
from tests.audit.examples import CANARY, disclosure, login, request

SOMEBODY = SensitiveTerm(TermType.NAME, (CANARY, "Ann"))
RECEIPT = Receipt(log="a" * 32, sequence=41, leaf="b" * 64, at="2026-03-02T08:00:00.000000Z")
HEALTH = Health(ok=True, why=None, log="a" * 32, size=42, last_sync_ms=0.2, worst_sync_ms=1.5)
QUESTIONS = [
    Append(1, login()),
    Append(2, disclosure()),
    LookUp(3, request(), (SOMEBODY,)),
    Open(4, request(), Sealed(log="l", event="e", kid="k", nonce="n", ct="c")),
    HowAreYou(5),
]
ANSWERS = [
    Recorded(1, RECEIPT),
    LookedUp(3, (RECEIPT, ("name:2026:x",))),
    Opened(4, (RECEIPT, {"surname": CANARY})),
    Well(5, HEALTH),
    refusal(6, JournalBroken("a failed sync")),
]


@pytest.mark.parametrize(("kind", "messages"), [(Question, QUESTIONS), (Answer, ANSWERS)])
@given(cuts=st.lists(st.integers(0, 4000), max_size=20))
def test_messages_arrive_whole_and_in_order_in_whatever_pieces(kind, messages, cuts):
    sent = b"".join(map(pack, messages))
    at = sorted({0, len(sent), *(cut for cut in cuts if cut < len(sent))})
    incoming = Incoming(kind)

    arrived = [message for begin, end in pairwise(at) for message in incoming.take(sent[begin:end])]

    assert arrived == messages


# Any text at all, with lone surrogates, which UTF-8 has no bytes for.
ANY_TEXT = st.text(st.characters(), max_size=20)


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_any_text_arrives_as_it_was(reason, surname, detail):
    term = SensitiveTerm(TermType.NAME, (surname, "Ann"))
    sensitive = Sensitive(subject=(term,), reason=reason, detail={"q": detail})
    asked = LookUp(1, request(reason=reason, sensitive=sensitive), (term,))

    assert list(Incoming(Question).take(pack(asked))) == [asked]


@given(st.binary(max_size=300))
def test_whatever_arrives_is_a_message_or_is_refused(content):
    framed = len(content).to_bytes(4, "big") + content
    try:
        arrived = list(Incoming(Question).take(framed))
    except Garbled:
        return
    assert all(isinstance(message, Question) for message in arrived)


@pytest.mark.parametrize(
    "body",
    [
        msgspec.msgpack.encode(["Append", 1, {"action": CANARY}]),
        msgspec.msgpack.encode(["Append", 1, {"action": "session.login", "about": CANARY}]),
        msgspec.msgpack.encode(["Forget", CANARY]),
        f'["{CANARY}'.encode(),
        f'["Append", 1, {{"action": "{CANARY}"}}]'.encode(),
        b"[" * 200_000,
        CANARY.encode(),
        b"",
    ],
    ids=["action", "type", "tag", "cut", "escaped", "deep", "text", "nothing"],
)
def test_what_is_no_question_is_refused_without_being_quoted(body):
    with pytest.raises(Garbled) as refused:
        list(Incoming(Question).take(len(body).to_bytes(4, "big") + body))

    assert CANARY not in str(refused.value)
    assert refused.value.__suppress_context__


def test_an_answer_is_no_question():
    with pytest.raises(Garbled):
        list(Incoming(Question).take(pack(Well(1, HEALTH))))


def test_a_message_that_announces_itself_as_too_large_is_refused_before_it_arrives():
    with pytest.raises(Garbled, match="262,145 bytes"):
        list(Incoming(Question).take((MOST_MESSAGE_BYTES + 1).to_bytes(4, "big")))


def test_a_message_too_large_to_send_is_not_sent():
    with pytest.raises(TooLong):
        pack(Append(1, request(sensitive=Sensitive(detail={"q": "x" * MOST_MESSAGE_BYTES}))))


@pytest.mark.parametrize("error", [JournalBroken("no disk"), CannotOpen("no key"), CannotRecord("closed")])
def test_a_refusal_is_raised_as_it_was(error):
    raised = refusal(1, error).error()

    assert (type(raised), str(raised)) == (type(error), str(error))


def test_a_defect_says_its_type_and_never_its_text():
    raised = refusal(1, KeyError(CANARY)).error()

    assert (type(raised), str(raised)) == (CannotRecord, "KeyError")


def test_no_answer_can_hold_an_event():
    told = str(msgspec.json.schema(Answer))

    assert "SearchRequest" not in told
    assert '"Event"' not in told.replace("'", '"')
