from concurrent.futures import ThreadPoolExecutor

import pytest

from server import keyring
from server.config import SettingsError


@pytest.fixture
def secrets(tmp_path):
    return tmp_path / "secrets"


def test_a_key_is_made_at_the_first_start_and_stays(secrets):
    assert not keyring.is_there(secrets)
    keys = keyring.load(secrets)
    assert ([len(key) for key in keys.values()], keyring.load(secrets)) == ([32], keys)
    assert [(one.name, one.stat().st_mode & 0o777) for one in (secrets, *secrets.iterdir())] == [("secrets", 0o700), ("column.keys", 0o600)]


def test_two_servers_that_start_at_once_have_one_key(secrets):
    with ThreadPoolExecutor(8) as pool:
        found = {tuple(keys) for keys in pool.map(lambda _: keyring.load(secrets), range(8))}
    assert len(found) == 1
    assert [one.name for one in secrets.iterdir()] == ["column.keys"]


@pytest.mark.parametrize(("path", "mode"), [("", 0o750), ("", 0o705), ("column.keys", 0o640), ("column.keys", 0o604)])
def test_keys_that_others_can_read_stop_the_start(secrets, path, mode):
    keyring.load(secrets)
    (secrets / path).chmod(mode)
    with pytest.raises(SettingsError, match="others may read"):
        keyring.load(secrets)


@pytest.mark.parametrize("broken", ["", "1234abcd\n", "1234abcd AAAA\n", "1234abcd !\n", "1234abcd AAAA more\n", "ä ö\n"])
def test_a_file_of_keys_that_is_broken_stops_the_start_and_stays(secrets, broken):
    keyring.load(secrets)
    (secrets / "column.keys").write_text(broken)
    with pytest.raises(SettingsError, match="backup"):
        keyring.load(secrets)
    assert (secrets / "column.keys").read_text() == broken


def test_another_key_is_the_newest_and_is_seen_once_by_who_asks(secrets):
    former, changed = keyring.load(secrets), keyring.changes(secrets)
    assert changed() is None
    new = keyring.add(secrets)
    assert list(changed() or {}) == [*former, new] == list(keyring.load(secrets))
    assert changed() is None


def test_the_former_keys_are_kept_aside(secrets):
    former = keyring.load(secrets)
    new = keyring.add(secrets)
    aside = keyring.keep_newest(secrets, aside="before")
    assert list(keyring.load(secrets)) == [new]
    aside.rename(secrets / "column.keys")
    assert keyring.load(secrets).items() >= former.items()
