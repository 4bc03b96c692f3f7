"""Every setting, its unit, default and reason; all problems with them reported at once.

One TOML file (`--settings` or `SIGHTLINE_SETTINGS`); `SIGHTLINE_SECTION__NAME` in the environment overrides it, a list
with commas between. Unknown names refuse. Secrets come from files only. A clock that policy sets may be set tighter,
never looser.
"""

import tomllib
import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

NOTICE = (
    "This is a restricted State system. Your use is monitored, recorded and audited. Unauthorized use is prohibited "
    "and may bring criminal and civil penalties. By using it you consent to this."
)


class Web(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the gateway listens and what it is called from outside."""

    public_url: Annotated[
        str, Meta(pattern=r"^https?://[^/?#@\s]+\Z", description="origin; what browsers call this gateway, no path")
    ] = "http://127.0.0.1:8080"
    host: Annotated[str, Meta(description="address to listen on; put a TLS proxy in front of it")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535, description="port to listen on; 0 takes a free one")] = 8080
    metrics_host: Annotated[str, Meta(description="address to show /metrics on, apart from all pages")] = "127.0.0.1"
    metrics_port: Annotated[
        int, Meta(ge=0, le=65535, description="port of /metrics, and of each further worker the next; 0 shows none")
    ] = 0
    max_body_bytes: Annotated[
        int, Meta(ge=1024, description="bytes; a larger request is refused, a copy to verify may be 20 MB")
    ] = 64 * 1024
    static_max_age_s: Annotated[int, Meta(ge=0, description="seconds; style and script hold no data")] = 86_400


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The OpenID provider that proves who people are."""

    issuer: Annotated[str, Meta(description="URL; compared exactly with what the provider says of itself")] = ""
    client_id: Annotated[str, Meta(min_length=1, description="text; this gateway's name at the provider")] = "sightline"
    client_secret_file: Annotated[Path | None, Meta(description="file; none for a public client with PKCE")] = None
    scopes: Annotated[tuple[str, ...], Meta(description="list; what is asked of the provider")] = ("openid", "profile")
    acr: Annotated[
        tuple[str, ...], Meta(description="list; any of these levels counts as multi-factor (CJIS IA-2)")
    ] = ("aal2", "aal3", "urn:gov:nist:aal2")
    amr: Annotated[
        tuple[str, ...], Meta(description="list; any of these methods counts as a second factor (RFC 8176)")
    ] = ("otp", "hwk", "swk", "mfa", "sc", "fpt", "face")
    max_auth_age_s: Annotated[
        int, Meta(ge=60, le=43_200, description="seconds; an older proof is not taken (CJIS IA-11)")
    ] = 43_200
    claims: Annotated[Mapping[str, str], Meta(description="table; attribute to claim name, where not GFIPM's")] = {}


class Sessions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where sessions live and how long."""

    url: Annotated[
        str, Meta(description="Redis or Valkey URL without a password; sessions live there and nowhere else")
    ] = "redis://127.0.0.1:6379/0"
    password_file: Annotated[Path | None, Meta(description="file; what Redis or Valkey asks for, if it asks")] = None
    key_file: Annotated[Path | None, Meta(description="file of 32 bytes; makes the index of sessions unreadable")] = (
        None
    )
    idle_s: Annotated[
        int, Meta(ge=60, le=900, description="seconds without use; then the session is over (policy II.6)")
    ] = 900
    idle_handheld_s: Annotated[
        int, Meta(ge=60, le=600, description="seconds; the same on whatever is carried (policy II.6)")
    ] = 600
    absolute_s: Annotated[int, Meta(ge=60, le=43_200, description="seconds; no session lasts longer (CJIS IA-11)")] = (
        43_200
    )
    context_s: Annotated[
        int, Meta(ge=60, le=1800, description="seconds an answer's records can be opened after its last use")
    ] = 1800


class Directory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Agencies, agreements, members and training."""

    url: Annotated[str, Meta(description="SQLAlchemy URL without a password; agencies and their people")] = (
        "sqlite+aiosqlite:///directory.db"
    )
    dormant_days: Annotated[
        int, Meta(ge=1, le=90, description="days without use; then access is closed (CJIS AC-2(3))")
    ] = 90


class Journal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The activity record."""

    folder: Annotated[Path, Meta(description="folder; give it a volume of its own, disks stall")] = Path("journal")
    keys: Annotated[
        Path, Meta(description="folder of the keys of sensitive terms and checkpoints; back it up apart")
    ] = Path("keys")
    segment_bytes: Annotated[int, Meta(ge=1 << 20, description="bytes; size of one pre-written file")] = 64 << 20
    deadline_s: Annotated[
        float, Meta(gt=0, le=30, description="seconds; without an acknowledgement by then nothing is shown")
    ] = 2.0
    witnesses: Annotated[
        Path | None, Meta(description="file, a C2SP tlog-policy; who cosigns, where they are asked, how many must")
    ] = None
    socket: Annotated[
        Path | None, Meta(description="path of the recorder's Unix socket; none keeps the journal in the gateway")
    ] = None
    uids: Annotated[tuple[int, ...], Meta(description="list; users who may record, beside the recorder's own")] = ()


class Index(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where auditors search."""

    path: Annotated[Path, Meta(description="SQLite file; a copy, it can be made again from the journal")] = Path(
        "index.sqlite"
    )
    url: Annotated[
        str, Meta(pattern=r"^(https://[^/?#@\s]+)?\Z", description="origin; OpenSearch instead of the file")
    ] = ""
    authority_file: Annotated[Path | None, Meta(description="PEM file; whom to trust that it is that cluster")] = None
    questions_key_file: Annotated[
        Path | None, Meta(description="PEM file; signs for the cluster whose entries a question may see")
    ] = None
    patience_s: Annotated[
        float, Meta(gt=0, le=300, description="seconds for one answer; a slower one is told as none")
    ] = 30.0
    check_every_s: Annotated[float, Meta(gt=0, le=3600, description="seconds between checks of the record")] = 5.0


class Search(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The question and its sources."""

    sources: Annotated[
        tuple[str, ...], Meta(min_length=1, description="list; installed connectors in the order of their panels")
    ] = ("dmv", "courts", "registry", "corrections")
    max_results: Annotated[int, Meta(ge=1, le=200, description="records a source may list for one question")] = 50


class Operations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom people call, and what they are told."""

    phone: Annotated[str, Meta(description="telephone; on every page that shows a failure")] = ""
    zone: Annotated[str, Meta(description="IANA zone; where an agency has none of its own")] = "America/New_York"
    notice: Annotated[str, Meta(min_length=40, description="text; shown before use, its hash recorded (CJIS AC-8)")] = (
        NOTICE
    )
    paper_days: Annotated[
        int, Meta(ge=1, le=3650, description="days; a copy's review-for-destruction date; a case file's rule wins")
    ] = 90


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it, read once a process."""

    web: Web = Web()
    identity: Identity = Identity()
    sessions: Sessions = Sessions()
    directory: Directory = Directory()
    journal: Journal = Journal()
    index: Index = Index()
    search: Search = Search()
    operations: Operations = Operations()


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with one setting; never its value, which may be a secret put in the wrong place."""

    name: str
    what: str

    def __str__(self) -> str:
        return f"{self.name}: {self.what}"


class SettingsRefused(Exception):
    """The settings cannot be used; `problems` says all that is wrong with them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def read(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """The settings of `file` under those of `environment`. Raises `SettingsRefused` with every problem found."""
    problems: list[Problem] = []
    kinds = {section.name: section.type for section in msgspec.structs.fields(Settings)}
    given: dict[str, dict[str, Any]] = {section: {} for section in kinds}
    for section, values in ({} if file is None else _toml(file)).items():
        if section in kinds and isinstance(values, dict):
            given[section] |= values
        else:
            problems.append(Problem(section, "is not a section; a setting stands in one"))
    for variable, text in environment.items():
        if not variable.startswith(_PREFIX) or variable == FILE_VARIABLE:
            continue
        section, _, name = variable.removeprefix(_PREFIX).lower().partition("__")
        if section in kinds and name:
            given[section][name] = text
        else:
            problems.append(Problem(variable, f"is not a setting; one is called {_PREFIX}SECTION__NAME"))
    made = {section: _section(kinds[section], section, values, problems) for section, values in given.items()}
    if problems:
        raise SettingsRefused(problems)
    return Settings(**made)


FILE_VARIABLE = "SIGHTLINE_SETTINGS"
_PREFIX = "SIGHTLINE_"


def described() -> Iterator[tuple[str, str, str]]:
    """Every setting as (name, default, unit and reason), for `sightline check` and the documentation."""
    for section in msgspec.structs.fields(Settings):
        for field in msgspec.structs.fields(section.type):
            yield f"{section.name}.{field.name}", written(_default(field)), _reason(field)


def value_of(settings: Settings, name: str) -> str:
    """The value of one setting, named `section.name`, as TOML has it; nothing for what is not there."""
    section, _, field = name.partition(".")
    return written(getattr(getattr(settings, section), field))


def written(value: object) -> str:
    """A value as TOML has it; nothing for what is not there."""
    if value is None:
        return ""
    if isinstance(value, str | Path):
        return msgspec.json.encode(str(value)).decode()  # TOML's basic strings are written like JSON's
    if isinstance(value, tuple):
        return f"[{', '.join(written(item) for item in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name} = {written(item)}' for name, item in value.items())}}}"
    return str(value)


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsRefused([Problem(str(file), f"is not TOML: {error}")]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsRefused([Problem(str(file), f"cannot be read: {type(error).__name__}")]) from error


def _section(kind: Any, section: str, values: Mapping[str, Any], problems: list[Problem]) -> Any:
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    made = {}
    for name, value in values.items():
        field = fields.get(name)
        if field is None:
            problems.append(Problem(f"{section}.{name}", "is not a setting"))
            continue
        try:
            made[name] = msgspec.convert(_split(value, field.type), field.type, strict=False, dec_hook=_from_text)
        except msgspec.ValidationError as error:
            what = f"{error} ({_reason(field)}; default {written(_default(field)) or 'none'})"
            problems.append(Problem(f"{section}.{name}", what))
    return kind(**made)


def _split(value: object, annotation: Any) -> object:
    """A list as the environment has it: one text, with commas between."""
    is_list = typing.get_origin(annotation.__origin__) is tuple
    return [item for item in value.split(",") if item] if is_list and isinstance(value, str) else value


def _from_text(kind: type, value: object) -> object:
    """A path, the one kind of value that TOML does not have."""
    if kind is Path and isinstance(value, str) and value:
        return Path(value)
    raise ValueError("Expected `path`")


def _default(field: Any) -> object:
    return field.default if field.default is not msgspec.NODEFAULT else field.default_factory()


def _reason(field: Any) -> str:
    return typing.cast("str", typing.cast("Meta", field.type.__metadata__[0]).description)
