from concurrent.futures import ThreadPoolExecutor

import pytest

from server.config import SettingsError
from server.push import keys
from server.store import push
from tests import make
from tests.push import rows


def test_the_first_start_makes_a_pair_and_later_ones_keep_it(tmp_path):
    first = keys.load(tmp_path / "weft" / "secrets")
    assert keys.load(tmp_path / "weft" / "secrets") == first
    assert len(first.public) == 87


def test_only_the_server_reads_its_key(tmp_path):
    keys.load(tmp_path / "secrets")
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert [(one.name, one.stat().st_mode & 0o777) for one in (tmp_path / "secrets").iterdir()] == [("vapid.pem", 0o600)]


def test_a_key_is_not_shown_by_accident(tmp_path):
    assert "PRIVATE" not in repr(keys.load(tmp_path / "secrets"))


def test_two_servers_that_start_at_once_have_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: keys.load(tmp_path / "secrets").public, range(8)))
    assert len(found) == 1


@pytest.mark.parametrize(("path", "mode"), [("", 0o750), ("", 0o705), ("vapid.pem", 0o640), ("vapid.pem", 0o604)])
def test_secrets_that_others_can_read_stop_the_start(tmp_path, path, mode):
    keys.load(tmp_path / "secrets")
    (tmp_path / "secrets" / path).chmod(mode)
    with pytest.raises(SettingsError, match="others may read"):
        keys.load(tmp_path / "secrets")


@pytest.mark.parametrize("broken", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_broken_key_stops_the_start(tmp_path, broken):
    keys.load(tmp_path / "secrets")
    (tmp_path / "secrets" / "vapid.pem").write_bytes(broken)
    with pytest.raises(SettingsError, match="backup"):
        keys.load(tmp_path / "secrets")


def test_another_key_under_live_subscriptions_stops_the_start(tmp_path, database):
    mine = keys.load(tmp_path / "secrets")
    with database.write() as session:
        noor = make.member(session)
        rows.subscription(session, noor, keys=mine)
        keys.check(mine, push.keys_in_use(session))
        rows.subscription(session, noor)
        with pytest.raises(SettingsError, match="another push key"):
            keys.check(mine, push.keys_in_use(session))


def test_subscriptions_that_have_ended_ask_for_no_key(tmp_path, database):
    with database.write() as session:
        rows.subscription(session, make.member(session), ended_at=make.NOW)
        keys.check(keys.load(tmp_path / "secrets"), push.keys_in_use(session))
