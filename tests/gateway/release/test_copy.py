"""Paper leaves through the door alone: decided anew, set, written down with its digest, then handed over."""

import asyncio
from collections.abc import Callable
from hashlib import sha256

import pytest
from msgspec.structs import replace

from audit.events import Action
from audit.recorder import CannotRecord
from connectors.contract import DataClass, Fault, SourceFault
from gateway.identity.visit import Visit
from gateway.prints import copy_id
from gateway.prints.document import Document
from gateway.prints.press import Press
from gateway.prints.render import PrintFailed, Rendered
from gateway.release.copy import NotSet, Request, copy
from gateway.release.door import Denied, Door
from gateway.release.opened import Nothing
from gateway.release.released import ReleasedCopy, digest
from gateway.release.search import ask
from gateway.search.outcomes import Unavailable
from tests.gateway.people import dispatcher, officer, probation_officer
from tests.gateway.release.doors import NOW, Screen, Spy, answered, door, handles, visit, wanted
from tests.gateway.sources import PICTURE, Desk, field, reclassed, record, source

PRINT, FAIL = Action.DOCUMENT_PRINT, Action.DOCUMENT_FAIL
CONTENT = b"%PDF a copy"
OWN = Request(
    recipient="A. Clerk",
    agency="Pinelake County Sheriff",
    unlisted_reason=None,
    is_own_agency=True,
    photograph=False,
)


def request(**changed: object) -> Request:
    return Request(**{name: getattr(OWN, name) for name in OWN.__struct_fields__} | changed)


class Shop:
    """A press that keeps what it was given to set, and sets it at once."""

    def __init__(self, fails: bool = False) -> None:
        self.set: list[Document] = []
        self._fails = fails

    def __call__(self, document: Document) -> Rendered:
        self.set.append(document)
        if self._fails:
            raise PrintFailed("the document could not be set: RuntimeError")
        return Rendered(content=CONTENT, pages=2, sha256=sha256(CONTENT).hexdigest())


async def printed(at: Door, by: Visit, *, shop: Shop | None = None, handle: str | None = None, **changed: object):
    press = Press(render=shop or Shop())
    text = handle or handles(await answered(at, by))[0]
    return await copy(
        at, press, by, text, request(**changed), verify_url="https://sightline.test/verify", paper_days=90
    )


async def test_a_copy_is_set_then_written_down_then_handed_over() -> None:
    recorder, by = Spy(), visit()
    at = door(Desk(records=[record(1)]), recorder=recorder)

    made = await printed(at, by)

    assert isinstance(made, ReleasedCopy)
    assert recorder.trace[4:] == [
        "handed record.request",
        "durable record.request",
        "handed document.print",
        "durable document.print",
    ]


async def test_the_event_has_the_digest_of_the_very_bytes_and_their_number() -> None:
    recorder, by, shop = Spy(), visit(), Shop()
    at = door(Desk(records=[record(1)]), recorder=recorder)

    made = await printed(at, by, shop=shop)

    (event,) = recorder.of(PRINT)
    assert event.printed.sha256 == sha256(made.content).hexdigest()
    assert event.printed.id == made.copy_id == shop.set[0].copy_id == copy_id.parse(made.copy_id)
    assert event.printed.pages == 2
    assert (event.printed.recipient, event.printed.recipient_agency) == ("A. Clerk", "Pinelake County Sheriff")


async def test_the_event_names_what_is_on_the_paper() -> None:
    recorder, by = Spy(), visit()
    at = door(Desk(records=[record(1, field("j:ChargeDisposition", "Guilty", DataClass.CHRI))]), recorder=recorder)

    await printed(at, by)

    (event,) = recorder.of(PRINT)
    assert event.shown.data_class == ("chri", "court", "pii")
    assert event.shown.count == 1
    assert len(event.shown.digest) == len(digest([]))


async def test_why_an_agency_is_not_listed_is_kept_apart() -> None:
    recorder, by = Spy(), visit()
    at = door(Desk(records=[record(1)]), recorder=recorder)

    await printed(at, by, agency=None, unlisted_reason="counsel of Hollis", is_own_agency=False)

    (event,) = recorder.of(PRINT)
    assert event.sensitive.detail["unlisted_reason"] == "counsel of Hollis"
    assert "Hollis" not in repr(event)


async def test_every_copy_has_a_number_of_its_own() -> None:
    by = visit()
    at = door(Desk(records=[record(1)]))

    assert (await printed(at, by)).copy_id != (await printed(at, by)).copy_id


# --- who may print what --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "rule"),
    [
        (visit(dispatcher()), "print.for_role"),
        (visit(device="handheld"), "print.no_handheld"),
    ],
    ids=["dispatcher", "phone"],
)
async def test_who_may_not_print_is_refused_on_the_record_and_no_source_is_asked(by: Visit, rule: str) -> None:
    recorder, desk, shop = Spy(), Desk(records=[record(1)]), Shop()
    at = door(desk, recorder=recorder)

    refused = await printed(at, by, shop=shop)

    assert isinstance(refused, Denied)
    assert recorder.events[refused.entry].reason == refused.rule == rule
    assert (desk.fetched, shop.set) == ([], [])


