import pytest

from server.domain import devices

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/{} "
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 "


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Android 15; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0", "Firefox on Android"),
        (f"{IPHONE}FxiOS/144.0 Mobile/15E148 Safari/605.1.15", "Firefox on iPhone"),
        (f"{IPHONE}Version/18.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{IPHONE}CriOS/141.0.7390.26 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        (f"{MAC.format('605.1.15')}(KHTML, like Gecko) Version/18.5 Safari/605.1.15", "Safari on Mac"),
        (f"{ANDROID}Chrome/141.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        (f"{ANDROID}SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", "Samsung Internet on Android"),
        (f"{WINDOWS}Edg/141.0.0.0", "Edge on Windows"),
        (f"{WINDOWS}OPR/125.0.0.0", "Opera on Windows"),
        (WINDOWS, "Chrome on Windows"),
        (
            "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
            "Chrome on ChromeOS",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox on Linux"),
        ("curl/8.5.0", "A device"),
        ("", "A device"),
        ("<script>alert(1)</script>" * 99, "A device"),
    ],
)
def test_a_device_is_called_so_that_its_owner_knows_it(user_agent, name):
    assert devices.name_of(user_agent) == name
