"""What a device is called, short enough for its owner to recognise it."""

BROWSERS = {
    "FxiOS": "Firefox",
    "Firefox": "Firefox",
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Mac OS X": "Mac",
    "Windows": "Windows",
    "Linux": "Linux",
}


def name_of(user_agent: str) -> str:
    """Say "Firefox on Android", or as much as can be told; those that imitate others are looked for first."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "A device"


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for sign, name in names.items() if sign in user_agent), "")
