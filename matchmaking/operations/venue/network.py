"""Under which addresses others in the hall's network reach this computer."""

from __future__ import annotations

import contextlib
import fcntl
import ipaddress
import socket
import struct
from collections.abc import Iterator

#: Networks inside the computer: no tablet reaches them.
_INNER = ("docker", "br-", "veth", "virbr", "lxc", "podman")
_ASK_ADDRESS = 0x8915  # SIOCGIFADDR of Linux, see netdevice(7)


def local_addresses() -> list[str]:
    """Return the IPv4 addresses of this computer that others may reach, the main one first; loopback when it is in no network."""
    found = dict.fromkeys([*_of_route(), *_of_interfaces()])
    return [address for address in found if not ipaddress.ip_address(address).is_loopback] or ["127.0.0.1"]


def _of_route() -> Iterator[str]:
    """Yield the address by which this computer would go out, where a route leads out; nothing is sent."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # a documentation address (RFC 5737)
        yield str(probe.getsockname()[0])


def _of_interfaces() -> Iterator[str]:
    """Yield each interface's address: a hall's own router often leads nowhere, and a laptop may be in two networks."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        for _index, name in socket.if_nameindex():
            if name.startswith(_INNER):
                continue
            with contextlib.suppress(OSError):  # it has no address, or is gone
                answer = fcntl.ioctl(asker, _ASK_ADDRESS, struct.pack("256s", name.encode()[:15]))
                yield socket.inet_ntoa(answer[20:24])
