"""How often something may be tried: a bucket of tokens that fills again by itself."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` times at once, and as many again over `within`."""

    most: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Taken:
    """What is left in a bucket after a try, and how long to wait where there was nothing."""

    tokens: float
    wait: timedelta | None = None


def take(limit: Limit, tokens: float, since: timedelta) -> Taken:
    """Take one token from a bucket that held `tokens` some time ago."""
    held = min(limit.most, tokens + limit.most * (max(since, timedelta(0)) / limit.within))
    if held < 1:
        return Taken(held, limit.within * ((1 - held) / limit.most))
    return Taken(held - 1)


def neighbourhood(address: str) -> str:
    """What counts as one address: all of an IPv4 address, the first 64 bits of an IPv6 one, or the text as it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((int(found) >> 64 << 64, 64)))
