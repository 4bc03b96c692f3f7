"""`sightline record`: the recorder of this machine, from the settings that its gateways have too."""

import os
import sys
from pathlib import Path

from audit.__main__ import main as of_the_record
from gateway import settings
from gateway.settings import SettingsRefused


def record(file: Path | None, *, measure: bool, seconds: float, as_json: bool) -> int:
    """Own the journal that the settings name, until told to stop; or only `measure` its volume."""
    try:
        journal = settings.read(file, os.environ).journal
    except SettingsRefused as why:
        sys.stderr.write(f"{why}\n")
        return 1
    if measure:
        how = [f"--seconds={seconds}", *(["--json"] if as_json else [])]
        return of_the_record(["record", str(journal.folder), "--measure", *how])
    if journal.socket is None:
        sys.stderr.write("journal.socket: is missing: where gateways find the recorder\n")
        return 1
    told = ["record", str(journal.folder), f"--keys={journal.keys}", f"--socket={journal.socket}"]
    told += [f"--deadline-s={journal.deadline_s}", f"--segment-bytes={journal.segment_bytes}"]
    told += [f"--witnesses={journal.witnesses}"] if journal.witnesses else []
    return of_the_record([*told, *(f"--uid={uid}" for uid in journal.uids)])
