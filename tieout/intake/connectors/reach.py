"""What connectors of this installation may reach: said in its settings file, not on a page.

Whoever may set connectors up is not therefore whoever keeps the machine. Folders have to be
allowed by name; hosts of the inside network, too. The books themselves are never a source.
"""

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url

from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.intake.connectors.tunnel import Proxy

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
#: Addresses that carry an IPv4 address inside.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class FolderRefused(InvalidInput):
    """A folder this installation does not hand out."""

    message = N_(
        "“%(path)s” is not among the folders connectors may read: %(allowed)s. Put the files there,"
        " or add the folder to connector_folders in tieout.toml."
    )


class OwnBooks(InvalidInput):
    """A source that is the books themselves."""

    message = N_("This is the database of Tieout itself. Choose the system the data comes from.")


class AddressRefused(Conflict):
    """A host of an inside network."""

    message = N_(
        "“%(host)s” leads to %(address)s, an address inside this network. Where that is meant, add"
        " the host to connector_hosts in tieout.toml."
    )


class HostUnknown(Conflict):
    """A host nobody knows."""

    message = N_("There is no host “%(host)s”. Check the address; nothing was lost.")


@dataclass(frozen=True)
class Reach:
    """Folders, inside hosts, and the database that is never read."""

    folders: tuple[Path, ...] = ()
    #: Names, addresses and networks such as 10.0.0.0/8.
    hosts: tuple[str, ...] = ()
    own_database: str = ""
    #: Where the keys and the books lie.
    own_folder: Path | None = None
    #: The way to the world outside, where it is not open.
    proxy: Proxy | None = None

    def folder(self, text: str) -> Path:
        """A folder, or a file in it, that may be read.

        Raises:
            FolderRefused: it may not.
        """
        path = Path(text).expanduser()
        resolved = path.resolve()
        inside = any(resolved.is_relative_to(one) for one in self._allowed())
        if not path.is_absolute() or not inside:
            allowed = ", ".join(str(one) for one in self._allowed())
            raise FolderRefused(path=text, allowed=allowed or "–")
        return resolved

    def _allowed(self) -> list[Path]:
        """The folders, without any in which our own keys and books would stand."""
        found = [one.resolve() for one in self.folders]
        if self.own_folder is None:
            return found
        own = self.own_folder.resolve()
        return [one for one in found if one != own and not own.is_relative_to(one)]

    def database(self, url: str) -> None:
        """See that a database is not our own.

        Raises:
            OwnBooks: it is.
        """
        if not self.own_database:
            return
        if _place(make_url(url)) == _place(make_url(self.own_database)):
            raise OwnBooks

    def allows(self, host: str) -> bool:
        """Whether a host of the inside network is named, so that it may be reached as it is."""
        host = host.rstrip(".").lower()
        if host in (one.lower() for one in self.hosts):
            return True
        try:
            address = ipaddress.ip_address(host.strip("[]"))
        except ValueError:
            return False
        return self._in_network(address)

    def address(self, host: str, port: int) -> str:
        """Look a host up once and return the address to connect to, if it may be reached.

        Raises:
            HostUnknown, AddressRefused
        """
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise HostUnknown(host=host) from error
        addresses = [str(one[4][0]).partition("%")[0] for one in found]
        for text in addresses:
            address = ipaddress.ip_address(text)
            if not (is_outside(address) or self.allows(host) or self._in_network(address)):
                raise AddressRefused(host=host, address=text)
        return addresses[0]

    def way_out(self, host: str, address: str) -> Proxy | None:
        """The proxy to go through; None where there is none, or the host is inside."""
        inside = self.allows(host) or self._in_network(ipaddress.ip_address(address))
        return None if inside else self.proxy

    def _in_network(self, address: IPAddress) -> bool:
        return any(address in network for network in _networks(self.hosts))


def is_outside(address: IPAddress) -> bool:
    """Whether an address is one of the public internet."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_outside(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _networks(hosts: Iterable[str]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    found = []
    for host in hosts:
        try:
            found.append(ipaddress.ip_network(host.strip("[]"), strict=False))
        except ValueError:  # a name
            continue
    return found


def _place(address: URL) -> tuple[object, ...]:
    """What makes two addresses the same database."""
    backend = address.get_backend_name()
    if backend == "sqlite":
        return (backend, Path(address.database or "").resolve())
    host = (address.host or "localhost").lower()
    local = "localhost" if host in ("127.0.0.1", "::1") else host
    return (backend, local, address.port or 5432, address.database)


_reach = Reach()


def configure(reach: Reach) -> None:
    """Say what may be reached; done once by the roof."""
    global _reach
    _reach = reach


def reach() -> Reach:
    """What may be reached."""
    return _reach
