"""The recorder's keys: made once, for its eyes alone, and never replaced by accident.

A key is a file of 32 random bytes named by what it is for: `token-2026.key` makes the tokens of an epoch,
`detail-2026-5f0c9a1e.key` encrypts what was typed, `log-<id>.key` signs the checkpoints of the log with this id. A lost
token key makes every past search unfindable, a lost detail key makes it unreadable, and a signing key that nobody
announced is a stranger's: so beside a journal that has entries nothing is ever made anew.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from audit.files import DISK, Files, make_folder, write_new


class KeysUnusable(Exception):
    """The key folder is not as it must be. The text says what is wrong, for the operator."""


@dataclass(frozen=True, repr=False)
class Keys:
    """Keys by name, oldest first; the last of each kind is the one in use."""

    tokens: Mapping[str, bytes]  # by epoch
    details: Mapping[str, bytes]  # by key id

    @property
    def names(self) -> list[str]:
        """The names of all keys, such as `token-2026`."""
        return [*(f"token-{name}" for name in self.tokens), *(f"detail-{name}" for name in self.details)]


def open_keys(folder: Path, now: datetime, *, may_make: bool, files: Files = DISK) -> Keys:
    """The keys in `folder`; missing ones are made where they may be.

    Raises `KeysUnusable` when one is missing and must not be made, or when anybody but the owner could read them.
    """
    make_folder(files, folder)
    _refuse_open_doors(files, folder)
    wanted = {"token": f"token-{now:%Y}", "detail": f"detail-{now:%Y}-{os.urandom(4).hex()}"}
    missing = [name for kind, name in wanted.items() if not _names(files, folder, kind)]
    if missing and not may_make:
        raise KeysUnusable(f"{folder} lacks the keys with which the journal was written; put them back")
    for name in missing:
        write_new(files, folder / f"{name}.key", os.urandom(KEY_BYTES))
    files.sync_folder(folder)  # whoever made the others may have died before it did
    tokens, details = (
        {name: _read(files, folder / f"{kind}-{name}.key") for name in _names(files, folder, kind)} for kind in wanted
    )
    return Keys(tokens, details)


def log_key(folder: Path, log: str, *, may_make: bool, files: Files = DISK) -> bytes:
    """The private key that signs the checkpoints of the log with this id, in a folder of keys that is open already.

    Raises `KeysUnusable` as `open_keys` does.
    """
    path = folder / f"log-{log}.key"
    if path.name not in files.names(folder):
        if not may_make:
            raise KeysUnusable(f"{folder} lacks {path.name}, with which the log's checkpoints were signed; put it back")
        write_new(files, path, os.urandom(KEY_BYTES))
    files.sync_folder(folder)
    return _read(files, path)


def key_names(folder: Path, files: Files = DISK) -> list[str]:
    """The names of all keys in `folder`, such as `token-2026`."""
    return [f"{kind}-{name}" for kind in ("token", "detail", "log") for name in _names(files, folder, kind)]


KEY_BYTES = 32


def _names(files: Files, folder: Path, kind: str) -> list[str]:
    fitting = (re.fullmatch(rf"{kind}-([0-9a-f-]+)\.key", name) for name in files.names(folder))
    return [match[1] for match in fitting if match]


def _read(files: Files, path: Path) -> bytes:
    _refuse_open_doors(files, path)
    descriptor = files.open(path, os.O_RDONLY)
    try:
        key = files.read(descriptor, KEY_BYTES + 1, 0)
    finally:
        files.close(descriptor)
    if len(key) != KEY_BYTES:
        raise KeysUnusable(f"{path} is not a key of {KEY_BYTES} bytes")
    return key


def _refuse_open_doors(files: Files, path: Path) -> None:
    if files.stat(path).st_mode & 0o077:
        raise KeysUnusable(f"others than its owner may use {path}; take their rights away (chmod go=)")
