"""Who a client is, for bounds that hold per client: an address, or a network of IPv6 addresses."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

#: One subscriber usually has at least so much of IPv6, and may take any address in it.
IPV6_PREFIX = 64


def network(address: str) -> str:
    """What stands for the client at an address: IPv6 addresses of one network are one client."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip, IPV6_PREFIX), strict=False))


class Proxies:
    """Addresses and networks that speak for others: `--trusted-proxy`."""

    def __init__(self, named: Collection[str] | str) -> None:
        names = [named] if isinstance(named, str) else named
        self._networks = [ipaddress.ip_network(name, strict=False) for name in names if name]

    def __contains__(self, address: object) -> bool:
        try:
            ip = ipaddress.ip_address(str(address))
        except ValueError:
            return False
        return any(ip in network for network in self._networks)
