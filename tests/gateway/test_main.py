"""`sightline`: every command is reached, says what it needs, and ends with 0 fine, 1 a refusal, 2 wrong usage."""

import json
import os
import socket
from pathlib import Path

import pytest

from gateway import settings
from gateway.__main__ import main
from gateway.directory import schema
from tests.world import World


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SIGHTLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("gateway.logs.configure", lambda: None)  # logging belongs to the process, which is pytest's


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Settings with which a gateway could start, but for the tables of its directory."""
    (tmp_path / "sessions.key").write_bytes(bytes(32))
    made = tmp_path / "settings.toml"
    made.write_text(f"""
        [web]
        port = 0
        [identity]
        issuer = "https://id.example/realms/state"
        [sessions]
        key_file = "{tmp_path}/sessions.key"
        [directory]
        url = "sqlite+aiosqlite:///{tmp_path}/directory.db"
        [journal]
        folder = "{tmp_path}/journal"
        keys = "{tmp_path}/keys"
        segment_bytes = 1048576
        [index]
        path = "{tmp_path}/index.sqlite"
    """)
    return made


def usage_error(*arguments: str) -> None:
    """The command line is refused, and argparse ends it with 2."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


# Usage


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    assert ended.value.code == 0
    told = capsys.readouterr().out
    for command in ("demo", "serve", "record", "check", "directory", "conformance", "verify", "ship", "keys"):
        assert command in told


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["serv"],
        ["demo", "--port", "x"],
        ["demo", "--port", "-1"],
        ["demo", "--port", "65535"],
        ["demo", "extra"],
        ["serve", "--workers", "0"],
        ["serve", "--workers", "two"],
        ["serve", "--port", "80"],
        ["check", "file.toml"],
        ["directory"],
        ["directory", "downgrade"],
        ["conformance"],
        ["verify"],
        ["ship"],
        ["keys"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    usage_error(*arguments)
    assert "usage: " in capsys.readouterr().err


def test_a_port_that_cannot_be_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    usage_error("demo", "--port", "70000")
    assert "not a port from 0 to 65534: 70000" in capsys.readouterr().err


# check


def test_check_says_all_that_is_wrong_by_name_and_is_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SIGHTLINE_SESSIONS__IDLE_S", "hunter2")
    monkeypatch.setenv("SIGHTLINE_WEB__PROT", "hunter2")

    assert main(["check"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert [line.partition(":")[0] for line in told.err.splitlines()] == ["web.prot", "sessions.idle_s"]
    assert "hunter2" not in told.err


def test_check_says_what_is_missing_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 1
    assert capsys.readouterr().err.startswith("identity.issuer: is missing")


def test_check_says_what_every_setting_is_with_its_default_and_reason(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--settings", str(file)]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(list(settings.described()))
    assert "web.port = 0  (default 8080; port to listen on; 0 takes a free one)" in lines


def test_check_says_it_to_a_program_too(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json", "--settings", str(file)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["problems"] == []
    assert [row["name"] for row in told["settings"]] == [name for name, _, _ in settings.described()]

    assert main(["check", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["problems"][0] == {
        "name": "identity.issuer",
        "what": "is missing: the URL of the OpenID provider",
    }


def test_the_file_is_named_by_the_environment_or_louder_by_the_command(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SIGHTLINE_SETTINGS", str(file))
    assert main(["check"]) == 0

    monkeypatch.setenv("SIGHTLINE_SETTINGS", str(tmp_path / "none.toml"))
    assert main(["check", "--settings", str(file)]) == 0
    assert main(["check"]) == 1
    assert "none.toml: cannot be read: FileNotFoundError" in capsys.readouterr().err


def test_check_starts_nothing(file: Path, tmp_path: Path) -> None:
    main(["check", "--settings", str(file)])

    assert sorted(path.name for path in tmp_path.iterdir()) == ["sessions.key", "settings.toml"]


# directory upgrade


def test_the_directory_is_brought_up_to_date_by_a_command(file: Path, tmp_path: Path) -> None:
    assert main(["directory", "upgrade", "--settings", str(file)]) == 0

    schema.check(f"sqlite+aiosqlite:///{tmp_path}/directory.db")


def test_a_directory_that_cannot_be_reached_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SIGHTLINE_DIRECTORY__URL", f"sqlite+aiosqlite:///{tmp_path}/none/directory.db")

    assert main(["directory", "upgrade"]) == 1
    assert "the directory's database cannot be used" in capsys.readouterr().err


# serve refuses


def refused(file: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What `serve` says when it does not start."""
    assert main(["serve", "--settings", str(file), *arguments]) == 1
    return capsys.readouterr().err


def test_more_than_one_worker_needs_the_recorder(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(file, capsys, "--workers", "2") == (
        "more than one worker needs the recorder: start `sightline record`, and set journal.socket\n"
    )


def test_what_keeps_workers_from_starting_is_said_before_any_starts(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SIGHTLINE_JOURNAL__SOCKET", "/run/sightline/recorder")

    told = refused(file, capsys, "--workers", "2")

    assert told == "the directory's tables are not up to date: run `sightline directory upgrade`\n"


def test_a_recorder_that_nobody_could_find_is_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", "--settings", str(file)]) == 1
    assert capsys.readouterr().err == "journal.socket: is missing: where gateways find the recorder\n"


def test_a_recorder_says_all_that_is_wrong_with_its_settings(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SIGHTLINE_JOURNAL__UIDS", "sightline")

    assert main(["record", "--settings", str(file)]) == 1
    assert capsys.readouterr().err.startswith("journal.uids: Expected `int`")


def test_the_witnesses_that_settings_name_are_the_recorders_too(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = tmp_path / "policy"
    policy.write_text("no policy\n")
    monkeypatch.setenv("SIGHTLINE_JOURNAL__SOCKET", str(tmp_path / "recorder"))
    monkeypatch.setenv("SIGHTLINE_JOURNAL__WITNESSES", str(policy))

    assert main(["record", "--settings", str(file)]) == 1
    assert "a line says log, witness, group or quorum first" in capsys.readouterr().err


def test_an_old_directory_is_refused_with_the_command_that_helps(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(file, capsys) == ("the directory's tables are not up to date: run `sightline directory upgrade`\n")
    assert not (tmp_path / "journal").exists()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SIGHTLINE_WEB__PORT", "x", "web.port: Expected `int`"),
        ("SIGHTLINE_IDENTITY__ISSUER", "", "identity.issuer: is missing"),
        ("SIGHTLINE_SEARCH__SOURCES", "dmv,jail", "search.sources: not installed: jail"),
        ("SIGHTLINE_OPERATIONS__ZONE", "Eastern", "operations.zone: is not a zone"),
        ("SIGHTLINE_DIRECTORY__URL", "postgresql+nothing://db/x", "the directory's database cannot be used"),
        ("SIGHTLINE_DIRECTORY__URL", "nonsense", "the directory's database cannot be used"),
        ("SIGHTLINE_JOURNAL__FOLDER", "/proc/none", "the journal in /proc/none cannot be opened"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    said: str,
) -> None:
    main(["directory", "upgrade", "--settings", str(file)])
    monkeypatch.setenv(name, value)
    told = refused(file, capsys)

    assert told.startswith(said)
    assert told.count("\n") == 1


def test_a_key_that_others_can_read_is_refused(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["directory", "upgrade", "--settings", str(file)])
    (tmp_path / "keys").mkdir(mode=0o755)

    assert "others than its owner may use" in refused(file, capsys)


def test_a_port_that_is_taken_is_told(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["directory", "upgrade", "--settings", str(file)])
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("SIGHTLINE_WEB__PORT", str(taken.getsockname()[1]))
        told = refused(file, capsys)

    assert told.startswith("web.host, web.port: nobody can listen there (Address already in use")


# What others own


def test_the_conformance_rules_ask_for_a_class_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conformance", "connectors.stubs.dmv:Nothing"]) == 2
    assert "There is no connectors.stubs.dmv:Nothing." in capsys.readouterr().err


def test_an_auditors_commands_are_passed_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with World(tmp_path).running() as world:
        world.signed_in().ask()

    assert main(["verify", str(tmp_path)]) == 0
    assert "0 findings" in capsys.readouterr().out
    assert main(["ship", "--once", str(tmp_path)]) == 0
    assert "shipped" in capsys.readouterr().out
    assert main(["keys", "list", str(tmp_path)]) == 0
    assert "token-" in capsys.readouterr().out


def test_who_interrupts_a_command_reads_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("gateway.demo.run.run", interrupted)

    assert main(["demo", "--port", "0"]) == 130


def test_a_fault_that_no_source_knows_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--port", "0", "--fault", "courts:sleepy"]) == 2
    assert capsys.readouterr().out.startswith("FAULT: ")


@pytest.mark.process
def test_a_demo_whose_directory_is_broken_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gc.disable", lambda: None)  # collecting belongs to the process too
    (tmp_path / "directory.db").write_bytes(b"no database" * 100)

    assert main(["demo", "--port", "0", "--data", str(tmp_path)]) == 1
    assert "Sightline does not start: the directory's database cannot be used" in capsys.readouterr().out
