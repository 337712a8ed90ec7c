"""Ask members now and then by which rules they go, and compare these with ours."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.errors import InvalidReceiver, ServiceUnavailable
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.reasons import Value
from ledger_service.ports.publication import Mirrored
from ledger_service.services.library import Library

RULES_PATH = "/api/v1/consortium"
RULES_SECONDS = 600  # between two times that a member is asked whose rules are ours
AGAIN_SECONDS = 30  # whose rules differ: one of us may be about to take in the newer ones
ASK_SECONDS = 5.0
MOST_BYTES = 256 * 1024


@dataclass
class Rules:
    """What was heard of each member's rules in this process, beside the charter that we have now."""

    library: Library
    _told: dict[StewardId, dict[str, str]] = field(default_factory=dict)
    _asked_at: dict[StewardId, float] = field(default_factory=dict)

    def ask(self, mirrored: Mirrored) -> None:
        """Ask the member whose ledger this is, if that is due; whoever does not answer is asked later."""
        member, client = mirrored.member, self.library.members
        if member is None or client is None:
            return
        rest = AGAIN_SECONDS if self.differing(member) else RULES_SECONDS
        if time.monotonic() - self._asked_at.get(member, -rest) < rest:
            return
        self._asked_at[member] = time.monotonic()
        try:
            answer = client.get_json(
                mirrored.address, RULES_PATH, most_bytes=MOST_BYTES, seconds=ASK_SECONDS
            )
        except (ServiceUnavailable, InvalidReceiver):
            return
        self._told[member] = _rules_in(answer)

    def differing(self, member: StewardId) -> dict[str, Value] | None:
        """Return in what its rules differ from ours, empty if in nothing; None if nothing was heard."""
        charter = self.library.charter
        if charter is None or member not in self._told:
            return None
        return _differences(charter, self._told[member])


def _rules_in(answer: Any) -> dict[str, str]:
    """Return the rules in a member's answer, each as a short word; nothing else of it is kept."""
    told = answer if isinstance(answer, dict) else {}
    return {name: _shown(told.get(name)) for name in ("digest", "quorum", "copies")}


def _differences(charter: Charter, theirs: dict[str, str]) -> dict[str, Value]:
    """Return in what a member's rules differ from our charter: what it has and what we have, as text."""
    ours = {"digest": charter.digest.hex(), "quorum": charter.quorum, "copies": charter.copies}
    differ = [name for name, value in ours.items() if theirs[name] != str(value)]
    if not differ:
        return {}
    return {
        "theirs": ", ".join(f"{name} {theirs[name]}" for name in differ),
        "ours": ", ".join(f"{name} {ours[name]}" for name in differ),
    }


def _shown(value: Any) -> str:
    """Return a stranger's value as a short word of letters and digits."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else "?"
    return text if len(text) <= 64 and text.isascii() and text.isalnum() else "?"
