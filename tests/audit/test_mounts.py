"""A journal on a network file system is refused: there a lock and a sync are another machine's promise."""

import pytest

from audit.mounts import file_system, is_network, kind_of
from audit.recorder import JournalBroken
from tests.audit.disks import FastDisk
from tests.audit.examples import writer

TABLE = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:22 / /proc rw - proc proc rw
40 22 0:50 /export /srv rw - nfs4 files:/export rw
41 40 8:1 / /srv/fast\040disk rw - xfs /dev/sda1 rw
42 22 0:51 / /mnt rw - tmpfs none rw
43 22 0:52 / /mnt rw - fuse.sshfs them:/ rw
""".strip()


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", "ext4"),
        ("/var/lib/sightline", "ext4"),
        ("/srv", "nfs4"),
        ("/srv/journal", "nfs4"),
        ("/srvjournal", "ext4"),
        ("/srv/fast disk/journal", "xfs"),
        ("/mnt/journal", "fuse.sshfs"),
    ],
)
def test_a_folder_is_where_the_nearest_and_last_mount_puts_it(folder, kind):
    assert kind_of(folder, TABLE) == kind


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "ceph", "lustre", "fuse.sshfs", "fuse.s3fs", "fuse"])
def test_what_another_machine_keeps_is_network(kind):
    assert is_network(kind)


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuse.fuse-overlayfs", ""])
def test_what_this_machine_keeps_is_not(kind):
    assert not is_network(kind)


def test_this_folder_is_on_something(tmp_path):
    assert file_system(tmp_path)


def test_where_the_kernel_says_nothing_nothing_is_known(tmp_path, monkeypatch):
    monkeypatch.setattr("audit.mounts._TABLE", tmp_path / "none")

    assert file_system(tmp_path) == ""


def test_no_journal_begins_on_a_network_file_system(tmp_path):
    class Nfs(FastDisk):
        def file_system(self, folder):
            return "nfs4"

    with pytest.raises(JournalBroken, match=r"would be on a network file system \(nfs4\)"):
        writer(tmp_path, files=Nfs())

    assert not list((tmp_path / "journal").iterdir())
