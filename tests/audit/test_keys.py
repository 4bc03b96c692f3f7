"""Keys are made once, for their owner alone, and are never made anew where a journal was written with others."""

from datetime import UTC, datetime

import pytest

from audit.keys import KeysUnusable, key_names, open_keys

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_the_first_start_makes_a_token_key_and_a_detail_key(tmp_path):
    keys = open_keys(tmp_path / "keys", NOW, may_make=True)

    assert key_names(tmp_path / "keys") == ["token-2026", f"detail-{next(iter(keys.details))}"]
    assert [len(key) for key in (*keys.tokens.values(), *keys.details.values())] == [32, 32]


def test_the_second_start_finds_the_same_keys_and_makes_none(tmp_path):
    first = open_keys(tmp_path / "keys", NOW, may_make=True)

    assert open_keys(tmp_path / "keys", NOW.replace(year=2027), may_make=True) == first


def test_no_two_folders_have_a_key_in_common(tmp_path):
    one = open_keys(tmp_path / "one", NOW, may_make=True)
    other = open_keys(tmp_path / "other", NOW, may_make=True)

    assert one.tokens["2026"] != other.tokens["2026"]


def test_only_the_owner_can_reach_them(tmp_path):
    folder = tmp_path / "keys"
    open_keys(folder, NOW, may_make=True)

    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("kind", ["token", "detail"])
def test_a_missing_key_beside_a_written_journal_is_a_refusal_not_a_new_key(tmp_path, kind):
    tmp_path.chmod(0o700)
    open_keys(tmp_path, NOW, may_make=True)
    next(tmp_path.glob(f"{kind}-*")).unlink()

    with pytest.raises(KeysUnusable, match="put them back"):
        open_keys(tmp_path, NOW, may_make=False)

    assert not list(tmp_path.glob(f"{kind}-*"))


@pytest.mark.parametrize("opened", [".", "token-2026.key"])
def test_a_key_that_others_could_read_is_not_used(tmp_path, opened):
    folder = tmp_path / "keys"
    open_keys(folder, NOW, may_make=True)
    (folder / opened).chmod(0o740)

    with pytest.raises(KeysUnusable, match="chmod"):
        open_keys(folder, NOW, may_make=True)


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_a_key_file_of_another_length_is_not_a_key(tmp_path, content):
    folder = tmp_path / "keys"
    open_keys(folder, NOW, may_make=True)
    (folder / "token-2026.key").write_bytes(content)

    with pytest.raises(KeysUnusable, match="32 bytes"):
        open_keys(folder, NOW, may_make=True)


def test_the_keys_can_be_listed_by_name(tmp_path):
    open_keys(tmp_path / "keys", NOW, may_make=True)
    (tmp_path / "keys" / "token-2027.key.unfinished").touch()

    assert [name[:11] for name in key_names(tmp_path / "keys")] == ["token-2026", "detail-2026"]


def test_keys_do_not_print_themselves(tmp_path):
    keys = open_keys(tmp_path / "keys", NOW, may_make=True)

    assert repr(keys.tokens["2026"]) not in repr(keys)
