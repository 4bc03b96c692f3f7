"""The recorder's door: only whom the operator named comes in, nobody gets an event back, and whoever misbehaves is hung
up on while the others go on.
"""

import asyncio
import contextlib
import os
import stat

import pytest

from audit.checking import Check
from audit.daemon import CannotListen, Daemon, listen
from audit.inprocess import open_recorder
from audit.recorder import CannotRecord, RecorderBusy, RecordLate
from audit.remote import RemoteRecorder
from audit.segments import LEAST_SEGMENT_BYTES
from audit.wire import Answer, Append, HowAreYou, Incoming, LookUp, Open, pack
from tests.audit.examples import CANARY, actions, disclosure, entries, login, request
from tests.audit.reaching import daemon, remote, short_folder, until


@pytest.fixture
def own(tmp_path):
    return open_recorder(tmp_path / "journal", tmp_path / "keys", segment_bytes=LEAST_SEGMENT_BYTES)


@pytest.fixture
def place():
    with short_folder() as folder:
        yield folder


@pytest.fixture
async def path(own, tmp_path):
    async with daemon(own, tmp_path / "journal") as path:
        yield path


async def said(path, content):
    """What it answers before it hangs up on whoever sends `content`."""
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(content)
    answers = b""
    with contextlib.suppress(ConnectionResetError):  # it did not read to the end
        while part := await reader.read(4096):
            answers += part
    writer.close()
    return list(Incoming(Answer).take(answers))


# Who may


