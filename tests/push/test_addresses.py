import asyncio

import pytest

from server.config import SettingsError
from server.domain.errors import InvalidError
from server.push import addresses
from server.push.addresses import PublicResolver

LISTED = addresses.services(("push.example.org", "push.example.net:8443", "http://localhost:9", "http://127.0.0.1:9"))

GOOD = [
    "https://fcm.googleapis.com/fcm/send/abc:DEF-_123",
    "https://fcm.googleapis.com:443/fcm/send/abc",
    "https://jmt17.google.com/fcm/send/abc",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAA==",
    "https://web.push.apple.com/QGuQyavXutnMH",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%2f%3d",
    "https://push.example.org/a",
    "https://below.push.example.org/a",
    "https://push.example.net:8443/a",
    "http://localhost:9/a",
    "http://127.0.0.1:9/a",
]
BAD = [
    "",
    "fcm.googleapis.com/a",
    "http://fcm.googleapis.com/a",
    "ftp://fcm.googleapis.com/a",
    "file:///etc/passwd",
    "https://fcm.googleapis.com:8443/a",
    "https://fcm.googleapis.com:0/a",
    "https://fcm.googleapis.com:99999/a",
    "https://noor@fcm.googleapis.com/a",
    "https://noor:secret@fcm.googleapis.com/a",
    "https://fcm.googleapis.com@evil.example/a",
    "https://fcm.googleapis.com\\@evil.example/a",
    "https://evil.example\\.fcm.googleapis.com/a",
    "https://evil.example#.fcm.googleapis.com/a",
    "https://evil.example?.fcm.googleapis.com/a",
    "https://evil.example/.fcm.googleapis.com/a",
    "https://evilfcm.googleapis.com/a",
    "https://fcm.googleapis.com.evil.example/a",
    "https://fcm.googleapis.com./a",
    "https://googleapis.com/a",
    "https://notify.windows.com.evil.example/a",
    "https://xnotify.windows.com/a",
    "https://FCM.googleapis.com/a",
    "https://fcm。googleapis。com/a",
    "https://fcm.googleapis.com\t/a",
    "https://fcm.googleapis.com /a",
    "https://fcm.googleapis.com/a b",
    "https://fcm.googleapis.com/a\r\nHost: evil.example",
    "https://fcm.googleapis.com/a\n",
    "https://127.0.0.1/a",
    "https://[::1]/a",
    "https://2130706433/a",
    "https://169.254.169.254/latest/meta-data",
    "https://10.0.0.1/a",
    "https://localhost/a",
    "http://localhost:22/a",
    "https://push.example.net/a",
    "https://fcm.googleapis.com/" + "a" * 2000,
    "https://169.254.169.254:443/computeMetadata/v1/",
    "https://[fd00:ec2::254]/latest/meta-data",
    "https://[::ffff:169.254.169.254]/latest",
    "https://[::ffff:a9fe:a9fe]/latest",
    "https://[2002:a9fe:a9fe::]/latest",
    "https://[64:ff9b::a9fe:a9fe]/latest",
    "https://metadata.google.internal/computeMetadata/v1/",
    "https://0x7f000001/a",
    "https://0x7f.0.0.1/a",
    "https://017700000001/a",
    "https://0177.0.0.1/a",
    "https://127.1/a",
    "https://2852039166/latest",
    "https://192.168.1.1:443/a",
    "https://100.64.0.1/a",
    "https://224.0.0.1/a",
    "https://[fe80::1%25eth0]/a",
    "https://fcm.googleapis.com:22/a",
    "https://fcm.googleapis.com:80/a",
    "https://fcm.googleapis.com:443:80/a",
    "https://fcm.googleapis.com:0443443/a",
    "https://fcm.googleapis.com..:443/a",
    "https://.fcm.googleapis.com./a",
    "https://f\u0441m.googleapis.com/a",
    "https://fcm.googleapis.c\u03bfm/a",
    "https://fcm.googleapis.com\u3002evil.example/a",
    "https://xn--fm-lmc.googleapis.com.evil.example/a",
    "https://%66cm.googleapis.com/a",
    "https://fcm.googleapis.com%00.evil.example/a",
    "https://fcm.googleapis.com%2f@evil.example/a",
    "https:/fcm.googleapis.com/a",
    "https:fcm.googleapis.com/a",
    "//fcm.googleapis.com/a",
    "HTTPS://fcm.googleapis.com/a",
    "gopher://fcm.googleapis.com/a",
    "https://@fcm.googleapis.com/a",
    "https://:@fcm.googleapis.com/a",
]


@pytest.mark.parametrize("endpoint", GOOD)
def test_a_known_push_service_is_written_to_as_it_was_named(endpoint):
    assert str(addresses.check(endpoint, LISTED)) == endpoint.replace(":443", "")


@pytest.mark.parametrize("endpoint", BAD)
def test_nothing_else_is_ever_written_to(endpoint):
    with pytest.raises(InvalidError):
        addresses.check(endpoint, LISTED)


@pytest.mark.parametrize("entry", ["10.0.0.5:8443", "https://127.0.0.1", "[::1]", "[fd00:ec2::254]:443", "[::ffff:10.0.0.1]"])
def test_an_address_nearby_is_listed_over_plain_http_or_not_at_all(entry):
    """No resolver is asked for it, so nothing would be checked when it is connected to."""
    with pytest.raises(SettingsError, match="WEFT_PUSH_HOSTS"):
        addresses.services((entry,))


@pytest.mark.parametrize("entry", ["", "https://", "noor@push.example.org", "push.example.org/path", "push example.org", "ftp://a"])
def test_a_listed_host_that_cannot_be_read_stops_the_start(entry):
    with pytest.raises(SettingsError, match="WEFT_PUSH_HOSTS"):
        addresses.services((entry,))


@pytest.mark.parametrize(
    "address", ["142.250.74.10", "17.57.144.10", "2a00:1450:4001:80b::200a", "64:ff9b::8efa:4a0a", "::ffff:142.250.74.10"]
)
def test_an_address_of_the_open_internet_is_public(address):
    assert addresses.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2001:db8::1",
        "::127.0.0.1",
        "fd00:ec2::254",
        "::ffff:169.254.169.254",
        "::ffff:0:169.254.169.254",
        "2002:a9fe:a9fe::",
        "2002:c0a8:101::1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "2001:0:4136:e378:8000:63bf:5601:5601",
        "::169.254.169.254",
        "2a00:1450::5efe:a9fe:a9fe",
        "2a00:1450::200:5efe:a00:1",
        "fec0::1",
        "fe80::1",
        "ff0e::1",
        "100::1",
        "3fff::1",
        "192.0.0.8",
        "192.88.99.1",
        "198.18.0.1",
        "0.1.2.3",
    ],
)
def test_every_other_address_is_not(address):
    assert not addresses.is_public(address)


def resolved(*listed: str) -> list[str]:
    async def resolve() -> list[str]:
        resolver = PublicResolver(addresses.services(listed))
        return [one["host"] for one in await resolver.resolve("localhost", 443)]

    return asyncio.run(resolve())


def test_a_name_that_leads_home_is_not_connected_to():
    with pytest.raises(OSError, match="public"):
        resolved("localhost:443")


def test_a_service_listed_over_plain_http_may_be_near():
    assert set(resolved("http://localhost:9")) <= {"127.0.0.1", "::1"}
