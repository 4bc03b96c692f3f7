"""The commands of the activity record: `python -m audit record | verify | ship | witness | keys`.

Exit status: 0 fine, 1 a finding or a refusal, 2 wrong usage. Each command imports what it needs when it runs.
"""

import argparse
import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from audit.index import Intake

from audit import recording
from audit.frames import SEGMENT_HEADER_BYTES
from audit.segments import durable_position, segments
from audit.terminal import refuse, say


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m audit", description="The activity record.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    recording.add_to(commands)
    _add_verify(commands)
    _add_ship(commands)
    _add_witness(commands)
    _add_keys(commands)
    given = parser.parse_args(arguments)
    if getattr(given, "index", None) and None in (given.authority, given.identity, getattr(given, "verifier", given)):
        parser.error("--index needs to know whom to trust and who asks: --authority, --identity, --verifier")
    run: Callable[[argparse.Namespace], int] = given.run
    return run(given)


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _add_verify(commands: Commands) -> None:
    parser = commands.add_parser("verify", help="check a journal, or a data folder, entry by entry")
    parser.add_argument("path", type=Path, metavar="PATH", help="a journal, or a data folder with one")
    parser.add_argument("--deep", action="store_true", help="read every event too, not only its hash")
    parser.add_argument("--trust", type=Path, metavar="FILE", help="the keys that you trust, a C2SP tlog-policy")
    parser.add_argument(
        "--checkpoint", type=Path, metavar="FILE", action="append", default=[], help="one that you kept yourself"
    )
    parser.add_argument("--receipt", metavar="TEXT", action="append", default=[], help="one that you were given")
    parser.add_argument("--against-index", action="store_true", help="compare the index with the journal")
    _add_cluster(parser)
    parser.add_argument("--measure", action="store_true", help="say how fast this machine checks it, and no more")
    parser.add_argument("--json", action="store_true", help="print the report for a program")
    parser.set_defaults(run=_verify)


def _verify(given: argparse.Namespace) -> int:
    from audit.receipts import Given, NoReceipt
    from audit.stored import Cluster, IndexUnreadable
    from audit.trust import TrustRefused, read_trust
    from audit.verify import CannotVerify, NothingToVerify, journal_in, read_kept, verify

    cluster = Cluster(given.index, given.authority, given.identity) if given.index else None
    try:
        if given.measure:
            return _measure(journal_in(given.path))
        progress = Progress(journal_in(given.path)) if sys.stderr.isatty() else None
        report = verify(
            given.path,
            deep=given.deep,
            against_index=given.against_index,
            cluster=cluster,
            trust=read_trust(given.trust) if given.trust else None,
            kept=[read_kept(path) for path in given.checkpoint],
            receipts=[Given.parse(text) for text in given.receipt],
            progress=progress,
        )
    except (NothingToVerify, NoReceipt, TrustRefused) as refused:
        return refuse(refused, 2)
    except (CannotVerify, IndexUnreadable) as unreadable:
        return refuse(unreadable, 1)
    if progress:
        progress.end()
    say(report.json() if given.json else "\n".join(report.lines()))
    return 1 if report.findings else 0


def _measure(journal: Path) -> int:
    from audit.pace import measure

    say(measure(journal).line())
    return 0


