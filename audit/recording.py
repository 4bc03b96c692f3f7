"""The command `record`: own a journal and record what gateways hand over, or say how fast the journal's volume is."""

import argparse
import json
import sys
from pathlib import Path
from typing import TypeAlias

from audit.terminal import refuse, say

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_to(commands: Commands) -> None:
    """Add the command to a parser."""
    parser = commands.add_parser("record", help="own a journal, and record what gateways hand over")
    parser.add_argument("journal", type=Path, metavar="JOURNAL", help="its folder, on a volume of its own")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="the keys of sensitive terms")
    parser.add_argument("--socket", type=Path, metavar="PATH", help="where gateways find the recorder")
    parser.add_argument("--uid", type=int, action="append", default=[], help="a user who may record, beside your own")
    parser.add_argument("--deadline-s", type=float, default=2.0, help="a disk that takes longer is not well")
    parser.add_argument("--segment-bytes", type=int, default=64 << 20, help="size of one pre-written file")
    parser.add_argument("--witnesses", type=Path, metavar="FILE", help="a C2SP tlog-policy; who cosigns")
    parser.add_argument("--measure", action="store_true", help="only say how fast the journal's volume is")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long to measure each row")
    parser.add_argument("--json", action="store_true", help="print what was measured for a program")
    parser.set_defaults(run=_record)


def _measure(given: argparse.Namespace) -> int:
    from audit.recorder import CannotRecord
    from audit.volume import measure

    def said(text: str) -> None:
        sys.stderr.write(f"{text}\n")

    try:
        rows = measure(
            given.journal if given.journal.is_dir() else given.journal.absolute().parent, given.seconds, said
        )
    except (CannotRecord, OSError) as refused:
        return refuse(refused, 1)
    if given.json:
        say(json.dumps([row._asdict() for row in rows]))
        return 0
    say(f"{'':44}{'callers':>8}{'events/s':>12}{'p50 ms':>9}{'p99 ms':>9}")
    for way, callers, events_per_s, p50_ms, p99_ms in rows:
        say(f"{way:44}{callers:8}{events_per_s:12,.0f}{p50_ms:9.3f}{p99_ms:9.3f}")
    return 0


def _record(given: argparse.Namespace) -> int:
    if given.measure:
        return _measure(given)
    if given.keys is None or given.socket is None:
        return refuse("a recorder needs --keys and --socket", 2)

    import logging

    from audit.checking import Check
    from audit.cosigning import OverHttp, Witnesses
    from audit.daemon import CannotListen, Daemon, listen, run
    from audit.inprocess import open_recorder
    from audit.keys import KeysUnusable
    from audit.recorder import CannotRecord
    from audit.recovery import JournalDamaged
    from audit.trust import TrustRefused, read_trust

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        recorder = open_recorder(
            given.journal,
            given.keys,
            deadline_s=given.deadline_s,
            segment_bytes=given.segment_bytes,
            witnesses=Witnesses(read_trust(given.witnesses), OverHttp()) if given.witnesses else None,
        )
    except (CannotRecord, JournalDamaged, KeysUnusable, TrustRefused, ValueError) as refused:
        return refuse(refused, 1)
    try:
        listening = listen(given.socket)
    except CannotListen as refused:
        recorder.close()
        return refuse(refused, 1)
    say(f"Recording in {given.journal}, {recorder.health().size:,} entries; heard at {given.socket}")
    run(Daemon(recorder, Check(given.journal), uids=given.uid), listening, recorder.close)
    return 0
