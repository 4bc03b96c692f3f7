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
    # Without these two files `gaps` has refused to start.
    authority, key = known.authority_file or Path(), known.questions_key_file or Path()
    cluster = Cluster(known.url, trusting(authority), patience_s=known.patience_s)
    follower = Follower(journal, journal.parent / "shipping" / "cursor", clock=clock)
    return OpenSearchIndex(cluster, key, clock=clock), follower


async def let_go(index: SqliteIndex | OpenSearchIndex) -> None:
    """Close it."""
    if isinstance(index, SqliteIndex):
        index.close()
    else:
        await index.close()
