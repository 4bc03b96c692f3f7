"""Whom an auditor trusts (C2SP tlog-policy): the keys of logs and of witnesses, and which of these must have cosigned.

The file comes from the auditor's own hand, not with what it is to judge. What it does not name is not trusted.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from audit.notes import COSIGNATURE, SIGNATURE, Key, NotANote


class TrustRefused(Exception):
    """The file cannot be used. The text names the line and what is wrong there."""


class Witness(NamedTuple):
    """Somebody who cosigns: their key, and where they are asked; empty where nobody asks them."""

    key: Key
    url: str


class Group(NamedTuple):
    """As many of its members as `least` must have cosigned."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Trust:
    """Logs whose checkpoints are believed, witnesses by the name that the file gives them, and the quorum."""

    logs: tuple[Key, ...]
    witnesses: Mapping[str, Witness]
    groups: Mapping[str, Group]
    quorum: str | None

    def suffices(self, cosigned: Collection[str]) -> bool:
        """Whether the cosignatures of these witnesses are enough."""
        return self.quorum is None or self._has(self.quorum, cosigned)

    def _has(self, name: str, cosigned: Collection[str]) -> bool:
        if name in self.witnesses:
            return name in cosigned
        group = self.groups[name]
        return sum(self._has(member, cosigned) for member in group.members) >= group.least


def read_trust(path: Path) -> Trust:
    """The trust that the file at `path` states. Raises `TrustRefused`."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TrustRefused(f"{path} cannot be read: {type(error).__name__}") from None
    return parse_trust(text)


def parse_trust(text: str) -> Trust:
    """The trust that `text` states. Raises `TrustRefused`."""
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            reader.read(*words)
        except (NotANote, TypeError, ValueError) as error:
            what = error if isinstance(error, NotANote | _Wrong) else "not a line of a policy"
            raise TrustRefused(f"line {number}: {what}") from None
    if len(reader.quorum) != 1:
        raise TrustRefused("it must have one line that says the quorum, or `quorum none`")
    return Trust(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum[0])


class _Wrong(ValueError):
    """What is wrong with a line."""


class _Reader:
    """Takes the lines of a policy one after the other."""

    def __init__(self) -> None:
        self.logs: list[Key] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: list[str | None] = []
        self._used: set[str] = set()

    def read(self, what: str, *words: str) -> None:
        """Take one line."""
        match what:
            case "log":
                self._log(*words)
            case "witness":
                self._witness(*words)
            case "group":
                self._group(*words)
            case "quorum":
                self._quorum(*words)
            case _:
                raise _Wrong("a line says log, witness, group or quorum first")

    def _log(self, vkey: str, _url: str = "") -> None:
        key = _key(vkey, SIGNATURE)
        if any(key.public == known.public for known in self.logs):
            raise _Wrong("this log stands here twice")
        self.logs.append(key)

    def _witness(self, name: str, vkey: str, url: str = "") -> None:
        key = _key(vkey, COSIGNATURE)
        if any(key.public == known.key.public for known in self.witnesses.values()):
            raise _Wrong("this witness stands here twice, and would count twice")
        self._new(name)
        self.witnesses[name] = Witness(key, url)

    def _group(self, name: str, least: str, *members: str) -> None:
        self._new(name)
        for member in members:
            if self._known(member) in self._used:
                raise _Wrong(f"{member} is in two groups, and would count twice")
            self._used.add(member)
        number = {"any": 1, "all": len(members)}.get(least) or int(least)
        if not 1 <= number <= len(members):
            raise _Wrong(f"{name} asks for more than it has, or for none")
        self.groups[name] = Group(number, members)

    def _quorum(self, name: str) -> None:
        self.quorum.append(None if name == _NONE else self._known(name))

    def _new(self, name: str) -> None:
        if name in {_NONE, *self.witnesses, *self.groups}:
            raise _Wrong(f"{name} has its meaning already")

    def _known(self, name: str) -> str:
        if name not in self.witnesses and name not in self.groups:
            raise _Wrong(f"nothing above is called {name}")
        return name


def _key(vkey: str, kind: int) -> Key:
    key = Key.parse(vkey)
    if key.kind != kind:
        raise _Wrong("a key of the other kind: a log signs, a witness cosigns")
    return key


_NONE = "none"
