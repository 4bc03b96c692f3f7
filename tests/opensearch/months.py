"""Months of a test's own in the real cluster: filled and asked by the product, changed by its administrator."""

import secrets
from pathlib import Path
from typing import Any

import httpx2

from audit.index.cluster import Cluster
from audit.index.intake import OpenSearchIntake
from audit.index.opensearch import OpenSearchIndex
from tests.opensearch.server import OpenSearch


class Months:
    """An index and an intake as one, and whoever may do what to the cluster."""

    def __init__(self, server: OpenSearch, folder: Path, name: str = "") -> None:
        self.server = server
        self.name = name or f"sightline-{secrets.token_hex(4)}"
        self.index = OpenSearchIndex(Cluster(server.url, server.trust()), questions_key(server), months=self.name)
        self.intake = OpenSearchIntake(
            Cluster(server.url, server.trust("sightline-shipper")),
            Cluster(server.url, server.trust("sightline-verifier")),
            folder / "shipping",
            months=self.name,
        )
        self.events, self.counts, self.position = self.index.events, self.index.counts, self.intake.position

    async def create(self, entries: Any) -> None:
        """Fill it; what was created is found at once, not after the second that it takes otherwise."""
        await self.intake.create(entries)
        self.refresh()

    def asked_by(self, service: str, method: str, path: str, **content: Any) -> httpx2.Response:
        """What the cluster answers one of those who have a certificate."""
        with httpx2.Client(verify=self.server.trust(service), base_url=self.server.url, trust_env=False) as client:
            return client.request(method, path, timeout=60, **content)

    def refresh(self) -> None:
        """Let what was created be found."""
        self.asked_by("sightline-admin", "POST", f"/{self.name}-*/_refresh")

    async def close(self) -> None:
        await self.index.close()
        await self.intake.close()


def questions_key(server: OpenSearch) -> Path:
    """The key the gateway signs with."""
    return server.identities / "sightline-gateway" / "questions.key"
