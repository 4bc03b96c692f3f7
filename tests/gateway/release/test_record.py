"""Opening a record, and seeing its photograph, are acts of their own: decided anew, written down, and then shown."""

from hashlib import sha256

import pytest
from msgspec.structs import replace

from audit.events import Action, SensitiveTerm, TermType
from audit.recorder import CannotRecord
from connectors.contract import DataClass, Fault, Field, Kind, SourceFault
from gateway.identity.visit import Visit
from gateway.release import context
from gateway.release.door import Denied, Door
from gateway.release.opened import Nothing
from gateway.release.record import photograph, view
from gateway.release.released import ReleasedPicture, ReleasedRecord, ShownRecord, digest
from gateway.search.outcomes import Unavailable
from tests.gateway.people import dispatcher, officer, probation_officer
from tests.gateway.release.doors import Spy, answered, door, handles, visit
from tests.gateway.sources import PICTURE, Desk, field, reclassed, record

VIEW, PHOTO = Action.RECORD_VIEW, Action.PHOTO_VIEW
WITH_PICTURE = record(1, field(PICTURE, "face", DataClass.COURT))


async def found(at: Door, by: Visit) -> str:
    """The handle of the first record of an answer."""
    return handles(await answered(at, by))[0]


def someone_else(by: Visit, **changed: object) -> Visit:
    """The same session when its rights have changed."""
    return Visit(principal=officer(**changed), session=by.session, key=by.key, origin=by.origin)


# --- opening a record ----------------------------------------------------------------------------------------------


async def test_a_record_is_asked_for_on_the_record_and_shown_once_that_is_written_down() -> None:
    recorder, by = Spy(), visit()
    at = door(Desk(records=[record(1)]), recorder=recorder)
    handle = await found(at, by)
    recorder.trace.clear()

    shown = await view(at, by, handle)

    assert isinstance(shown, ReleasedRecord)
    assert recorder.trace == [
        "handed record.request",
        "durable record.request",
        "handed record.view",
        "durable record.view",
    ]


async def test_the_request_is_handed_over_before_the_source_is_asked() -> None:
    recorder, by = Spy(), visit()
    seen: list[list[str]] = []

    class Watching(Desk):
        async def fetch(self, record_id, query, deadline):
            seen.append(list(recorder.trace))
            return await super().fetch(record_id, query, deadline)

    at = door(Watching(records=[record(1)]), recorder=recorder)
    handle = await found(at, by)
    recorder.trace.clear()

    await view(at, by, handle)

    assert seen[0][0] == "handed record.request"


async def test_the_whole_record_is_shown_beyond_its_headlines() -> None:
    by = visit()
    at = door(Desk(records=[record(1, field("j:ChargeDisposition", "Guilty", DataClass.CHRI))]))

    shown = await view(at, by, await found(at, by))

    assert shown.record.values("j:ChargeDisposition") == ["Guilty"]


async def test_every_load_is_a_view_of_its_own() -> None:
    recorder, by = Spy(), visit()
    at = door(Desk(records=[record(1)]), recorder=recorder)
    handle = await found(at, by)

    first, second = await view(at, by, handle), await view(at, by, handle)

    assert first.receipt.sequence != second.receipt.sequence
    assert len(recorder.of(VIEW)) == 2


async def test_the_event_says_which_answer_it_belongs_to_and_what_was_shown() -> None:
    recorder, by = Spy(), visit()
    at = door(Desk(records=[record(1)]), recorder=recorder)

    shown = await view(at, by, await found(at, by))

    (event,) = recorder.of(VIEW)
    assert (event.query.id, event.query.kind, event.grounds.case_number) == ("q" * 32, "case", "26-04417")
    assert event.shown.digest == digest([shown.record])
    assert event.shown.data_class == ("court", "pii")
    assert event.sensitive.detail == {"record": "courts-1"}


async def test_the_source_is_asked_under_the_purpose_and_case_of_the_answer() -> None:
    by = visit()

    class Watching(Desk):
        async def fetch(self, record_id, query, deadline):
            self.asked.append(query)
            return await super().fetch(record_id, query, deadline)

    desk = Watching(records=[record(1)])
    at = door(desk)

    await view(at, by, await found(at, by))

    asked = desk.asked[-1]
    assert (asked.query_id, asked.purpose_code, asked.case_number) == ("q" * 32, "C", "26-04417")
    assert asked.deadline_ms > 0


@pytest.mark.parametrize(
    ("now", "left"),
    [({}, ["Guilty"]), ({"chri_certified": False}, [])],
    ids=["as before", "certification ended"],
)
async def test_what_is_shown_is_decided_anew(now, left) -> None:
    by = visit()
    at = door(Desk(records=[record(1, field("j:ChargeDisposition", "Guilty", DataClass.CHRI))]))
    handle = await found(at, by)

    shown = await view(at, someone_else(by, **now), handle)

    assert shown.record.values("j:ChargeDisposition") == left


