"""What somebody sends who means harm, and what must come of it."""

MARK = "zq7"
"""Stands in every one of them, so that a page shows whether it was taken."""
SCRIPT = f'{MARK}"><script>alert(1)</script>'
TEMPLATE = "{{'qz'*5}}{% raw %}${'qz'*5}#{'qz'*5}"
ATTRIBUTE = f"{MARK}' onmouseover=alert(1) x='"
QUERY = f"{MARK}' OR 1=1; DROP TABLE members; --"
ENTITY = f"{MARK}&lt;img src=x onerror=alert(1)&gt;"
ADDRESS = f"{MARK} javascript:alert(1)"
HEADERS = f"{MARK}\r\nSet-Cookie: sid=mine\r\n\r\n<html>"
LONG_WORD = MARK + "w" * 117
EMOJI = f"{MARK}👩\u200d👧\u200d👦🫨🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
HEBREW = f"{MARK} \u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd 3"

MAY_BE_TAKEN = {
    "script": SCRIPT,
    "template": MARK + TEMPLATE,
    "attribute": ATTRIBUTE,
    "query": QUERY,
    "entity": ENTITY,
    "address": ADDRESS,
    "long word": LONG_WORD,
    "emoji": EMOJI,
    "hebrew": HEBREW,
    "no width": f"{MARK}\u200b\u2060\ufeff",
    "headers": HEADERS,
    "separator": f"{MARK}\u2028evil",
}
"""A field of words may take them; then they are shown as what they are."""
NEVER_TAKEN = {
    "turned": f"{MARK}\u202egnp.exe",
    "isolated": f"{MARK}\u2067evil",
    "null": f"{MARK}\x00evil",
    "escape": f"{MARK}\x1b[2J",
    "tower": MARK + "\u0323" * 40,
    "half a letter": f"{MARK}\ud800",
    "huge": MARK + "y" * 20_000,
}
"""No field ever keeps them."""
HARMFUL = ("<script>alert(1)", "qzqzqzqzqz", "' onmouseover=alert(1) x='", "<img src=x", 'href="javascript:')
"""What stands on no page unescaped, whatever was sent."""
EVERYTHING = MAY_BE_TAKEN | NEVER_TAKEN