async def test_a_probation_officer_prints() -> None:
    assert isinstance(await printed(door(Desk(records=[record(1)])), visit(probation_officer())), ReleasedCopy)


async def test_printing_is_decided_anew() -> None:
    by, desk = visit(), Desk(records=[record(1)])
    at = door(desk)
    handle = handles(await answered(at, by))[0]
    ended = Visit(principal=officer(roles=frozenset()), session=by.session, key=by.key, origin=by.origin)

    assert isinstance(await printed(at, ended, handle=handle), Denied)
    assert desk.fetched == []


def texts(document: Document) -> set[str]:
    return {line.value for group in document.record.groups for line in group.lines}


@pytest.mark.parametrize(("own", "carried"), [(True, True), (False, False)], ids=["own agency", "another"])
async def test_a_federal_value_is_on_a_copy_for_ones_own_agency_alone(own: bool, carried: bool) -> None:
    recorder, shop = Spy(), Shop()

    detainer = record(1, field("j:ChargeDisposition", "Detainer", DataClass.FEDERAL))
    desk = Desk(reclassed("Disposition", DataClass.FEDERAL), records=[detainer])

    await printed(door(desk, recorder=recorder), visit(), shop=shop, is_own_agency=own)

    assert ("Detainer" in texts(shop.set[0])) is carried
    assert ("federal" in recorder.of(PRINT)[0].shown.data_class) is carried


async def test_what_nobody_may_see_is_on_no_copy() -> None:
    shop = Shop()
    given = record(
        1,
        field("nc:PersonFullName", "A. Witness", DataClass.COURT_WITNESS),
        field("j:ChargeDisposition", "Sealed", DataClass.CHRI, protected=True),
    )

    await printed(door(Desk(records=[given])), visit(), shop=shop)

    assert not {"A. Witness", "Sealed"} & texts(shop.set[0])


# --- the photograph ------------------------------------------------------------------------------------------------

WITH_PICTURE = record(1, field(PICTURE, "face", DataClass.COURT))


@pytest.mark.parametrize(("asked", "pictures"), [(True, ["courts-1"]), (False, [])], ids=["asked for", "not asked for"])
async def test_a_photograph_is_on_the_copy_only_when_it_was_asked_for(asked: bool, pictures: list[str]) -> None:
    desk, shop = Desk(records=[WITH_PICTURE]), Shop()

    await printed(door(desk), visit(), shop=shop, photograph=asked)

    assert desk.pictures == pictures
    assert (shop.set[0].photograph is not None) is asked


async def test_a_photograph_on_paper_is_in_the_record_as_one_on_the_screen_is() -> None:
    picture = record(1, field(PICTURE, "face", DataClass.DMV_PHOTO))
    recorder = Spy()

    await printed(
        door(Desk(reclassed("Photograph", DataClass.DMV_PHOTO), records=[picture]), recorder=recorder),
        visit(),
        photograph=True,
    )

    (seen,), (copy,) = recorder.of(Action.PHOTO_VIEW), recorder.of(PRINT)
    assert seen.shown is not None
    assert copy.shown is not None
    assert seen.shown.digest == sha256(b"\x89PNG face").hexdigest()
    assert "dmv.photo" in copy.shown.data_class
    assert recorder.trace.index(f"durable {Action.PHOTO_VIEW}") < recorder.trace.index(f"durable {PRINT}")


async def test_a_record_without_a_photograph_is_printed_without() -> None:
    shop = Shop()

    assert isinstance(await printed(door(Desk(records=[record(1)])), visit(), shop=shop, photograph=True), ReleasedCopy)
    assert shop.set[0].photograph is None


async def test_a_photograph_that_may_not_be_seen_may_not_be_printed() -> None:
    desk = Desk(
        reclassed("Photograph", DataClass.DMV_PHOTO),
        records=[record(1, field(PICTURE, "face", DataClass.DMV_PHOTO))],
    )
    recorder, shop = Spy(), Shop()

    refused = await printed(door(desk, recorder=recorder), visit(officer(sworn=False)), shop=shop, photograph=True)

    assert isinstance(refused, Denied)
    assert refused.rule == "photograph.law_enforcement"
    assert (desk.pictures, shop.set, recorder.of(PRINT)) == ([], [], [])


async def test_when_the_photograph_does_not_come_nothing_is_printed_without_it() -> None:
    class Pictureless(Desk):
        async def attachment(self, record_id, name, query, deadline):
            raise SourceFault(Fault.TIMEOUT)

    recorder, shop = Spy(), Shop()

    silent = await printed(
        door(Pictureless(records=[WITH_PICTURE]), recorder=recorder), visit(), shop=shop, photograph=True
    )

    assert isinstance(silent, Unavailable)
    assert (shop.set, recorder.of(PRINT)) == ([], [])


# --- what cannot be printed ----------------------------------------------------------------------------------------