async def test_a_user_who_was_not_named_is_told_so_and_records_nothing(own, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(os, "geteuid", lambda: 4242)  # the recorder's; this test is somebody else
    async with daemon(own, tmp_path / "journal") as path:
        (refused,) = await said(path, pack(Append(1, login())))
        recorder = RemoteRecorder(path)
        running = asyncio.create_task(recorder.run())
        await until(lambda: "may not record" in recorder.health().why)
        with pytest.raises(CannotRecord, match="may not record"):
            await recorder.append(login())
        running.cancel()

    assert str(refused.error()) == f"user {os.getuid()} may not record here"
    assert f"user {os.getuid()} may not record and was refused" in caplog.messages
    assert actions(tmp_path)[3:] == ["journal.stop"]


async def test_a_user_who_was_named_may(own, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    async with daemon(own, tmp_path / "journal", uids=[os.getuid()]) as path, remote(path) as recorder:
        assert (await recorder.append(login())).sequence == 3


async def test_the_socket_is_the_owners_and_the_groups(path):
    mode = path.stat().st_mode

    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o660


def test_whoever_listens_leaves_the_mask_for_new_files_as_it_was(place):
    before = os.umask(0o022)
    try:
        listen(place / "s").close()

        assert os.umask(before) == 0o022
    finally:
        os.umask(before)


async def test_a_second_recorder_is_refused_at_one_socket(path):
    with pytest.raises(CannotListen, match="another recorder listens"):
        listen(path)

    async with remote(path) as recorder:
        assert (await recorder.append(login())).sequence == 3


def test_a_socket_that_a_dead_recorder_left_is_taken_over(place):
    listen(place / "s").close()

    listen(place / "s").close()


def test_a_path_where_nobody_can_listen_is_told(place):
    with pytest.raises(CannotListen, match="nobody can listen"):
        listen(place / "none" / "s")


def test_a_file_is_not_taken_for_a_socket(place):
    (place / "s").write_text("precious")

    with pytest.raises(CannotListen):
        listen(place / "s")

    assert (place / "s").read_text() == "precious"


# Who misbehaves


@pytest.mark.parametrize(
    "garbage",
    [b"\xff" * 64, b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\1\xc1", f"\0\0\0\x0b{CANARY}".encode(), b"\0\4\0\1"],
    ids=["huge", "http", "undefined", "text", "one byte too many"],
)
async def test_whoever_sends_garbage_is_hung_up_on_and_the_others_go_on(path, garbage, caplog):
    async with remote(path) as recorder:
        (refused,) = await said(path, garbage)

        assert (await recorder.append(login())).sequence == 3
    assert isinstance(refused.error(), CannotRecord)
    assert caplog.messages[-1].startswith("a caller was hung up on: ") or "reached" in caplog.messages[-1]
    assert CANARY not in caplog.text


async def test_what_came_before_the_garbage_is_recorded(path, own, tmp_path):
    await said(path, pack(Append(1, login())) + b"\xff" * 8 + pack(Append(2, disclosure())))

    await own.append(request())
    assert actions(tmp_path)[3:] == ["session.login", "search.request"]


async def test_half_a_message_is_nothing(path, own, tmp_path):
    _, writer = await asyncio.open_unix_connection(path)
    writer.write(pack(Append(1, login()))[:-1])
    writer.close()
    await writer.wait_closed()

    await own.append(request())
    assert actions(tmp_path)[3:] == ["search.request"]


async def test_whoever_does_not_listen_is_not_listened_to_until_he_does(own, tmp_path, place):
    path, end = place / "s", asyncio.Event()
    door = Daemon(own, Check(tmp_path / "journal"))
    serving = asyncio.create_task(door.serve(listen(path), end, own.close))
    reader, writer = await asyncio.open_unix_connection(path, limit=1)
    await until(lambda: door._connections)
    (connection,) = door._connections
    asked = 0

    while connection._transport.is_reading():
        asked += 1
        writer.write(pack(HowAreYou(asked)))
        await writer.drain()

    incoming, answers = Incoming(Answer), []
    while len(answers) < asked:
        answers += incoming.take(await reader.read(65_536))
    assert [answer.number for answer in answers] == list(range(1, asked + 1))
    writer.close()
    end.set()
    await serving


# What comes back


async def test_no_answer_says_anything_of_an_event(path, own, tmp_path):
    await own.append(request())
    sealed = Open(3, login(), _sealed(tmp_path))
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(
        pack(Append(1, request())) + pack(LookUp(2, login(), request().sensitive.subject)) + pack(HowAreYou(4))
    )
    writer.write(pack(Open(3, login(), sealed.sealed)))
    incoming, answers = Incoming(Answer), []
    while len(answers) < 4:
        answers += incoming.take(await reader.read(4096))
    writer.close()

    told = {answer.number: str(answer) for answer in answers}
    assert CANARY not in told[1] + told[2] + told[4]
    assert CANARY in told[3]  # what it was asked to open, on the record
    assert "u-reyes" not in "".join(told.values())


def _sealed(data):
    from audit.events import sealed_in

    return sealed_in(entries(data)[3])


async def test_how_it_is_says_whether_the_record_is_whole(path, own, monkeypatch):
    monkeypatch.setattr("audit.remote.HOW_ARE_YOU_S", 0.001)
    async with remote(path) as recorder:
        await until(lambda: recorder.health().checked.at)

        assert recorder.health().checked.findings == ()
        assert recorder.health().checked.size >= 3


# Coming and going


async def test_a_recorder_that_is_not_there_costs_nothing_and_is_said(place):
    recorder = RemoteRecorder(place / "nobody")
    running = asyncio.create_task(recorder.run())
    await until(lambda: "cannot be reached" in recorder.health().why)

    with pytest.raises(CannotRecord, match="cannot be reached"):
        recorder.hand_over(login())
    running.cancel()


async def test_before_it_was_reached_nothing_can_be_recorded(place):
    recorder = RemoteRecorder(place / "nobody")

    with pytest.raises(CannotRecord, match="not reached yet"):
        await recorder.append(login())
    assert not recorder.health().ok


class Mute:
    """Somebody who listens at `path`, takes everything and says nothing, until he hangs up."""

    def __init__(self, path):
        self.path, self.lines = path, []

    async def __aenter__(self):
        self._server = await asyncio.start_unix_server(lambda *line: self.lines.append(line), self.path)
        return self

    async def __aexit__(self, *_):
        self.hang_up()
        self._server.close()

    def hang_up(self):
        for _, writer in self.lines:
            writer.close()


@contextlib.asynccontextmanager
async def unanswered(folder, **changed):
    async with Mute(folder / "s") as mute:
        recorder = RemoteRecorder(folder / "s", **changed)
        running = asyncio.create_task(recorder.run())
        await until(lambda: mute.lines)
        yield mute, recorder
        running.cancel()


async def test_a_recorder_that_hangs_costs_the_deadline_and_is_not_well(place):
    async with unanswered(place, deadline_s=0.02) as (_, recorder):
        with pytest.raises(RecordLate, match=r"within 0\.02 s"):
            await recorder.append(login())

        assert "the recorder has not answered for" in recorder.health().why


async def test_whoever_waits_when_the_line_breaks_is_told_at_once(place):
    async with unanswered(place, deadline_s=60.0) as (mute, recorder):
        waiting = asyncio.create_task(recorder.append(login()))
        await until(lambda: len(mute.lines[0][0]._buffer) > 100)

        mute.hang_up()

        with pytest.raises(RecordLate, match="broke before the recorder answered"):
            await waiting


async def test_what_was_not_acknowledged_is_not_sent_again(place):
    async with unanswered(place) as (mute, recorder):
        lost = recorder.hand_over(login())
        await until(lambda: len(mute.lines[0][0]._buffer) > 100)
        mute.hang_up()
        await until(lambda: len(mute.lines) == 2)
        await until(lambda: mute.lines[1][0]._buffer)

        assert b"session.login" not in mute.lines[1][0]._buffer
        assert isinstance(lost.exception(), RecordLate)


def hand_over_for_ever(recorder):
    while True:
        recorder.hand_over(disclosure())


async def test_what_a_recorder_that_hangs_does_not_take_is_bounded(place):
    async with unanswered(place) as (_, recorder):
        with pytest.raises(RecorderBusy):
            hand_over_for_ever(recorder)


async def test_a_recorder_that_came_back_is_found(tmp_path, place):
    def own():
        return open_recorder(tmp_path / "journal", tmp_path / "keys", segment_bytes=LEAST_SEGMENT_BYTES)

    recorder = RemoteRecorder(place / "s")
    running = asyncio.create_task(recorder.run())
    for _ in range(3):
        async with daemon(own(), tmp_path / "journal", at=place / "s"):
            await until(lambda: recorder.health().ok)
            await recorder.append(login())
        await until(lambda: not recorder.health().ok)
    running.cancel()

    assert actions(tmp_path).count("session.login") == 3


async def test_a_recorder_that_ends_answers_whoever_still_waits(tmp_path, place, own):
    recorder = RemoteRecorder(place / "s")
    running = asyncio.create_task(recorder.run())
    async with daemon(own, tmp_path / "journal", at=place / "s"):
        await until(lambda: recorder.health().ok)
        waiting = [recorder.hand_over(login()) for _ in range(100)]
        await waiting[0]
    await asyncio.wait(waiting)
    running.cancel()

    acknowledged = [one.result().sequence for one in waiting if not one.exception()]
    assert acknowledged == list(range(3, 3 + len(acknowledged)))
    assert actions(tmp_path)[3:] == ["session.login"] * len(acknowledged) + ["journal.stop"]
    assert not (place / "s").exists()