async def test_rights_taken_away_between_search_and_view_are_gone_and_no_source_is_asked() -> None:
    recorder, by, desk = Spy(), visit(), Desk(records=[record(1)])
    at = door(desk, recorder=recorder)
    handle = await found(at, by)

    refused = await view(at, someone_else(by, roles=frozenset()), handle)

    assert isinstance(refused, Denied)
    assert (refused.rule, recorder.events[refused.entry].action) == ("role.may_search", Action.ACCESS_DENIED)
    assert desk.fetched == []


@pytest.mark.parametrize("act", [view, photograph])
async def test_whoever_was_refused_a_record_is_found_by_it(act) -> None:
    recorder, by = Spy(), visit()
    at = door(Desk(records=[record(1)]), recorder=recorder)
    handle = await found(at, by)

    refused = await act(at, someone_else(by, roles=frozenset()), handle)

    assert isinstance(refused, Denied)
    assert recorder.events[refused.entry].sensitive.subject == (SensitiveTerm(TermType.RECORD, ("courts", "courts-1")),)


# --- what is not there ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [view, photograph])
async def test_a_handle_of_another_session_is_no_handle(act) -> None:
    by = visit()
    desk = Desk(records=[WITH_PICTURE])
    at = door(desk)
    handle = await found(at, by)

    assert await act(at, visit(), handle) is Nothing.UNKNOWN
    assert desk.fetched == []


@pytest.mark.parametrize("act", [view, photograph])
async def test_a_handle_of_an_answer_not_used_for_too_long_has_expired(act) -> None:
    by = visit()
    desk = Desk(records=[WITH_PICTURE])
    at = door(desk)
    handle = await found(at, by)
    await at.sessions._redis.flushall()

    assert await act(at, by, handle) is Nothing.EXPIRED
    assert desk.fetched == []


async def test_a_handle_of_a_source_that_is_no_longer_there_is_no_handle() -> None:
    by = visit()
    gone = context.handle_text(by, context.Handle("q" * 32, "county", Kind.CASE, "1"))

    assert await view(door(), by, gone) is Nothing.UNKNOWN


@pytest.mark.parametrize("act", [view, photograph])
async def test_a_record_its_source_no_longer_has_is_not_there_and_the_question_is_recorded(act) -> None:
    recorder, by = Spy(), visit()
    desk = Desk(records=[WITH_PICTURE])
    at = door(desk, recorder=recorder)
    handle = await found(at, by)
    desk._records.clear()

    assert await act(at, by, handle) is Nothing.UNKNOWN
    assert [event.action for event in recorder.events[2:]] == [Action.RECORD_REQUEST]


@pytest.mark.parametrize("act", [view, photograph])
async def test_a_silent_source_is_silent_not_empty(act) -> None:
    by = visit()
    desk = Desk(records=[WITH_PICTURE])
    at = door(desk)
    handle = await found(at, by)
    desk._says = SourceFault(Fault.UNREACHABLE)

    silent = await act(at, by, handle)

    assert isinstance(silent, Unavailable)
    assert silent.fault is Fault.UNREACHABLE


@pytest.mark.parametrize("act", [view, photograph])
async def test_a_record_sealed_since_is_not_there(act) -> None:
    by = visit()
    desk = Desk(records=[WITH_PICTURE])
    at = door(desk)
    handle = await found(at, by)
    sealed = replace(WITH_PICTURE, sealed_as=DataClass.JUVENILE_COURT)
    desk._records = {sealed.id: sealed}

    assert await act(at, by, handle) is Nothing.UNKNOWN
    assert desk.pictures == []


async def test_what_a_source_never_declared_is_dropped_from_a_record_too_and_recorded() -> None:
    recorder, by = Spy(), visit()
    desk = Desk(records=[record(1)])
    at = door(desk, recorder=recorder)
    handle = await found(at, by)
    desk._records["courts-1"] = record(1, field("x:NeverDeclared", "Quisenberry"))

    shown = await view(at, by, handle)

    assert "Quisenberry" not in repr(shown)
    assert [event.source_status for event in recorder.of(Action.SOURCE_BREACH)] == [{"courts": {"dropped": 1}}]


# --- photographs ---------------------------------------------------------------------------------------------------


async def test_a_photograph_is_recorded_with_the_digest_of_its_bytes_and_then_shown() -> None:
    recorder, by = Spy(), visit()
    at = door(Desk(records=[WITH_PICTURE]), recorder=recorder)
    handle = await found(at, by)
    recorder.trace.clear()

    shown = await photograph(at, by, handle)

    assert isinstance(shown, ReleasedPicture)
    assert recorder.trace[-2:] == ["handed photo.view", "durable photo.view"]
    (event,) = recorder.of(PHOTO)
    assert event.shown.digest == sha256(shown.content).hexdigest()
    assert (event.shown.data_class, event.shown.count) == (("court",), 1)


async def test_opening_a_record_loads_no_photograph() -> None:
    by, desk = visit(), Desk(records=[WITH_PICTURE])
    at = door(desk)

    shown = await view(at, by, await found(at, by))

    assert shown.record.attachments == ("face",)
    assert desk.pictures == []


async def test_a_record_without_a_photograph_has_none() -> None:
    by = visit()
    at = door(Desk(records=[record(1)]))

    assert await photograph(at, by, await found(at, by)) is Nothing.UNKNOWN


