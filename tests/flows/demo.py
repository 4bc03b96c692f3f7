"""One real demo: the process that `make demo` starts, on ports that were free, ended by its own pid."""

import json
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis

from audit.frames import SEGMENT_HEADER_BYTES, frames
from audit.segments import segments

_SIGHTLINE = Path(sys.executable).with_name("sightline")
_PATIENCE_S = 30  # seconds; a demo starts in two


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo at work: where it is, and the folder that holds all it keeps."""

    url: str
    folder: Path

    @property
    def provider(self) -> str:
        """The stand-in for the state's identity service: an origin of its own, on the next port."""
        scheme, host, port = self.url.rsplit(":", 2)
        return f"{scheme}:{host}:{int(port) + 1}"

    def events(self, *actions: str) -> list[dict[str, Any]]:
        """What its record holds, in order; of these actions, or all."""
        found: list[dict[str, Any]] = []
        for _, path in segments(self.folder / "journal"):
            content = path.read_bytes()
            found += [json.loads(content[start:end]) for *_, start, end in frames(content, SEGMENT_HEADER_BYTES)]
        return [event for event in found if not actions or event["event"]["action"] in actions]

    def end_sessions(self) -> None:
        """End everybody's session, as time would."""
        with redis.Redis(unix_socket_path=str(self.folder / "sessions" / "valkey.sock")) as store:
            store.delete(*store.keys("session:*"))

    def break_journal(self) -> None:
        """Let nothing more be written into it."""
        *_, (_, path) = segments(self.folder / "journal")
        path.chmod(0o400)


@contextmanager
def demo(fault: str = "") -> Iterator[Demo]:
    """Start a demo, with `fault` as `make demo FAULT=` has it; end it, and remove what it kept."""
    command = [_SIGHTLINE, "demo", "--port", "0", "--fault", fault]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            made = _announced(process)
            # A pipe that nobody reads fills up, and then the demo would wait for us.
            reading = threading.Thread(target=lambda: [*process.stdout])
            reading.start()
            yield made
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(_PATIENCE_S)
        reading.join()
        shutil.rmtree(made.folder)


class Demos:
    """One demo for each kind of trouble, started when it is first wanted and ended with the block."""

    def __init__(self) -> None:
        self._started: dict[str, Demo] = {}
        self._until_the_end = ExitStack()
        self._until_the_next = ExitStack()

    def __enter__(self) -> "Demos":
        return self

    def __exit__(self, *_raised: object) -> None:
        self._until_the_next.close()
        self._until_the_end.close()

    def with_trouble(self, fault: str = "") -> Demo:
        """The demo with this fault, in the words of `make demo FAULT=`."""
        if fault not in self._started:
            self._started[fault] = self._until_the_end.enter_context(demo(fault))
        return self._started[fault]

    def to_break(self, fault: str = "") -> Demo:
        """A demo that nobody else has, until the next is asked for: whoever asked may break it."""
        self._until_the_next.close()
        return self._until_the_next.enter_context(demo(fault))


def _announced(process: "subprocess.Popen[str]") -> Demo:
    """What it says of itself once it serves."""
    said = ""
    for line in process.stdout:
        said += line
        found = re.search(r"Sightline is at (\S+)\nIts record is in (\S+)", said)
        if found:
            return Demo(found[1], Path(found[2]))
    raise AssertionError(f"the demo did not start:\n{said}")