async def test_a_document_that_could_not_be_set_is_recorded_and_nothing_leaves() -> None:
    recorder = Spy()

    failed = await printed(door(Desk(records=[record(1)]), recorder=recorder), visit(), shop=Shop(fails=True))

    assert isinstance(failed, NotSet)
    event = recorder.events[failed.entry]
    assert (event.action, event.outcome, event.reason, event.printed.sha256) == (FAIL, "failure", "print.not_set", None)
    assert recorder.of(PRINT) == []


@pytest.mark.parametrize("how", ["refuses", "loses"])
@pytest.mark.parametrize("step", [0, 1])
@pytest.mark.parametrize("fails", [False, True], ids=["set", "not set"])
async def test_when_the_record_fails_at_either_step_no_copy_leaves(step: int, how: str, fails: bool) -> None:
    by = visit()
    at = door(Desk(records=[record(1)]))
    handle = handles(await answered(at, by))[0]
    broken = door(*at.connectors.values(), recorder=Spy(**{how: step}), sessions=at.sessions)

    with pytest.raises(CannotRecord):
        await printed(broken, by, handle=handle, shop=Shop(fails=fails))


async def test_a_handle_of_another_session_prints_nothing() -> None:
    at = door(Desk(records=[record(1)]))
    handle = handles(await answered(at, visit()))[0]

    assert await printed(at, visit(), handle=handle) is Nothing.UNKNOWN


async def test_a_record_sealed_since_is_not_printed() -> None:
    by, desk, shop = visit(), Desk(records=[record(1)]), Shop()
    at = door(desk)
    handle = handles(await answered(at, by))[0]
    desk._records["courts-1"] = replace(record(1), sealed_as=DataClass.JUVENILE_COURT)

    assert await printed(at, by, handle=handle, shop=shop) is Nothing.UNKNOWN
    assert shop.set == []


# --- what stands on the paper --------------------------------------------------------------------------------------


async def paper(*desks: Desk, **changed: object) -> Document:
    shop = Shop()
    await printed(door(*desks), visit(), shop=shop, **changed)
    return shop.set[0]


async def test_the_paper_says_who_when_why_and_for_whom() -> None:
    document = await paper(Desk(records=[record(1)]))

    assert (document.officer, document.agency, document.ori) == (
        "Dep. R. Ashgrove",
        "Pinelake County Sheriff",
        "NC9010000",
    )
    assert document.printed_at == NOW
    assert document.printed_at.tzname() == "EST"
    assert (document.purpose_code, document.purpose, document.case_number) == ("C", "Criminal justice", "26-04417")
    assert (document.recipient, document.recipient_agency) == ("A. Clerk", "Pinelake County Sheriff")
    assert document.verify_address == f"https://sightline.test/verify/{document.copy_id}"
    assert str(document.review_on) == "2027-02-20"  # ninety days on


async def test_the_paper_carries_the_caveat_whole_and_where_the_record_is_from() -> None:
    document = await paper(Desk(records=[record(1)]))

    assert (document.record.source, document.record.owner, document.record.caveat) == (
        "Courts",
        "Office of courts",
        "Confirm with courts.",
    )
    assert document.record.title == "Case of HOLLIS, Merrick"


async def test_the_strip_on_the_paper_is_that_of_its_answer_whatever_happened_since() -> None:
    by, shop = visit(), Shop()
    silent = Desk(source("dmv"), SourceFault(Fault.UNREACHABLE))
    at = door(silent, Desk(records=[record(1)]))
    handle = handles(await answered(at, by))[0]
    silent._says = None

    await printed(at, by, handle=handle, shop=shop)

    document = shop.set[0]
    assert document.completeness == "1 of 2 sources answered."
    assert [(asked.title, asked.answered, asked.outcome) for asked in document.sources] == [
        ("Dmv", False, 'Dmv cannot be reached. This is not "none".'),
        ("Courts", True, "1 record."),
    ]


async def test_who_was_still_waited_for_stands_on_the_paper() -> None:
    by, shop, screen = visit(), Shop(), Screen()
    slow = Desk(source("dmv"), records=[record(1, of="dmv")], gate=asyncio.Event())
    at = door(slow, Desk(records=[record(1)]))
    asked = await ask(at, by, wanted())
    answering = asyncio.create_task(asked.answer(screen.show, together=False))
    await screen.was_shown.wait()
    handle = screen.frames[0].outcomes[0].records[0].handle

    await printed(at, by, handle=handle, shop=shop)
    answering.cancel()

    assert shop.set[0].completeness == "1 of 2 sources answered."
    assert shop.set[0].sources[0].outcome == 'Dmv had not answered yet. This is not "none".'


async def test_one_source_alone_is_a_source() -> None:
    assert (await paper(Desk(records=[record(1)]))).completeness == "1 of 1 source answered."


@pytest.mark.parametrize(
    ("made", "never"),
    [(officer, "witnesses"), (lambda: officer(chri_certified=False), "witnesses, criminal history")],
    ids=["certified", "not certified"],
)
async def test_what_the_role_never_sees_is_said_on_paper_too(made: Callable[[], object], never: str) -> None:
    shop = Shop()

    await printed(door(Desk(records=[record(1)])), visit(made()), shop=shop)

    assert shop.set[0].sources[0].never_shown == never
