"""Witnesses without a network: asked in this process, and whatever can go wrong with one."""

from pathlib import Path

from audit.cosigning import NoAnswer
from audit.notes import COSIGNATURE, Key, Signer
from audit.trust import Trust, parse_trust
from audit.witness import Witness
from tests.audit.disks import FastDisk

AT = 1_772_438_400


class Town:
    """Some witnesses, each with an address, and the way to them. One that is `away` does not answer."""

    def __init__(self, folder: Path, names: str = "a", quorum: str | None = None) -> None:
        self.folder = folder
        self.away: set[str] = set()
        self.asked: list[str] = []
        self.lies: dict[str, tuple[int, bytes]] = {}  # what one says in place of the truth
        self.signers = {name: Signer(f"{name}.example", name.encode() * 32, COSIGNATURE) for name in names}
        self._witnesses: dict[str, Witness] = {}
        self._quorum = quorum or f"group all-of-them all {' '.join(names)}\nquorum all-of-them"

    def know(self, log: Key | str) -> None:
        """Let all of them know the log with this key."""
        trust = parse_trust(f"log {log}\nquorum none\n")
        for name, signer in self.signers.items():
            self._witnesses[name] = Witness(self.folder / name, trust, signer, clock=lambda: AT, files=FastDisk())

    def trust(self, log: Key | str | None = None) -> Trust:
        """Whom a recorder asks, or, with a log, an auditor believes."""
        lines = [f"witness {name} {signer.key} http://{name}/" for name, signer in self.signers.items()]
        return parse_trust("\n".join([*([f"log {log}"] if log else []), *lines, self._quorum, ""]))

    def close(self) -> None:
        pass

    def __call__(self, url: str, body: bytes) -> tuple[int, bytes]:
        name = url.removeprefix("http://").partition("/")[0]
        self.asked.append(name)
        if name in self.away:
            raise NoAnswer(f"{name} is away")
        if name in self.lies:
            return self.lies[name]
        answer = self._witnesses[name].add_checkpoint(body)
        return answer.status, answer.text.encode()
