"""A registrar's key is stolen and used past its library, until the council closes it as of the theft."""

from __future__ import annotations

import hashlib
import random

from ledger_service.domain.chain.intent import RegisterResource
from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.identifiers import Digest, LicenseId
from tests.schedules.university import University

FOR_LONG = 2**40


class Theft:
    """victim: whose account was stolen, at which time.

    Attributes:
        digest: what the thief registers; nothing of the victim's.
    """

    def __init__(self, victim: University, account: str, at: int) -> None:
        self.victim = victim
        self.account = account
        self.at = at
        self.digest = Digest.of(f"of the thief of {victim.name} at {at}".encode())

    def use(self, draw: random.Random) -> None:
        """Register something in the victim's name, if the chain takes it just now."""
        hub, steward = self.victim.chain, self.victim.steward
        license_id = LicenseId(bytes.fromhex(draw.choice(sorted(hub.now.licenses))))
        cid = ContentId(RAW, self.digest.value)
        intent = RegisterResource(self.digest, steward, license_id, cid, Digest.of(b"stolen"))
        hub.act(lambda state: state.register(intent, self.account))

    @property
    def is_closed(self) -> bool:
        """Whether the chain has both acts of the council; a fork may have taken them away."""
        windows, steward = self.victim.chain.now.windows, self.victim.steward.hex()
        return windows[steward, self.account][2] == self.at and (steward, self._new) in windows

    @property
    def _new(self) -> str:
        name = f"new registrar of {self.victim.name}"
        return hashlib.sha256(name.encode()).hexdigest()[:40]

    def close(self) -> None:
        """Let the council close the account as of the theft, and another one act since then."""
        hub, steward, at, new = self.victim.chain, self.victim.steward.hex(), self.at, self._new
        if not hub.now.accredited[steward]:  # the contract gives a suspended steward no new account
            hub.act(lambda state: state.reinstate(steward))
        if hub.now.windows[steward, self.account][2] != at:
            hub.act(lambda state: state.close_registrar(steward, self.account, at))
        if (steward, new) not in hub.now.windows:
            hub.act(lambda state: state.add_registrar(steward, new, at, FOR_LONG))
        if new not in hub.own.keys["registrar"]:
            hub.own.keys["registrar"].append(new)

    def was_used_on(self, member: University) -> bool:
        """Return whether the account registered anything of this member's after the theft."""
        return member is self.victim and any(
            event.arguments["registrar"] == self.account and event.block_time >= self.at
            for event in member.chain.events_named("ResourceRegistered")
        )

    def taints(self, member: University, digest: Digest) -> bool:
        """Return whether the stolen account registered this after the theft, be it by its owner."""
        if member is not self.victim:
            return False
        return any(
            event.arguments["registrar"] == self.account and event.block_time >= self.at
            for event in member.chain.events_named("ResourceRegistered")
            if (event.subject, event.arguments["steward"]) == (digest.hex(), member.steward.hex())
        )
