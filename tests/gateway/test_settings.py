"""Every setting has a name, a default, a unit and a reason; whatever is wrong with any is said at once, by its name."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import settings
from gateway.settings import Problem, Settings, SettingsRefused

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"
SECRET = "hunter2-is-not-a-number"


def problems(file: Path | None = None, **environment: str) -> list[Problem]:
    """What is wrong, with these in the environment; something must be."""
    with pytest.raises(SettingsRefused) as caught:
        settings.read(file, environment)
    return list(caught.value.problems)


def toml(folder: Path, text: str) -> Path:
    file = folder / "settings.toml"
    file.write_text(text)
    return file


# Where they come from


def test_what_is_said_nowhere_has_its_default() -> None:
    assert settings.read(None, {}) == Settings()


def test_a_file_says_what_differs(tmp_path: Path) -> None:
    file = toml(tmp_path, '[web]\nport = 9000\n[identity]\nacr = ["aal3"]\nclaims = {badge = "x"}\n')
    read = settings.read(file, {})

    assert (read.web.port, read.identity.acr, read.identity.claims) == (9000, ("aal3",), {"badge": "x"})
    assert read.sessions == Settings().sessions


def test_the_environment_says_it_louder_than_the_file(tmp_path: Path) -> None:
    file = toml(tmp_path, "[web]\nport = 9000\nhost = '0.0.0.0'\n")
    read = settings.read(file, {"SIGHTLINE_WEB__PORT": "9001"})

    assert (read.web.port, read.web.host) == (9001, "0.0.0.0")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("WEB__PORT", "8081", 8081),
        ("JOURNAL__DEADLINE_S", "0.5", 0.5),
        ("JOURNAL__FOLDER", "/var/lib/sightline/journal", Path("/var/lib/sightline/journal")),
        ("SESSIONS__KEY_FILE", "/etc/sightline/sessions.key", Path("/etc/sightline/sessions.key")),
        ("SEARCH__SOURCES", "courts,dmv", ("courts", "dmv")),
        ("JOURNAL__UIDS", "990,991", (990, 991)),
        ("SEARCH__SOURCES", "courts", ("courts",)),
        ("IDENTITY__ACR", "", ()),
        ("IDENTITY__ISSUER", "https://id.example/a,b", "https://id.example/a,b"),
    ],
)
def test_every_kind_of_value_can_stand_in_the_environment(name: str, text: str, value: object) -> None:
    section, field = name.lower().split("__")

    assert getattr(getattr(settings.read(None, {f"SIGHTLINE_{name}": text}), section), field) == value


def test_what_is_not_ours_in_the_environment_is_left_alone() -> None:
    others = {"HOME": "/root", "PATH": "/bin", "SIGHTLINES_WEB__PORT": "x", "XSIGHTLINE_WEB__PORT": "x"}

    assert settings.read(None, {**others, "SIGHTLINE_SETTINGS": "/etc/sightline.toml"}) == Settings()


# What is wrong with them


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    file = toml(tmp_path, "[web]\nport = 70000\nprot = 1\n[sesions]\nidle_s = 5\n[sessions]\nidle_s = 901\n")
    told = problems(file, SIGHTLINE_JOURNAL__DEADLINE_S="-1", SIGHTLINE_INDEX__FILE="x", SIGHTLINE_PORT="8080")

    assert [problem.name for problem in told] == [
        "sesions",
        "SIGHTLINE_PORT",
        "web.port",
        "web.prot",
        "sessions.idle_s",
        "journal.deadline_s",
        "index.file",
    ]


def test_a_value_that_cannot_be_is_told_with_what_it_is_for_and_its_default() -> None:
    (problem,) = problems(SIGHTLINE_SESSIONS__IDLE_S="3600")

    assert str(problem) == (
        "sessions.idle_s: Expected `int` <= 900 "
        "(seconds without use; then the session is over (policy II.6); default 900)"
    )


@pytest.mark.parametrize(
    "name",
    [
        "WEB__PORT",
        "WEB__PUBLIC_URL",
        "WEB__MAX_BODY_BYTES",
        "IDENTITY__CLAIMS",
        "SESSIONS__IDLE_S",
        "JOURNAL__DEADLINE_S",
        "SEARCH__MAX_RESULTS",
        "OPERATIONS__NOTICE",
        "WEB__SECRET",
        "SECRET__WEB",
        "SECRET",
    ],
)
def test_no_problem_ever_tells_the_value_which_may_be_a_secret_in_the_wrong_place(name: str) -> None:
    with pytest.raises(SettingsRefused) as caught:
        settings.read(None, {f"SIGHTLINE_{name}": SECRET})

    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value.problems)


CLOCKS = {
    "sessions.idle_s": 900,
    "sessions.idle_handheld_s": 600,
    "sessions.absolute_s": 12 * 3600,
    "sessions.context_s": 1800,
    "identity.max_auth_age_s": 12 * 3600,
    "directory.dormant_days": 90,
}
each_clock = pytest.mark.parametrize(("name", "policy"), CLOCKS.items())


def in_the_environment(name: str) -> str:
    return f"SIGHTLINE_{name.replace('.', '__').upper()}"


@each_clock
def test_a_clock_is_set_as_policy_sets_it(name: str, policy: int) -> None:
    assert settings.value_of(Settings(), name) == str(policy)


@each_clock
def test_a_clock_that_is_looser_than_policy_is_refused(name: str, policy: int) -> None:
    (problem,) = problems(**{in_the_environment(name): str(policy + 1)})

    assert problem.name == name


@each_clock
def test_a_clock_may_be_tighter(name: str, policy: int) -> None:
    read = settings.read(None, {in_the_environment(name): str(policy - 1)})

    assert settings.value_of(read, name) == str(policy - 1)


@pytest.mark.parametrize("value", ["nan", "inf", "0", "-1", "31", "1e400", "", "two"])
def test_a_deadline_is_a_number_of_seconds_that_somebody_would_wait(value: str) -> None:
    (problem,) = problems(SIGHTLINE_JOURNAL__DEADLINE_S=value)

    assert problem.name == "journal.deadline_s"


@pytest.mark.parametrize(
    "url",
    [
        "sightline.example",
        "ftp://sightline.example",
        "https://sightline.example/",
        "https://sightline.example/app",
        "https://user@sightline.example",
        "https://sightline.example?x",
        "https://sightline.example#x",
        "https://sightline.example\n",
        "https://",
    ],
)
def test_what_browsers_call_us_is_an_origin(url: str) -> None:
    (problem,) = problems(SIGHTLINE_WEB__PUBLIC_URL=url)

    assert problem.name == "web.public_url"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[web\nport = 1", "is not TOML: "),
        (b"[web]\nport = 1\nport = 2\nhost = 3", "at line 3"),
        (b"[web]\nhost = '\xff'", "cannot be read: UnicodeDecodeError"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_name_and_where(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(content)
    (problem,) = problems(file)

    assert problem.name == str(file)
    assert said in problem.what


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert problems(tmp_path / "none.toml")[0].what == "cannot be read: FileNotFoundError"


@pytest.mark.parametrize("text", ["web = 3", "web = [1]", "port = 8080", "[[web]]\nport = 1"])
def test_a_setting_outside_its_section_is_told_and_the_environment_is_read_all_the_same(
    tmp_path: Path, text: str
) -> None:
    told = problems(toml(tmp_path, text), SIGHTLINE_WEB__PORT="x")

    assert [problem.name for problem in told] == [text.strip("[").split()[0].strip("]"), "web.port"]


words = st.text(st.characters(categories=["Lu", "Nd"], max_codepoint=127, include_characters="_"))
anything = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(words, st.text()))
def test_whatever_stands_in_the_environment_is_read_or_refused(environment: dict[str, str]) -> None:
    said = {f"SIGHTLINE_{name}": text for name, text in environment.items()}
    try:
        read = settings.read(None, said)
    except SettingsRefused as refused:
        assert refused.problems  # noqa: PT017 - either outcome is right
    else:
        assert isinstance(read, Settings)


@given(st.sampled_from([name for name, _, _ in settings.described()]), anything)
def test_whatever_a_file_says_of_a_setting_is_read_or_refused_by_its_name(name: str, value: Any) -> None:
    section, _, field = name.partition(".")
    kind = getattr(Settings(), section).__class__
    found: list[Problem] = []
    settings._section(kind, section, {field: value}, found)

    assert [problem.name for problem in found] in ([], [name])


# The document


def documented() -> Iterator[tuple[str, str, str]]:
    for row in re.findall(r"^\| `(.+?)` \| (.+?) \| (.+?) \|$", DOCUMENT.read_text(), re.MULTILINE):
        name, default, why = row
        yield name, "" if default == "none" else default.strip("`"), why


def test_the_document_has_every_setting_as_the_code_has_it_and_no_other() -> None:
    assert list(documented()) == list(settings.described())


def test_every_setting_says_its_unit_or_kind_and_why() -> None:
    for name, _, why in settings.described():
        assert len(why) > 10, name


def test_every_setting_that_is_a_number_of_something_has_its_unit_in_name_and_words() -> None:
    for name, _, why in settings.described():
        for unit, word in (("_s", "second"), ("_days", "days"), ("_bytes", "bytes"), ("_file", "file")):
            if name.endswith(unit):
                assert word in why


def test_the_example_of_the_document_is_read(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.+?)```", DOCUMENT.read_text(), re.DOTALL)
    read = settings.read(toml(tmp_path, example), {})

    assert read.web.public_url == "https://sightline.example"


@pytest.mark.parametrize(
    "value", ["", 'a "quoted" word', "C:\\temp", "é\u2028\x00", 3, 2.5, ("a", 'b"'), (), {"a": "b"}, Path("/x y")]
)
def test_a_value_is_written_as_toml_reads_it(value: object) -> None:
    read = tomllib.loads(f"value = {settings.written(value)}")["value"]

    assert read == msgspec.to_builtins(list(value) if isinstance(value, tuple) else value, enc_hook=str)
