"""Which endpoints may be written to: a client chooses them, so only known push services at public addresses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from socket import AF_UNSPEC, AddressFamily
from typing import Any

from server.config import SettingsError
from server.domain.errors import InvalidError

KNOWN = ("fcm.googleapis.com", "jmt17.google.com", "updates.push.services.mozilla.com", "web.push.apple.com", "notify.windows.com")
PORTS = {"https": 443, "http": 80}
NAT64 = IPv6Network("64:ff9b::/96")
NOT_OPEN = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "3fff::/20")))
"""What older tables hold for the open internet: protocol assignments, relays of 6to4, site-local addresses, documentation."""
ISATAP = (0x00005EFE, 0x02005EFE)
"""The first half of an interface's id that carries an address of IPv4 in the other."""
LONGEST = 2000
_ORIGIN = r"{}([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{{1,5}}))?"
_ENDPOINT = re.compile(_ORIGIN.format("(https?)://") + r"(/[A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%-]*)?")
_LISTED = re.compile(_ORIGIN.format("(?:(https?)://)?"))


@dataclass(frozen=True, slots=True)
class Service:
    """A push service: a host with all below it, at one port; over plain http only where the operator lists it so."""

    host: str
    scheme: str = "https"
    port: int = PORTS["https"]

    def holds(self, scheme: str, host: str, port: int) -> bool:
        return (scheme, port) == (self.scheme, self.port) and self.has_host(host)

    def has_host(self, host: str) -> bool:
        return host == self.host or host.endswith(f".{self.host}")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message is posted: a push service's origin, and what is asked for there."""

    origin: str
    target: str

    def __str__(self) -> str:
        return f"{self.origin}{self.target}"


def services(listed: Sequence[str]) -> tuple[Service, ...]:
    """The known push services and those that the operator lists as host, host:port or http://host:port."""
    return (*map(Service, KNOWN), *map(_service, listed))


def check(endpoint: str, allowed: Sequence[Service]) -> Address:
    """The endpoint as it will be asked for; InvalidError where it is not on one of these services."""
    parts = _ENDPOINT.fullmatch(endpoint) if len(endpoint) <= LONGEST else None
    if parts is None:
        raise InvalidError("That is not the address of a push service.", "endpoint")
    scheme, host, named, target = parts.groups()
    port = int(named or PORTS[scheme])
    if not any(one.holds(scheme, host, port) for one in allowed):
        raise InvalidError("This server does not know that push service.", "endpoint")
    place = host if port == PORTS[scheme] else f"{host}:{port}"
    return Address(f"{scheme}://{place}", target or "/")


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, also inside the forms of IPv6 that carry one of IPv4."""
    ip = ip_address(address.partition("%")[0])
    inner = _inside(ip) if isinstance(ip, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not any(ip in one for one in NOT_OPEN)


class PublicResolver:
    """Finds a host's addresses, which are then the ones connected to; OSError where one is not public, but for plain http."""

    def __init__(self, allowed: Sequence[Service]) -> None:
        # It comes with all of aiohttp: a server that has nothing to send holds none of it.
        from aiohttp import ThreadedResolver  # noqa: PLC0415

        self._near = [one for one in allowed if one.scheme == "http"]
        self._resolver = ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: AddressFamily = AF_UNSPEC) -> list[Any]:
        found = await self._resolver.resolve(host, port, family)
        if not all(is_public(one["host"]) for one in found) and not any(one.has_host(host) for one in self._near):
            raise OSError(f"{host} is not at a public address")
        return [*found]

    async def close(self) -> None:
        await self._resolver.close()


def _service(listed: str) -> Service:
    parts = _LISTED.fullmatch(listed)
    if parts is None:
        raise SettingsError(f"WEFT_PUSH_HOSTS lists host or host:port, not {listed!r}.")
    scheme, host, port = parts[1] or "https", parts[2], parts[3]
    if scheme == "https" and _is_literal(host) and not is_public(host.strip("[]")):
        raise SettingsError(f"WEFT_PUSH_HOSTS lists {listed!r}, which is no public address; one nearby is listed over plain http.")
    return Service(host, scheme, int(port or PORTS[scheme]))


def _is_literal(host: str) -> bool:
    """Whether a host is an address already, which no resolver is asked for."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _inside(ip: IPv6Address) -> IPv4Address | None:
    if ip in NAT64 or int(ip) >> 32 & 0xFFFFFFFF in ISATAP:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour
