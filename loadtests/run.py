"""`make load`: starts a gateway of its own, lets a shift of officers loose on it, keeps the report, ends both."""

import argparse
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

_HERE = Path(__file__).parent


def main() -> int:
    """Returns 0 when every threshold was kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gateway", required=True, help="the sightline command")
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    report = _HERE / "out" / "load.html"
    report.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sightline-load-") as data:
        command = [options.gateway, "demo", "--port", "0", "--data", data]
        gateway = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            return _officers(_address(gateway), options, report)
        finally:
            gateway.send_signal(signal.SIGINT)
            gateway.communicate(timeout=20)


def _address(gateway: "subprocess.Popen[str]") -> str:
    for line in gateway.stdout or ():
        if found := re.search(r"Sightline is at (\S+)", line):
            return found[1]
    raise SystemExit("the gateway did not start")


def _officers(address: str, options: argparse.Namespace, report: Path) -> int:
    locust = [sys.executable, "-m", "locust", "-f", str(_HERE / "shift.py"), "--headless", "--only-summary"]
    locust += ["--users", str(options.users), "--spawn-rate", "5", "--run-time", f"{options.seconds}s"]
    locust += ["--host", address, "--html", str(report), "--stop-timeout", "10"]
    done = subprocess.run(locust, cwd=_HERE, check=False).returncode
    kept = "kept" if done == 0 else "missed"
    print(f"{options.users} officers for {options.seconds} s {kept} their thresholds. {report}")
    return done


if __name__ == "__main__":
    sys.exit(main())
