"""The commands of the activity record: `python -m audit record | verify | ship | keys`.

Exit status: 0 fine, 1 a finding or a refusal, 2 wrong usage. Each command imports what it needs when it runs.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m audit", description="The activity record.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_record(commands)
    _add_verify(commands)
    _add_ship(commands)
    _add_keys(commands)
    given = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = given.run
    return run(given)


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _add_record(commands: Commands) -> None:
    parser = commands.add_parser("record", help="own a journal, and record what gateways hand over")
    parser.add_argument("journal", type=Path, metavar="JOURNAL", help="its folder, on a volume of its own")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="the keys of sensitive terms")
    parser.add_argument("--socket", type=Path, metavar="PATH", help="where gateways find the recorder")
    parser.add_argument("--uid", type=int, action="append", default=[], help="a user who may record, beside your own")
    parser.add_argument("--deadline-s", type=float, default=2.0, help="a disk that takes longer is not well")
    parser.add_argument("--segment-bytes", type=int, default=64 << 20, help="size of one pre-written file")
    parser.add_argument("--measure", action="store_true", help="only say how fast the journal's volume is")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long to measure each row")
    parser.add_argument("--json", action="store_true", help="print what was measured for a program")
    parser.set_defaults(run=_record)


def _measure(given: argparse.Namespace) -> int:
    from audit.measure import measure
    from audit.recorder import CannotRecord

    def said(text: str) -> None:
        sys.stderr.write(f"{text}\n")

    try:
        rows = measure(
            given.journal if given.journal.is_dir() else given.journal.absolute().parent, given.seconds, said
        )
    except (CannotRecord, OSError) as refused:
        return _refuse(refused, 1)
    if given.json:
        _say(json.dumps([row._asdict() for row in rows]))
        return 0
    _say(f"{'':44}{'callers':>8}{'events/s':>12}{'p50 ms':>9}{'p99 ms':>9}")
    for way, callers, events_per_s, p50_ms, p99_ms in rows:
        _say(f"{way:44}{callers:8}{events_per_s:12,.0f}{p50_ms:9.3f}{p99_ms:9.3f}")
    return 0


def _record(given: argparse.Namespace) -> int:
    if given.measure:
        return _measure(given)
    if given.keys is None or given.socket is None:
        return _refuse("a recorder needs --keys and --socket", 2)

    import logging

    from audit.checking import Check
    from audit.daemon import CannotListen, Daemon, listen, run
    from audit.inprocess import open_recorder
    from audit.keys import KeysUnusable
    from audit.recorder import CannotRecord
    from audit.recovery import JournalDamaged

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        recorder = open_recorder(
            given.journal, given.keys, deadline_s=given.deadline_s, segment_bytes=given.segment_bytes
        )
    except (CannotRecord, JournalDamaged, KeysUnusable, ValueError) as refused:
        return _refuse(refused, 1)
    try:
        listening = listen(given.socket)
    except CannotListen as refused:
        recorder.close()
        return _refuse(refused, 1)
    _say(f"Recording in {given.journal}, {recorder.health().size:,} entries; heard at {given.socket}")
    run(Daemon(recorder, Check(given.journal), uids=given.uid), listening, recorder.close)
    return 0


def _add_verify(commands: Commands) -> None:
    parser = commands.add_parser("verify", help="check a journal, or a data folder, entry by entry")
    parser.add_argument("path", type=Path, metavar="PATH", help="a journal, or a data folder with one")
    parser.add_argument("--deep", action="store_true", help="read every event too, not only its hash")
    parser.add_argument("--against-index", action="store_true", help="compare the index with the journal")
    parser.add_argument("--json", action="store_true", help="print the report for a program")
    parser.set_defaults(run=_verify)


def _verify(given: argparse.Namespace) -> int:
    from audit.verify import NothingToVerify, verify

    try:
        report = verify(given.path, deep=given.deep, against_index=given.against_index)
    except NothingToVerify as nothing:
        return _refuse(nothing, 2)
    _say(report.json() if given.json else "\n".join(report.lines()))
    return 1 if report.findings else 0


def _add_ship(commands: Commands) -> None:
    parser = commands.add_parser("ship", help="bring the journal's entries into the index")
    parser.add_argument("data", type=Path, metavar="DATA", help="the folder with the journal and the index")
    parser.add_argument("--once", action="store_true", help="catch up and stop")
    parser.set_defaults(run=_ship)


def _ship(given: argparse.Namespace) -> int:
    from audit.index import IndexAltered
    from audit.index.sqlite import IndexInUse, SqliteIndex
    from audit.ship import JournalUnreadable, Shipper

    if not (given.data / "journal").is_dir():
        return _refuse(f"there is no journal in {given.data}", 2)
    try:
        index = SqliteIndex(given.data / "index.sqlite")
    except IndexInUse as refused:
        return _refuse(refused, 1)
    shipper = Shipper(given.data / "journal", index)
    try:
        if given.once:
            _say(f"{asyncio.run(shipper.catch_up()):,} entries shipped.")
        else:
            asyncio.run(shipper.run())
    except KeyboardInterrupt:
        pass
    except (IndexAltered, JournalUnreadable) as refused:
        return _refuse(refused, 1)
    finally:
        index.close()
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
        return _refuse(f"there are no keys in {given.data}", 2)
    names = key_names(given.data / "keys")
    _say(json.dumps(names) if given.json else "\n".join(names))
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _refuse(why: object, status: int) -> int:
    sys.stderr.write(f"{why}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
