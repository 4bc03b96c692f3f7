"""What kind of file system a folder is on, as the kernel names it. Standard library alone.

By name, not by the numbers of statfs: all file systems of users have one number, sshfs like a container's overlay.
"""

import os
import re
from pathlib import Path

# On these a lock, a sync or a rename is another machine's promise, or none. Of the file systems of users only those
# that are known to reach no network are taken.
_NETWORK = frozenset(
    {"afs", "beegfs", "ceph", "cifs", "coda", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
)
_LOCAL_FUSE = frozenset({"fuse.fuse-overlayfs", "fuseblk"})


def file_system(folder: Path) -> str:
    """Such as `ext4` or `nfs4`; nothing where the kernel does not say."""
    try:
        table = _TABLE.read_text("utf-8", "surrogateescape")
    except OSError:
        return ""
    return kind_of(os.path.realpath(folder), table)


def kind_of(folder: str, table: str) -> str:
    """The kind of file system that `folder` is on, by a mountinfo `table` (proc_pid_mountinfo(5))."""
    found, depth = "", -1
    for line in table.splitlines():
        place, _, rest = line.partition(" - ")
        mounted = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), place.split(" ")[4])
        # What was mounted later covers what was there.
        if len(mounted) >= depth and f"{folder}/".startswith(f"{mounted.rstrip('/')}/"):
            found, depth = rest.split(" ")[0], len(mounted)
    return found


def is_network(kind: str) -> bool:
    """Whether what is written there leaves the machine, as far as its name tells."""
    return kind in _NETWORK or (kind.startswith("fuse") and kind not in _LOCAL_FUSE)


_TABLE = Path("/proc/self/mountinfo")
