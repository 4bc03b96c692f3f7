"""`sightline`: every command. Each imports what it needs when it is called, so that each starts fast."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

_OF_THE_RECORD = {"ship", "verify", "witness", "keys"}  # `python -m audit` owns these


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 fine, 1 a finding or a refusal, 2 wrong usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in _OF_THE_RECORD:
        from audit.__main__ import main as of_the_record

        return of_the_record(given)
    try:
        return _run(_parser().parse_args(given))
    except KeyboardInterrupt:
        return 130  # as shells say it: 128 and the number of the signal


def _run(options: argparse.Namespace) -> int:
    match options.command:
        case "demo":
            gc.disable()  # all that is made until it serves stays; the demo lets the collector in again then
            from gateway.demo.run import run

            return run(options.port, options.data, options.fault)
        case "serve":
            from gateway.serve import serve

            return serve(_settings_file(options.settings), options.workers)
        case "record":
            from gateway.recorder import record

            file = _settings_file(options.settings)
            return record(file, measure=options.measure, seconds=options.seconds, as_json=options.json)
        case "check":
            from gateway.serve import check

            return check(_settings_file(options.settings), as_json=options.json)
        case "conformance":
            from connectors.conformance import run as conform

            return conform(options.target)
        case _:
            from gateway.serve import upgrade

            return upgrade(_settings_file(options.settings))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sightline", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="the whole system in one process tree, with invented people")
    demo.add_argument("--port", type=_port, default=8080, help="the gateway's; its identity service takes the next")
    demo.add_argument("--data", type=Path, help="a folder to keep everything in; a fresh one without it")
    demo.add_argument("--fault", default="", help="trouble for sources, such as courts:timeout,dmv:slow")
    serve = commands.add_parser("serve", help="the gateway, from settings")
    serve.add_argument("--workers", type=_workers, default=1, metavar="N", help="processes; more need the recorder")
    record = commands.add_parser("record", help="own the journal, for all gateways of this machine")
    record.add_argument("--measure", action="store_true", help="only say how fast the journal's volume is")
    record.add_argument("--seconds", type=float, default=5.0, help="how long to measure each row")
    record.add_argument("--json", action="store_true", help="print what was measured for a program")
    check = commands.add_parser("check", help="read the settings and say everything that is wrong with them")
    check.add_argument("--json", action="store_true", help="print them for a program")
    conformance = commands.add_parser("conformance", help="run the connector rules against a class")
    conformance.add_argument("target", help="package.module:Class")
    directory = commands.add_parser("directory", help="database migrations")
    directory.add_argument("what", choices=["upgrade"])
    for settled in (serve, record, check, directory):
        settled.add_argument("--settings", type=Path, metavar="FILE", help="TOML; without it SIGHTLINE_SETTINGS")
    of_the_record = {
        "verify": "check a journal",
        "ship": "journal to index",
        "witness": "cosign other people's logs",
        "keys": "sensitive terms",
    }
    for name, words in of_the_record.items():
        commands.add_parser(name, help=words, add_help=False)
    return parser


def _workers(text: str) -> int:
    return _number(text, "a number of processes", 1, 1000)


def _port(text: str) -> int:
    return _number(text, "a port", 0, 65_534)  # there is one above it


def _number(text: str, what: str, least: int, most: int) -> int:
    if not text.isdecimal() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"not {what} from {least} to {most}: {text}")
    return int(text)


def _settings_file(given: Path | None) -> Path | None:
    named = os.environ.get("SIGHTLINE_SETTINGS")
    return given or (Path(named) if named else None)


if __name__ == "__main__":
    sys.exit(main())
