"""A registrar's key is stolen, used past the library, closed as of the theft, and replaced."""

from __future__ import annotations

import time
from pathlib import Path

from scripts.consortium.schedules.player import Cast, Player
from scripts.consortium.story.scene import digest_of
from scripts.consortium.thief import register_as


def steal_and_close(cast: Cast, victim: Player, forged: Path) -> str:
    """Return the digest of what a thief has registered, once the council has closed the key.

    The victim must be at rest, with nothing between it and the chain.
    """
    theft = max(cast.chain.time(), int(time.time())) + 1
    cast.chain.reach(theft)
    account = victim.keys.address("registrar")
    register_as(victim, cast.chain, forged)
    since = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(theft))
    cast.council.decide(("close", "0x" + account, "--since", since))
    victim.run("keys", "rotate", "registrar")
    request = victim.home / "rotate-request.json"
    cast.council.decide(("rotate", request, "--joined", victim.request_file))
    return digest_of(forged)