async def test_a_protected_photograph_is_withheld_like_any_value() -> None:
    by = visit()
    desk = Desk(records=[record(1, field(PICTURE, "face", DataClass.COURT, protected=True))])
    at = door(desk)
    handle = await found(at, by)

    assert await photograph(at, by, handle) is Nothing.UNKNOWN
    assert (await view(at, by, handle)).record.attachments == ()
    assert desk.pictures == []


def drivers() -> Desk:
    """A source whose photographs are of drivers."""
    face = field(PICTURE, "face", DataClass.DMV_PHOTO)
    return Desk(reclassed("Photograph", DataClass.DMV_PHOTO), records=[record(1, face)])


@pytest.mark.parametrize(
    "someone", [officer(sworn=False), dispatcher(), probation_officer(sworn=True)], ids=["unsworn", "dispatcher", "PPO"]
)
async def test_a_drivers_photograph_is_refused_on_the_record_before_its_source_is_asked(someone) -> None:
    recorder, by, desk = Spy(), visit(someone), drivers()
    at = door(desk, recorder=recorder)
    handle = await found(at, by)

    refused = await photograph(at, by, handle)

    assert isinstance(refused, Denied)
    assert recorder.events[refused.entry].reason == refused.rule == "photograph.law_enforcement"
    assert (desk.fetched, desk.pictures) == ([], [])


async def test_a_sworn_officer_sees_a_drivers_photograph() -> None:
    by = visit()
    at = door(drivers())

    assert isinstance(await photograph(at, by, await found(at, by)), ReleasedPicture)


async def test_who_may_not_see_a_photograph_is_not_told_that_there_is_one() -> None:
    by = visit(officer(sworn=False))
    at = door(drivers())

    assert (await view(at, by, await found(at, by))).record.attachments == ()


# --- when it cannot be recorded ------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["refuses", "loses"])
@pytest.mark.parametrize("step", [0, 1])
@pytest.mark.parametrize("act", [view, photograph])
async def test_when_the_record_fails_at_either_step_nothing_is_shown(act, step: int, how: str) -> None:
    by = visit()
    at = door(Desk(records=[WITH_PICTURE]))
    handle = await found(at, by)
    broken = door(*at.connectors.values(), recorder=Spy(**{how: step}), sessions=at.sessions)

    with pytest.raises(CannotRecord):
        await act(broken, by, handle)


@pytest.mark.parametrize("act", [view, photograph])
async def test_when_the_question_cannot_be_recorded_the_source_is_not_asked(act) -> None:
    by, desk = visit(), Desk(records=[WITH_PICTURE])
    at = door(desk)
    handle = await found(at, by)

    with pytest.raises(CannotRecord):
        await act(door(desk, recorder=Spy(refuses=0), sessions=at.sessions), by, handle)

    assert desk.fetched == []


# --- the digest ----------------------------------------------------------------------------------------------------


# Canonical JSON: keys sorted, nothing between; name, value, class and group of each field in order.
KNOWN = (
    b'[{"fields":[["nc:PersonSurName","HOLLIS","pii",""],["nc:PersonGivenName","Merrick","pii",""],'
    b'["nc:PersonBirthDate","1980-02-11","pii",""],["j:CourtName","Pinelake County","court",""],'
    b'["j:ChargeDisposition","Guilty","chri","charge[1]"]],"kind":"case","source":"courts","version":"7"}]'
)


async def shown(*more: Field) -> ShownRecord:
    by = visit()
    at = door(Desk(records=[record(1, *more)]))
    return (await view(at, by, await found(at, by))).record


async def test_the_digest_of_a_known_record_never_changes() -> None:
    """Whoever holds a record of today against its event in seven years must come to the same digest."""
    known = await shown(field("j:ChargeDisposition", "Guilty", DataClass.CHRI, group="charge[1]"))

    assert digest([known]) == sha256(KNOWN).hexdigest()
    assert digest([known]) == "4610085602b608ecfd38283dcf32632593788df3bd3d7f5a39828c31e6f2d49d"


@pytest.mark.parametrize(
    "other",
    [
        (),
        (field("j:ChargeDisposition", "Not guilty", DataClass.CHRI, group="charge[1]"),),
        (field("j:ChargeDisposition", "Guilty", DataClass.CHRI, group="charge[2]"),),
        (field("j:ChargeDisposition", "Guilty", DataClass.CHRI),),
        (field("j:ChargeDisposition", "Guilty", DataClass.CHRI, group="charge[1]"),) * 2,
    ],
    ids=["a field less", "another value", "another group", "no group", "twice"],
)
async def test_another_content_is_another_digest(other: tuple[Field, ...]) -> None:
    known = await shown(field("j:ChargeDisposition", "Guilty", DataClass.CHRI, group="charge[1]"))

    assert digest([await shown(*other)]) != digest([known])


async def test_the_order_of_records_is_part_of_the_digest() -> None:
    first, second = await shown(), await shown(field("j:ChargeDisposition", "Guilty", DataClass.CHRI))

    assert digest([first, second]) != digest([second, first])
