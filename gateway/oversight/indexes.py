"""Where auditors search: a file beside the journal, filled here, or a cluster that `sightline ship` fills."""

from pathlib import Path

from audit.index.cluster import Cluster, trusting
from audit.index.opensearch import OpenSearchIndex
from audit.index.sqlite import SqliteIndex
from audit.moments import Clock
from audit.ship import Follower, Shipper
from gateway.settings import Index


def open_index(known: Index, journal: Path, clock: Clock) -> tuple[SqliteIndex | OpenSearchIndex, Shipper | Follower]:
    """The index that settings name, and what is known of how far it is behind. Raises `IndexInUse` and
    `IdentityUnusable`.
    """
    if not known.url:
        index = SqliteIndex(known.path)
        return index, Shipper(journal, index)
    return _in_cluster(known, clock), Follower(journal, journal.parent / "shipping" / "cursor", clock=clock)


def open_elsewhere(known: Index, clock: Clock) -> SqliteIndex | OpenSearchIndex:
    """The index that settings name, where another process fills it whatever it is. Raises `IdentityUnusable`."""
    return _in_cluster(known, clock) if known.url else SqliteIndex(known.path, reads_only=True)


def _in_cluster(known: Index, clock: Clock) -> OpenSearchIndex:
    # Without these two files `gaps` has refused to start.
    authority, key = known.authority_file or Path(), known.questions_key_file or Path()
    return OpenSearchIndex(Cluster(known.url, trusting(authority), patience_s=known.patience_s), key, clock=clock)


async def let_go(index: SqliteIndex | OpenSearchIndex) -> None:
    """Close it."""
    if isinstance(index, SqliteIndex):
        index.close()
    else:
        await index.close()
