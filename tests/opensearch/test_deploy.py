"""deploy/opensearch makes a cluster that knows services by certificate, has no password, and can be applied again."""

import json
import re

import httpx2
import pytest

from tests.opensearch.server import DEPLOY, OpenSearch, run

pytestmark = pytest.mark.opensearch


def asked(server: OpenSearch, path: str, service: str | None = None) -> httpx2.Response:
    with httpx2.Client(verify=server.trust(service), trust_env=False) as client:
        return client.get(f"{server.url}{path}")


def test_what_was_applied_is_there_and_applying_it_again_changes_nothing(opensearch: OpenSearch) -> None:
    def applied() -> str:
        paths = ("/_plugins/_security/api/roles", "/_plugins/_security/api/rolesmapping", "/_index_template/sightline")
        return "\n".join(asked(opensearch, path, "sightline-admin").text for path in paths)

    before = applied()
    opensearch.apply()

    assert applied() == before
    assert set(json.loads((DEPLOY / "roles.json").read_text())) <= set(re.findall(r'"(sightline_\w+)"', before))


def test_somebody_without_a_certificate_or_a_statement_is_nobody(opensearch: OpenSearch) -> None:
    assert asked(opensearch, "/").status_code == 401


def test_nobody_has_a_password(opensearch: OpenSearch) -> None:
    users = asked(opensearch, "/_plugins/_security/api/internalusers", "sightline-admin").json()

    assert users == {}


def test_what_is_refused_is_said_with_its_reason(opensearch: OpenSearch) -> None:
    with pytest.raises(AssertionError, match=r"PUT /_plugins/_security/api/roles/sightline_shipper: 403"):
        run(DEPLOY / "apply.py", opensearch.url, opensearch.identities / "sightline-verifier")


def test_keys_are_for_their_owner_alone(opensearch: OpenSearch) -> None:
    kept = [path for path in opensearch.identities.rglob("*") if path.is_file()]

    assert len(kept) == 8
    assert {path.stat().st_mode & 0o077 for path in kept} == {0}


@pytest.mark.parametrize("file", sorted(path.name for path in DEPLOY.rglob("*") if path.is_file()))
def test_no_key_and_no_password_lies_in_the_repository(file: str) -> None:
    (path,) = DEPLOY.rglob(file)

    assert not re.search(r"BEGIN \w*\s*(PRIVATE|PUBLIC|CERT)|password:|hash:", path.read_text())
