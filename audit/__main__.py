"""The commands of the activity record: `python -m audit verify | ship | keys`.

Exit status: 0 fine, 1 a finding or a refusal, 2 wrong usage. Each command imports what it needs when it runs.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from audit.index import Intake


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m audit", description="The activity record.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_verify(commands)
    _add_ship(commands)
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
    parser.add_argument("--against-index", action="store_true", help="compare the index with the journal")
    _add_cluster(parser)
    parser.add_argument("--json", action="store_true", help="print the report for a program")
    parser.set_defaults(run=_verify)


def _verify(given: argparse.Namespace) -> int:
    from audit.stored import Cluster, IndexUnreadable
    from audit.verify import NothingToVerify, verify

    cluster = Cluster(given.index, given.authority, given.identity) if given.index else None
    try:
        report = verify(given.path, deep=given.deep, against_index=given.against_index, cluster=cluster)
    except NothingToVerify as nothing:
        return _refuse(nothing, 2)
    except IndexUnreadable as unreadable:
        return _refuse(unreadable, 1)
    _say(report.json() if given.json else "\n".join(report.lines()))
    return 1 if report.findings else 0


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
        return _refuse(f"there is no journal in {given.data}", 2)
    from audit.index import IndexAltered, IndexUnavailable
    from audit.index.cluster import IdentityUnusable
    from audit.index.sqlite import IndexInUse
    from audit.ship import JournalUnreadable

    try:
        asyncio.run(_shipping(given))
    except KeyboardInterrupt:
        pass
    except (IdentityUnusable, IndexAltered, IndexInUse, IndexUnavailable, JournalUnreadable) as refused:
        return _refuse(refused, 1)
    return 0


async def _shipping(given: argparse.Namespace) -> None:
    from audit.ship import Shipper

    async with _intake(given) as intake:
        shipper = Shipper(given.data / "journal", intake)
        if given.once:
            _say(f"{await shipper.catch_up():,} entries shipped.")
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
        return _refuse(f"there are no keys in {given.data}", 2)
    names = key_names(given.data / "keys")
    _say(json.dumps(names) if given.json else "\n".join(names))
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _refuse(why: object, status: int) -> int:
    sys.stderr.write(f"{why}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
