"""A recorder's side of its witnesses: how long a log they have seen, and their signatures under each new checkpoint.

A thread of its own asks them, so that one that is slow or away costs neither an entry nor a checkpoint. What they
answer is believed only where their key has signed it, or where they say that they have seen a longer log than there is.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Protocol

import httpx2

from audit.checkpoint import Checkpoint
from audit.cosignature import Submission
from audit.files import DISK, Files
from audit.notes import NotANote, Note, SignatureLine, Signer, parse_lines
from audit.published import COSIGNED, read_tile, write_published
from audit.recovery import JournalDamaged
from audit.tiles import TileBroken, Tiles
from audit.tree import EMPTY_ROOT, consistency_proof
from audit.trust import Trust, Witness

log = logging.getLogger(__name__)

PATIENCE_S = 1.0  # with one witness
PERIOD_S = 0.5  # between two questions
_MOST_ANSWER_BYTES = 16 * 1024


class NoAnswer(ConnectionError):
    """A witness did not answer, or not as a witness does. The text says which and how."""


class Ahead(JournalDamaged):
    """A witness has seen a longer log. The text says which, and how long."""


class Post(Protocol):
    """Sends a body to an address: the status and the body of the answer. Raises `NoAnswer`."""

    def __call__(self, url: str, body: bytes) -> tuple[int, bytes]:
        """Send it."""

    def close(self) -> None:
        """Let go of what sending takes."""


class Witnesses:
    """The witnesses that `trust` names with an address. For one thread at a time."""

    def __init__(self, trust: Trust, post: Post) -> None:
        self.trust = trust
        self._post = post
        self._asked = {name: witness for name, witness in trust.witnesses.items() if witness.url}
        self._seen: dict[str, int] = {}  # how long a log each has cosigned, as far as we know

    def close(self) -> None:
        """Ask nobody any more."""
        self._post.close()

    def refuse_shorter(self, signer: Signer, size: int) -> None:
        """Raise `Ahead` when one that answers has seen more than `size` entries, `NoAnswer` when none answers.

        They are asked with the checkpoint of the log without entries: it contradicts none that was ever signed.
        """
        text = Checkpoint(signer.key.name, 0, EMPTY_ROOT).text()
        nothing = Submission(0, (), Note(text, (signer.sign(text),)))
        silent = self._each(lambda name, witness: self._submit(name, witness, nothing))
        for name, seen in self._seen.items():
            if seen > size:
                raise Ahead(f"witness {name} has seen {seen:,} entries, but the journal has {size:,}")
        if len(silent) == len(self._asked):
            raise NoAnswer("; ".join(silent) or "no witness has an address")

    def cosign(self, note: Note, tiles: Tiles) -> tuple[Note, list[str]]:
        """`note` with the cosignatures of those who gave one, and what became of the others."""
        size = Checkpoint.of(note).size
        lines: list[SignatureLine] = []

        def ask(name: str, witness: Witness) -> None:
            for _ in range(2):  # whoever has seen another size than we thought says which
                seen = self._seen.get(name, 0)
                if seen > size:
                    del self._seen[name]  # ask again next time: it may have been a slip, or a lie
                    raise NoAnswer(f"{name} has seen {seen:,} entries, more than there are")
                line = self._submit(name, witness, Submission(seen, consistency_proof(seen, size, tiles.subtree), note))
                if line:
                    lines.append(line)
                    return
            raise NoAnswer(f"{name} does not stay with a size")

        silent = self._each(ask)
        return note._replace(signatures=(*note.signatures, *lines)), silent

    def _each(self, ask: Callable[[str, Witness], object]) -> list[str]:
        """Ask all of them at once; why some did not answer."""
        if not self._asked:
            return []
        with ThreadPoolExecutor(len(self._asked), "journal-witness") as pool:
            asked = [pool.submit(ask, name, witness) for name, witness in self._asked.items()]
            failed = [one.exception() for one in asked]
        for error in failed:
            if error and not isinstance(error, NoAnswer):
                raise error
        return [str(error) for error in failed if error]

    def _submit(self, name: str, witness: Witness, submission: Submission) -> SignatureLine | None:
        """The cosignature, or None when it has seen another size, which is remembered. Raises `NoAnswer`."""
        status, content = self._post(f"{witness.url.rstrip('/')}/add-checkpoint", submission.pack())
        if status == 409 and content.strip().isdigit() and len(content) < 24:
            seen = int(content)
            if seen != submission.old:
                self._seen[name] = seen
                return None
            raise NoAnswer(f"{name} has seen another log of {seen:,} entries")
        if status != 200:
            raise NoAnswer(f"{name} answered {status}")
        note = submission.note
        try:
            lines = parse_lines(content.decode())
        except (NotANote, UnicodeDecodeError):
            raise NoAnswer(f"{name} answered with something else") from None
        for line in lines:
            if (line.name, line.id) == (witness.key.name, witness.key.id):
                if Note(note.text, (line,)).cosigned_at(witness.key) is None:
                    break
                self._seen[name] = Checkpoint.of(note).size
                return line
        raise NoAnswer(f"{name} has not signed with its key")


class Cosigner:
    """Asks `witnesses` about the log whose journal is in `folder`: first how long it was, then for cosignatures."""

    def __init__(self, folder: Path, witnesses: Witnesses, *, period_s: float = PERIOD_S, files: Files = DISK) -> None:
        self.cosigned = 0  # entries
        self.why: str | None = None  # not more
        self._folder = folder
        self._witnesses = witnesses
        self._files = files
        self._unasked: Callable[[], None] | None = None
        self._newest: Callable[[], Note | None] = lambda: None
        self._closing = threading.Event()
        self._period_s = period_s
        self._thread = threading.Thread(target=self._run, name="journal-cosigning", daemon=True)

    def witnessed(self, signer: Signer, size: int) -> None:
        """Raise `Ahead` when a witness has seen more entries. That none answers keeps nobody from working."""
        self._unasked = partial(self._witnesses.refuse_shorter, signer, size)
        try:
            self.ask_first()
        except NoAnswer as error:
            log.warning("no checkpoint is signed until a witness answers: %s", error)

    def ask_first(self) -> None:
        """Return when a witness has answered `witnessed`, now or before. Raises as that, and `NoAnswer`."""
        if self._unasked:
            self._unasked()
            self._unasked = None

    def follow(self, newest: Callable[[], Note | None]) -> None:
        """Ask for cosignatures of what `newest` gives from now on."""
        self._newest = newest
        self._thread.start()

    def close(self) -> None:
        """Ask for the last checkpoint, then end. Waits for the witnesses as long as they are waited for."""
        self._closing.set()
        self._thread.join()
        self._witnesses.close()

    def cosign(self) -> None:
        """Ask once, unless the newest checkpoint is cosigned. Raises what the disk raises."""
        note = self._newest()
        size = Checkpoint.of(note).size if note else 0
        if not note or size == self.cosigned:
            return
        cosigned, silent = self._witnesses.cosign(note, Tiles(size, lambda name: read_tile(self._folder, name)))
        trust = self._witnesses.trust
        by = {name for name, one in trust.witnesses.items() if cosigned.cosigned_at(one.key) is not None}
        if trust.suffices(by):
            write_published(self._folder, COSIGNED, cosigned.pack(), self._files)
            self.cosigned = size
        self._say("; ".join(silent) if not trust.suffices(by) else None)

    def _run(self) -> None:
        while not self._closing.wait(self._period_s):
            self._try()
        self._try()

    def _try(self) -> None:
        try:
            self.cosign()
        except (OSError, TileBroken) as error:
            self._say(str(error))

    def _say(self, why: str | None) -> None:
        if why and self.why is None:
            log.warning("a checkpoint is not cosigned: %s", why)
        self.why = why


class OverHttp:
    """Sends over HTTP. Answers are short, and redirects are no answers."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._client = httpx2.Client(timeout=patience_s, trust_env=False, follow_redirects=False)

    def __call__(self, url: str, body: bytes) -> tuple[int, bytes]:
        """As `Post` says."""
        try:
            with self._client.stream("POST", url, content=body) as answer:
                return answer.status_code, _short(answer.iter_bytes())
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise NoAnswer(f"{url} does not answer: {type(error).__name__}") from None

    def close(self) -> None:
        """As `Post` says."""
        self._client.close()


def _short(parts: Iterable[bytes]) -> bytes:
    content = b""
    for part in parts:
        content += part
        if len(content) > _MOST_ANSWER_BYTES:
            raise NoAnswer("an answer that is too long for a witness's")
    return content
