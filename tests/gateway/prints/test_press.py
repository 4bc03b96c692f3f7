"""A print never holds up anybody else: threads of its own, few at a time, and a deadline."""

import asyncio
import threading

import pytest

from gateway.prints.press import Press
from gateway.prints.render import PrintFailed, Rendered, render
from tests.gateway.prints.documents import document

PRINTED = Rendered(content=b"%PDF", pages=1, sha256="00")


class Stuck:
    """A renderer that goes on only when told to; counts what it was given and how many were in hand at once."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.begun = threading.Semaphore(0)
        self.seen: list[str] = []
        self.most = 0
        self._in_hand = 0
        self._lock = threading.Lock()

    def __call__(self, asked):
        with self._lock:
            self.seen.append(asked.officer)
            self._in_hand += 1
            self.most = max(self.most, self._in_hand)
        self.begun.release()
        assert self.go_on.wait(60)
        with self._lock:
            self._in_hand -= 1
        return PRINTED

    async def has_begun(self) -> None:
        assert await asyncio.to_thread(self.begun.acquire, timeout=60)


@pytest.fixture
def stuck():
    renderer = Stuck()
    yield renderer
    renderer.go_on.set()


async def test_the_press_gives_what_render_gives():
    assert await Press().render(document()) == render(document())


async def test_the_event_loop_runs_on_while_a_print_is_made(stuck):
    press = Press(render=stuck)
    printing = asyncio.create_task(press.render(document()))
    await stuck.has_begun()  # were the loop held, this line would not be reached
    stuck.go_on.set()
    assert await printing == PRINTED


@pytest.mark.parametrize("slots", [1, 2])
async def test_no_more_are_made_at_once_than_there_are_slots(stuck, slots):
    press = Press(slots=slots, render=stuck)
    printing = [asyncio.create_task(press.render(document())) for _ in range(5)]
    for _ in range(slots):
        await stuck.has_begun()
    stuck.go_on.set()
    assert await asyncio.gather(*printing) == [PRINTED] * 5
    assert stuck.most == slots


async def test_a_print_past_its_deadline_fails_like_any_other(stuck):
    with pytest.raises(PrintFailed, match=r"^the document was not set in time$"):
        await Press(patience_s=0, render=stuck).render(document())


async def test_a_print_that_nobody_waits_for_any_more_is_not_begun(stuck):
    press = Press(render=stuck)
    first = asyncio.create_task(press.render(document(officer="first")))
    await stuck.has_begun()
    second = asyncio.create_task(press.render(document(officer="second")))
    await asyncio.sleep(0)  # it stands in line now
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    stuck.go_on.set()
    await first
    await press.render(document(officer="third"))
    assert stuck.seen == ["first", "third"]


async def test_a_document_that_cannot_be_set_fails_here_too():
    with pytest.raises(PrintFailed):
        await Press().render(document(photograph=b"no picture"))


async def test_warming_up_sets_a_specimen():
    asked = []
    await Press(render=lambda specimen: asked.append(specimen) or render(specimen)).warm_up()
    assert [specimen.record.title for specimen in asked] == ["Specimen"]


async def test_a_press_that_cannot_print_says_so_when_warming_up():
    def broken(asked):
        raise PrintFailed("the document could not be set: TypstError")

    with pytest.raises(PrintFailed):
        await Press(render=broken).warm_up()
