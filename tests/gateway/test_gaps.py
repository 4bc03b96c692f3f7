"""What a gateway cannot do without is said before it starts, all at once, in a sentence each."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway import gaps
from gateway.settings import Settings, SettingsRefused

SOURCES = ("corrections", "courts", "dmv", "registry")
SECRET = "hunter2"


@pytest.fixture
def whole(tmp_path: Path) -> Settings:
    """Settings with which a gateway can start."""
    key = tmp_path / "sessions.key"
    key.write_bytes(bytes(32))
    made = Settings()
    return msgspec.structs.replace(
        made,
        identity=msgspec.structs.replace(made.identity, issuer="https://id.example/realms/state"),
        sessions=msgspec.structs.replace(made.sessions, key_file=key),
    )


def but(settings: Settings, section: str, **values: Any) -> Settings:
    """The same settings with one section changed."""
    changed = msgspec.structs.replace(getattr(settings, section), **values)
    return msgspec.structs.replace(settings, **{section: changed})


def said(settings: Settings) -> list[str]:
    with pytest.raises(SettingsRefused) as caught:
        gaps.refuse(settings, SOURCES)
    return [str(problem) for problem in caught.value.problems]


def test_with_everything_there_a_gateway_can_start(whole: Settings) -> None:
    gaps.refuse(whole, SOURCES)


def test_with_the_defaults_alone_it_cannot_and_both_reasons_are_said() -> None:
    assert said(Settings()) == [
        "identity.issuer: is missing: the URL of the OpenID provider",
        "sessions.key_file: is missing: a file of 32 random bytes",
    ]


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_has_32_bytes(whole: Settings, tmp_path: Path, size: int) -> None:
    file = tmp_path / "short.key"
    file.write_bytes(bytes(size))

    assert said(but(whole, "sessions", key_file=file)) == ["sessions.key_file: is missing: a file of 32 random bytes"]


@pytest.mark.parametrize("name", ["none", "."])
def test_a_key_that_is_no_file_is_missing(whole: Settings, tmp_path: Path, name: str) -> None:
    assert said(but(whole, "sessions", key_file=tmp_path / name)) == [
        "sessions.key_file: is missing: a file of 32 random bytes"
    ]


@pytest.mark.parametrize(("section", "name"), [("identity", "client_secret_file"), ("sessions", "password_file")])
def test_a_secret_that_is_named_and_not_there_is_told(whole: Settings, tmp_path: Path, section: str, name: str) -> None:
    assert said(but(whole, section, **{name: tmp_path / "none"})) == [f"{section}.{name}: cannot be read"]


@pytest.mark.parametrize(
    ("section", "url", "instead"),
    [
        ("sessions", f"redis://:{SECRET}@sessions.example/0", "sessions.password_file"),
        ("sessions", f"rediss://user:{SECRET}@sessions.example/0", "sessions.password_file"),
        ("directory", f"postgresql+psycopg://user:{SECRET}@db.example/sightline", "PGPASSFILE"),
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(
    whole: Settings, section: str, url: str, instead: str
) -> None:
    (told,) = said(but(whole, section, url=url))

    assert told.startswith(f"{section}.url: holds a password: put it")
    assert instead in told
    assert SECRET not in told


@pytest.mark.parametrize(
    "issuer",
    [
        "http://id.example/realms/state",
        "id.example",
        "https://id.example/?realm=state",
        "https://id.example/#x",
        "ldap://id.example",
        "https://",
    ],
)
def test_a_provider_that_could_not_be_trusted_is_refused(whole: Settings, issuer: str) -> None:
    (told,) = said(but(whole, "identity", issuer=issuer))

    assert told.startswith("identity: cannot be used: ")


def test_browsers_reach_us_by_https_or_on_this_machine(whole: Settings) -> None:
    gaps.refuse(but(whole, "web", public_url="https://sightline.example"), SOURCES)
    gaps.refuse(but(whole, "web", public_url="http://127.0.0.1:8080"), SOURCES)

    (told,) = said(but(whole, "web", public_url="http://sightline.example"))
    assert "neither https nor on loopback" in told


def test_who_is_asked_for_no_identity_identifies_nobody(whole: Settings) -> None:
    (told,) = said(but(whole, "identity", scopes=("profile",)))

    assert "openid" in told


def test_somebody_must_be_able_to_prove_a_second_factor(whole: Settings) -> None:
    gaps.refuse(but(whole, "identity", acr=()), SOURCES)
    gaps.refuse(but(whole, "identity", amr=()), SOURCES)

    assert said(but(whole, "identity", acr=(), amr=())) == [
        "identity.acr: is empty, and identity.amr too: nobody could prove a second factor"
    ]


def test_a_claim_for_an_attribute_nobody_has_is_told_with_those_there_are(whole: Settings) -> None:
    gaps.refuse(but(whole, "identity", claims={"local_id": "ncid:badge"}), SOURCES)

    (told,) = said(but(whole, "identity", claims={"rank": "ncid:rank"}))
    assert told.startswith("identity.claims: names some other attribute than given_name, ")


def test_a_source_that_is_not_installed_is_told_with_those_that_are(whole: Settings) -> None:
    assert said(but(whole, "search", sources=("dmv", "county-rms"))) == [
        "search.sources: not installed: county-rms. Installed: corrections, courts, dmv, registry"
    ]


@pytest.mark.parametrize("zone", ["Eastern", "", "../../etc/passwd", "America", "/etc/localtime", "x" * 5000, "\x00"])
def test_a_zone_has_a_name_of_the_list_of_zones(whole: Settings, zone: str) -> None:
    assert said(but(whole, "operations", zone=zone)) == [
        "operations.zone: is not a zone: IANA names, such as America/New_York"
    ]


def test_whatever_is_missing_all_of_it_is_said(whole: Settings, tmp_path: Path) -> None:
    steps: list[Callable[[Settings], Settings]] = [
        lambda settings: but(settings, "identity", acr=(), amr=(), claims={"rank": "x"}),
        lambda settings: but(settings, "sessions", key_file=None, password_file=tmp_path / "none"),
        lambda settings: but(settings, "search", sources=("x",)),
        lambda settings: but(settings, "operations", zone="x"),
    ]
    for step in steps:
        whole = step(whole)

    assert [told.partition(":")[0] for told in said(whole)] == [
        "identity.acr",
        "identity.claims",
        "sessions.key_file",
        "sessions.password_file",
        "search.sources",
        "operations.zone",
    ]


def test_a_cluster_is_asked_over_tls_and_under_a_signature_or_not_at_all(whole: Settings) -> None:
    assert said(but(whole, "index", url="https://index.example:9200")) == [
        "index.authority_file: is missing: a cluster is asked over TLS, under a signature",
        "index.questions_key_file: is missing: a cluster is asked over TLS, under a signature",
    ]
