"""The keys of a library's roles: the present one, the next one beside it, and those that were.

A role has ROLE.json, and from a rotation on ROLE.next.json, until the contracts let that account act; then
it becomes ROLE.json, and the one before is kept as ROLE.was-ACCOUNT.json. Which of them is used is decided by
the chain, so a process that is killed between two files goes on with the right one (ADR 0147).
"""

from __future__ import annotations

from typing import Any

from eth_account import Account
from eth_account.messages import encode_defunct

from ledger_service.adapters.keys import KeyFolder, former_of, next_of
from ledger_service.domain.errors import NotInitialized


class RoleKeys:
    """Opens each key once. folder: of the library's keys."""

    def __init__(self, folder: KeyFolder) -> None:
        self._folder = folder
        self._opened: dict[str, Any] = {}

    def accounts(self, role: str) -> list[str]:
        """Return the accounts (40 hex) that there are keys for: former ones, the present, the next."""
        found = [self._folder.address(name) for name in self._folder.names(role)]
        return list(dict.fromkeys(found))

    def present_account(self, role: str) -> str:
        """Return the account of the present key."""
        return self._folder.address(role)

    def next_account(self, role: str) -> str | None:
        """Return the account that is to follow the present one, None if no rotation is under way."""
        name = next_of(role)
        return self._folder.address(name) if name in self._folder.names(role) else None

    def add_next(self, role: str) -> str:
        """Return the account that is to follow; the same one until it has taken the present one's place.

        Raises:
            NotInitialized, HomeInUse: see KeyFolder.add_secp256k1.
        """
        return self._folder.add_secp256k1(next_of(role))

    def leave_next(self, role: str) -> None:
        """Let no account follow, so that the next one is another; its key is kept. Raises as `add_next`."""
        account = self.next_account(role)
        if account is not None:
            self._folder.set_aside(next_of(role), former_of(role, account))

    def key(self, role: str, account: str) -> Any:
        """Return the key of an account as eth-account has it.

        Raises:
            NotInitialized: there is none. InvalidInput: the password does not open it.
        """
        if account not in self._opened:
            names = [n for n in self._folder.names(role) if self._folder.address(n) == account]
            if not names:
                raise NotInitialized("key-file", file=f"{role} 0x{account}")
            self._opened[account] = Account.from_key(self._folder.secp256k1(names[-1]))
        return self._opened[account]

    def sign_message(self, role: str, account: str, message: bytes) -> bytes:
        """Return an account's signature (65 bytes) of a personal message (EIP-191); raises as `key`."""
        signed = self.key(role, account).sign_message(encode_defunct(primitive=message))
        return bytes(signed.signature)

    def promote(self, role: str, account: str) -> None:
        """Let an account be the present one, if it is the next one; raise HomeInUse."""
        if self.next_account(role) == account:
            present = self._folder.address(role)
            self._folder.put_in_place(role, next_of(role), former_of(role, present))
