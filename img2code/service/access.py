"""Who may talk to the service: names it answers to, pages that may call it, keys, proxies, pace.

A server on one's own machine is reachable for every page that one's browser shows: a foreign page
can send requests to it, and by DNS rebinding even read the answers under a name of its own. So only
known host names are answered, and requests of foreign pages only where their origin is allowed.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
import socket
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from geometry.errors import UserError
from img2code import limits

KEYS = "IMG2CODE_API_KEYS"  # the variable with the keys, separated by commas
HOSTS = "IMG2CODE_ALLOW_HOST"  # that with names besides those of --allow-host
ORIGINS = "IMG2CODE_ALLOW_ORIGIN"
SPACE = "SPACE_HOST"  # what a Hugging Face Space sets: its names
SPACE_FRAME = "https://huggingface.co"  # shows a Space's page in a frame
#: From where a Space's proxy calls; nothing else reaches a Space.
SPACE_PROXIES = ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
SHORTEST_KEY = 16
LOOPBACK = frozenset({"localhost", "ip6-localhost"})
_HOST = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^\s:/@\[\]]+))(?::\d{1,5})?")


@dataclass(frozen=True)
class Access:
    """The rules; by default those of a server for its own machine.

    hosts: names that requests may be addressed to, "*.example.org" for those below a name, "*" for
    all. addresses: whether any IP address will do too; else only those of this machine's loopback.
    origins: foreign pages that may call, as "https://example.org". keys: digests of the API keys;
    none where everybody may. proxies: addresses and networks whose X-Forwarded-For is believed.
    rate: requests a minute of one client, 0 without a limit. own: digest of the key by which the
    server calls itself, past keys and bounds.
    """

    hosts: frozenset[str] = LOOPBACK
    addresses: bool = False
    origins: frozenset[str] = frozenset()
    keys: tuple[bytes, ...] = ()
    proxies: tuple[str, ...] = ()
    rate: int = limits.REQUESTS_PER_MINUTE
    own: bytes = b""

    def host_allowed(self, header: str) -> bool:
        """Whether a Host header, with or without a port, names this server."""
        name = host_name(header)
        if name is None:
            return False
        if "*" in self.hosts or name in self.hosts:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            below = name.partition(".")[2]
            return bool(below) and any(f"*.{end}" in self.hosts for end in _ends(below))
        # No name, so no DNS that could point elsewhere by tomorrow.
        return self.addresses or address.is_loopback

    def origin_allowed(self, origin: str, host: str) -> bool:
        """Whether a page of that origin may call: our own, which has the request's host, or named.

        The scheme is not compared: a proxy may speak HTTPS for us.
        """
        scheme, _, name = origin.lower().partition("://")
        own = scheme in ("http", "https") and name == host.lower()
        return own or origin.lower() in self.origins

    def key_number(self, given: str) -> int | None:
        """Which of the keys it is. Takes as long for a wrong one as for a right one."""
        digest, found = _digest(given), None
        for number, key in enumerate(self.keys):
            if hmac.compare_digest(key, digest):
                found = number
        return found

    def is_own(self, given: str) -> bool:
        """Whether it is the key by which the server calls itself."""
        return hmac.compare_digest(self.own, _digest(given))


def access_for(
    host: str,
    environment: Mapping[str, str],
    hosts: Iterable[str] = (),
    origins: Iterable[str] = (),
    proxies: Iterable[str] = (),
    rate: int = limits.REQUESTS_PER_MINUTE,
) -> Access:
    """The rules for a server bound to `host`; the others add to them. Raises UserError."""
    hosts = [*hosts, *_listed(environment, HOSTS)]
    origins = [*origins, *_listed(environment, ORIGINS)]
    if space := _listed(environment, SPACE):
        hosts, origins = [*hosts, *space], [*origins, SPACE_FRAME]
        proxies = [*proxies, *SPACE_PROXIES]
    names = set(LOOPBACK) | {name.lower().rstrip(".") for name in hosts}
    local = is_loopback(host)
    if not local:
        names |= {host.lower(), socket.gethostname().lower()}
    keys = tuple(_digest(key) for key in keys_of(environment))
    checked = frozenset(_origin(origin) for origin in origins)
    return Access(frozenset(names), not local, checked, keys, tuple(map(_network, proxies)), rate)


def with_own_key(access: Access) -> tuple[Access, str]:
    """The same rules, and a key by which the server may call itself."""
    key = secrets.token_urlsafe()
    return replace(access, own=_digest(key)), key


def is_loopback(host: str) -> bool:
    """Whether a server bound to this name or address is reached from its own machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() in LOOPBACK


def host_name(header: str) -> str | None:
    """The name or address in a Host header, None where there is none."""
    found = _HOST.fullmatch(header)
    return (found[1] or found[2]).lower().rstrip(".") if found else None


def keys_of(environment: Mapping[str, str]) -> Collection[str]:
    """The API keys of an environment. Raises UserError, which does not tell them."""
    keys = _listed(environment, KEYS)
    if environment.get(KEYS) and not keys:
        raise UserError(f"{KEYS} is set, but holds no key.", "Unset it, or give it one.")
    for key in keys:
        if len(key) < SHORTEST_KEY:
            problem = f"{KEYS}: a key has {len(key)} characters, expected at least {SHORTEST_KEY}."
            raise UserError(problem, "python -c 'import secrets; print(secrets.token_urlsafe())'")
    return keys


def _listed(environment: Mapping[str, str], name: str) -> list[str]:
    """What a variable holds, separated by commas."""
    return [each.strip() for each in environment.get(name, "").split(",") if each.strip()]


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


def _ends(name: str) -> Iterable[str]:
    """The name and those above it."""
    while name:
        yield name
        name = name.partition(".")[2]


def _origin(text: str) -> str:
    scheme, _, name = text.partition("://")
    if scheme.lower() not in ("http", "https") or host_name(name) is None:
        problem = f"--allow-origin: {text!r} is not an origin."
        raise UserError(problem, "Write it as https://example.org, without a path.")
    return text.lower()


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        problem = f"--trusted-proxy: {text!r} is neither an address nor a network."
        raise UserError(problem, "Write it as 10.0.0.7 or 10.0.0.0/24.") from None
