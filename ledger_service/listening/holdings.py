"""What callers hold of a server: their connections, and among them those that are slow.

A connection *waits* while no request of it is under way, and is *slow* while the server waits for
more of its body, or for room to send more. Nobody is refused for how much is asked or answered. If
there is no room, whoever has been silent for longest goes: first of the address that has too much,
then of the one that has most. A quarter of all connections, and of each address's, is never slow.
Half of all connections, and of each address's, is never a WebSocket: these stay for hours.
"""

from __future__ import annotations

from collections import Counter
from typing import Protocol

from ledger_service.services.limits import ConnectionLimits


class Held(Protocol):
    """A connection, as far as it is counted."""

    def cut(self) -> None:
        """End it at once, without an answer."""


class Address:
    """The connections of one address; both lists begin with the one that was silent for longest."""

    __slots__ = ("connections", "name", "slow", "sockets", "waiting")

    def __init__(self, name: str) -> None:
        self.name = name
        self.connections = 0
        self.sockets = 0
        self.waiting: dict[Held, None] = {}
        self.slow: dict[Held, None] = {}


class Holdings:
    """The connections of one server."""

    def __init__(self, limits: ConnectionLimits, refused: Counter[str] | None = None) -> None:
        self._limits = limits
        self._addresses: dict[str, Address] = {}
        self.connections = 0
        self.slow: dict[Held, Address] = {}
        self.sockets: dict[Held, Address] = {}
        self.refused: Counter[str] = Counter() if refused is None else refused
        """How many were cut or sent away, by reason."""

    def address(self, name: str) -> Address:
        """Return the account of an address."""
        found = self._addresses.get(name)
        if found is None:
            found = self._addresses[name] = Address(name)
        return found

    def waiting(self) -> list[Held]:
        """Return the connections that wait."""
        return [held for address in self._addresses.values() for held in address.waiting]

    def enter(self, held: Held, address: Address, *, is_proxy: bool = False) -> bool:
        """Count a connection that begins to wait; return False if there is no room for it.

        is_proxy: many callers stand behind it, so that only the bound on all connections holds.
        """
        of_address = self._limits.of_address
        if not is_proxy and address.connections >= of_address and not self._free(address):
            return self._refuse(address)
        if self.connections >= self._limits.connections and not self._free(self._largest()):
            return self._refuse(address)
        self.connections += 1
        address.connections += 1
        address.waiting[held] = None
        return True

    def upgrade(self, held: Held, socket: Held, address: Address, name: str) -> bool:
        """Count a connection as a WebSocket from now on; return False if there are too many of these.

        address: on whose account the connection is; name: of the address whose request it is.
        """
        asking = self.address(name)
        of_address = self._limits.of_address // 2
        if asking.sockets >= of_address or len(self.sockets) >= self._limits.connections // 2:
            self.refused["no room for a socket"] += 1
            self._forget(asking)
            return False
        self.moved_on(held)
        address.waiting.pop(held, None)
        asking.sockets += 1
        self.sockets[socket] = asking
        return True

    def leave(self, held: Held, address: Address) -> None:
        """Count a connection no more. It may have stopped being slow before."""
        asking = self.sockets.pop(held, None)
        if asking is not None:
            asking.sockets -= 1
            self._forget(asking)
        self.connections -= 1
        address.connections -= 1
        address.waiting.pop(held, None)
        self._forget(address)

    def slowed(self, held: Held, name: str) -> None:
        """Count a connection of this address as slow; if too many are, who is silent longest is cut."""
        self.moved_on(held)
        address = self.address(name)
        address.slow[held] = None
        self.slow[held] = address
        if len(address.slow) > _part(self._limits.of_address):
            self._cut(next(iter(address.slow)), "slow of one address")
        elif len(self.slow) > _part(self._limits.connections):
            self._cut(next(iter(self.slow)), "slow")

    def moved_on(self, held: Held) -> None:
        """Count a connection as slow no more."""
        address = self.slow.pop(held, None)
        if address is not None:
            address.slow.pop(held, None)
            self._forget(address)

    def _free(self, address: Address) -> bool:
        """Cut one connection of an address; return False if all of them are at work."""
        for held in address.waiting or address.slow:
            self._cut(held, "waited" if address.waiting else "slow")
            return True
        return False

    def _largest(self) -> Address:
        """Return the address of which most connections wait; if none does, are slow."""
        return max(
            self._addresses.values(), key=lambda address: (len(address.waiting), len(address.slow))
        )

    def _cut(self, held: Held, reason: str) -> None:
        self.refused[reason] += 1
        held.cut()

    def _refuse(self, address: Address) -> bool:
        self.refused["no room"] += 1
        self._forget(address)
        return False

    def _forget(self, address: Address) -> None:
        if not address.connections and not address.slow and not address.sockets:
            self._addresses.pop(address.name, None)


def _part(limit: int) -> int:
    """Return how many of so many connections may be slow at a time."""
    return max(1, limit * 3 // 4)