class Progress:
    """A bar on the terminal of the bytes that were read of the journal in `folder`."""

    def __init__(self, folder: Path) -> None:
        durable = durable_position(folder)
        full = [path.stat().st_size for _, path in segments(folder)][:-1]
        self._all = sum(full) + (durable.end - SEGMENT_HEADER_BYTES if durable else 0)
        self._read = 0
        self._shown = -1

    def __call__(self, read: int) -> None:
        """So many bytes more."""
        self._read += read
        percent = min(100, 100 * self._read // (self._all or 1))
        if percent != self._shown:
            self._shown = percent
            sys.stderr.write(f"\r[{'#' * (percent // 4):25}] {percent:3} %")
            sys.stderr.flush()

    def end(self) -> None:
        """Take the bar away."""
        sys.stderr.write("\r\x1b[K")


def _add_cluster(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--index", metavar="URL", help="OpenSearch; without it the index is the file beside the journal"
    )
    parser.add_argument("--authority", type=Path, metavar="FILE", help="PEM; whom to trust that it is that cluster")
    parser.add_argument("--identity", type=Path, metavar="FILE", help="PEM; the certificate and key to ask it with")


def _add_ship(commands: Commands) -> None:
    parser = commands.add_parser("ship", help="bring the journal's entries into the index")
    parser.add_argument("data", type=Path, metavar="DATA", help="the folder with the journal and the index")
    parser.add_argument("--once", action="store_true", help="catch up and stop")
    parser.add_argument("--rebuild", action="store_true", help="begin from the first entry, to fill an empty index")
    _add_cluster(parser)
    parser.add_argument("--verifier", type=Path, metavar="FILE", help="PEM; the identity to compare with, likewise")
    parser.set_defaults(run=_ship)


def _ship(given: argparse.Namespace) -> int:
    if not (given.data / "journal").is_dir():
        return refuse(f"there is no journal in {given.data}", 2)
    from audit.index import IndexAltered, IndexUnavailable
    from audit.index.cluster import IdentityUnusable
    from audit.index.sqlite import IndexInUse, IndexUnreadable
    from audit.ship import JournalUnreadable

    try:
        asyncio.run(_shipping(given))
    except KeyboardInterrupt:
        pass
    except (
        IdentityUnusable,
        IndexAltered,
        IndexInUse,
        IndexUnavailable,
        IndexUnreadable,
        JournalUnreadable,
    ) as refused:
        return refuse(refused, 1)
    return 0


async def _shipping(given: argparse.Namespace) -> None:
    from audit.ship import Shipper

    async with _intake(given) as intake:
        shipper = Shipper(given.data / "journal", intake)
        if given.once:
            say(f"{await shipper.catch_up():,} entries shipped.")
        else:
            await shipper.run()


@asynccontextmanager
async def _intake(given: argparse.Namespace) -> AsyncIterator["Intake"]:
    if given.index:
        from audit.index.cluster import Cluster, trusting
        from audit.index.intake import OpenSearchIntake

        cluster, verifier = (
            Cluster(given.index, trusting(given.authority, identity)) for identity in (given.identity, given.verifier)
        )
        intake = OpenSearchIntake(cluster, verifier, given.data / "shipping")
        if given.rebuild:
            intake.rewind()
        try:
            yield intake
        finally:
            await intake.close()
    else:
        from audit.index.sqlite import SqliteIndex

        with closing(SqliteIndex(given.data / "index.sqlite")) as index:
            yield index


def _add_witness(commands: Commands) -> None:
    parser = commands.add_parser("witness", help="cosign the checkpoints of other people's logs")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="of the witness's own key and of what it has seen")
    parser.add_argument("--trust", type=Path, metavar="FILE", required=True, help="the logs, a C2SP tlog-policy")
    parser.add_argument("--name", required=True, help="what the witness is called, such as witness.example.gov")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; put a TLS proxy in front of it")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    parser.set_defaults(run=_witness)


def _witness(given: argparse.Namespace) -> int:
    from audit.notes import COSIGNATURE, Key, NotANote, Signer
    from audit.trust import TrustRefused, read_trust
    from audit.witness import Witness, open_key, serve

    try:
        signer = Signer(given.name, open_key(given.folder), COSIGNATURE)
        Key.parse(str(signer.key))  # or nobody could write its name into a policy
        witness = Witness(given.folder, read_trust(given.trust), signer)
        listening = socket.create_server((given.host, given.port))
    except (TrustRefused, NotANote) as refused:
        return refuse(refused, 2)
    except (OSError, ValueError) as refused:
        return refuse(refused, 1)
    say(f"witness {given.name} {signer.key} http://{given.host}:{listening.getsockname()[1]}/")
    with listening:
        serve(witness, listening)
    return 0


def _add_keys(commands: Commands) -> None:
    parser = commands.add_parser("keys", help="the keys of sensitive terms")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="name them; nothing of them is shown")
    listing.add_argument("data", type=Path, metavar="DATA", help="the folder with the keys' folder")
    listing.add_argument("--json", action="store_true", help="print them for a program")
    listing.set_defaults(run=_list_keys)


def _list_keys(given: argparse.Namespace) -> int:
    from audit.keys import key_names

    if not (given.data / "keys").is_dir():
        return refuse(f"there are no keys in {given.data}", 2)
    names = key_names(given.data / "keys")
    say(json.dumps(names) if given.json else "\n".join(names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
