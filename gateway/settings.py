"""Every setting, its unit, default and reason; all problems with them reported at once.

One TOML file (`--settings` or `SIGHTLINE_SETTINGS`); `SIGHTLINE_SECTION__NAME` in the environment overrides it.
Unknown names refuse. Secrets come from files only. A clock of DOMAIN.md may be set tighter, never looser.
"""

import tomllib
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

NOTICE = (
    "This is a restricted State system. Your use is monitored, recorded and audited. Unauthorized use is prohibited "
    "and may bring criminal and civil penalties. By using it you consent to this."
)


class Web(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the gateway listens and what it is called from outside."""

    public_url: Annotated[
        str, Meta(pattern=r"^https?://[^/\s]+$", description="origin; what browsers call this gateway, no path")
    ] = "http://127.0.0.1:8080"
    host: Annotated[str, Meta(description="address to listen on; put a TLS proxy in front of it")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535, description="port to listen on; 0 takes a free one")] = 8080
    metrics_port: Annotated[int, Meta(ge=0, le=65535, description="port of /metrics, loopback only; 0 serves none")] = 0
    max_body_bytes: Annotated[
        int, Meta(ge=1024, description="bytes; a larger request is refused, a copy to verify may be 20 MB")
    ] = 64 * 1024
    static_max_age_s: Annotated[int, Meta(ge=0, description="seconds; style and script hold no data")] = 86_400


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The OpenID provider that proves who people are."""

    issuer: Annotated[str, Meta(description="URL; compared exactly with what the provider says of itself")] = ""
    client_id: Annotated[str, Meta(description="text; this gateway's name at the provider")] = "sightline"
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

    url: Annotated[str, Meta(description="Redis or Valkey URL; sessions live there and nowhere else")] = (
        "redis://127.0.0.1:6379/0"
    )
    key_file: Annotated[Path | None, Meta(description="file of 32 bytes; makes the index of sessions unreadable")] = (
        None
    )
    idle_s: Annotated[int, Meta(ge=60, le=900, description="seconds; policy II.6")] = 900
    idle_handheld_s: Annotated[int, Meta(ge=60, le=600, description="seconds on phones and tablets; policy II.6")] = 600
    absolute_s: Annotated[int, Meta(ge=60, le=43_200, description="seconds; CJIS IA-11")] = 43_200
    context_s: Annotated[
        int, Meta(ge=60, le=1800, description="seconds an answer's records can be opened after its last use")
    ] = 1800


class Directory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Agencies, agreements, members and training."""

    url: Annotated[str, Meta(description="SQLAlchemy URL; SQLite or PostgreSQL")] = "sqlite+aiosqlite:///directory.db"
    dormant_days: Annotated[int, Meta(ge=1, le=90, description="days without use; CJIS AC-2(3)")] = 90


class Journal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The activity record."""

    folder: Annotated[Path, Meta(description="folder; give it a volume of its own, disks stall")] = Path("journal")
    keys: Annotated[Path, Meta(description="folder of the keys of sensitive terms; back it up apart")] = Path("keys")
    segment_bytes: Annotated[int, Meta(ge=1 << 20, description="bytes; size of one pre-written file")] = 64 << 20
    deadline_s: Annotated[
        float, Meta(gt=0, le=30, description="seconds; without an acknowledgement by then nothing is shown")
    ] = 2.0


class Index(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where auditors search."""

    path: Annotated[Path, Meta(description="SQLite file; a copy, it can be made again from the journal")] = Path(
        "index.sqlite"
    )
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

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def read(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """The settings of `file` under those of `environment`. Raises `SettingsRefused` with every problem found."""
    problems: list[Problem] = []
    tree: dict[str, dict[str, Any]] = {}
    if file is not None:
        try:
            tree = tomllib.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise SettingsRefused([Problem(str(file), f"cannot be read: {type(error).__name__}")]) from error
    for variable, text in environment.items():
        section, found, name = variable.removeprefix("SIGHTLINE_").lower().partition("__")
        if variable.startswith("SIGHTLINE_") and found:
            tree.setdefault(section, {})[name] = text.split(",") if _is_list(section, name) else text
    sections = {field.name: field for field in msgspec.structs.fields(Settings)}
    made: dict[str, Any] = {}
    for section, values in tree.items():
        if section not in sections or not isinstance(values, dict):
            problems.append(Problem(section, "is not a section"))
        else:
            made[section] = _section(sections[section].type, section, values, problems)
    if problems:
        raise SettingsRefused(problems)
    return Settings(**made)


def refuse_gaps(settings: Settings) -> None:
    """Raise `SettingsRefused` for what has no default and is not there, or cannot be as it is."""
    problems = []
    if not settings.identity.issuer:
        problems.append(Problem("identity.issuer", "is missing; the URL of the OpenID provider"))
    key = settings.sessions.key_file
    if key is None or not key.is_file() or key.stat().st_size != _KEY_BYTES:
        problems.append(Problem("sessions.key_file", f"is missing; a file of {_KEY_BYTES} random bytes"))
    try:
        ZoneInfo(settings.operations.zone)
    except (ZoneInfoNotFoundError, ValueError):
        problems.append(Problem("operations.zone", "is not a zone; IANA names, such as America/New_York"))
    if problems:
        raise SettingsRefused(problems)


_KEY_BYTES = 32


def described() -> Iterator[tuple[str, str, str]]:
    """Every setting as (name, default, unit and reason), for `sightline check` and the documentation."""
    for section in msgspec.structs.fields(Settings):
        for field in msgspec.structs.fields(section.type):
            default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
            yield f"{section.name}.{field.name}", str(default), _meta(field.type).description or ""


def _section(kind: Any, section: str, values: Mapping[str, Any], problems: list[Problem]) -> Any:
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    made = {}
    for name, value in values.items():
        if name not in fields:
            problems.append(Problem(f"{section}.{name}", "is not a setting"))
            continue
        try:
            made[name] = msgspec.convert(value, fields[name].type, strict=False)
        except msgspec.ValidationError as error:
            problems.append(Problem(f"{section}.{name}", f"{error}; {_meta(fields[name].type).description}"))
    return kind(**made)


def _meta(annotation: Any) -> Meta:
    return typing.cast("Meta", annotation.__metadata__[0])


def _is_list(section: str, name: str) -> bool:
    kinds = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    if section not in kinds:
        return False
    field = next((field for field in msgspec.structs.fields(kinds[section]) if field.name == name), None)
    if field is None:
        return False
    inner = field.type.__origin__
    return not isinstance(inner, types.UnionType) and typing.get_origin(inner) is tuple
