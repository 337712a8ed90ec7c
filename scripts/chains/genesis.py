"""The first blocks of the test bed's chains."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from scripts.chains import faucet

GAS_LIMIT = 36_000_000
FIRST_BASE_FEE_WEI = 10**9
EMPTY_VANITY, EMPTY_SEAL = "00" * 32, "00" * 65


def prague(program: Path, chain_id: int) -> dict[str, Any]:
    """Return a genesis after the merge, with Prague's rules from the first block on.

    Its system contracts are those that geth itself prints for its development chain.
    """
    printed = subprocess.run(
        [program, "--dev", "dumpgenesis"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    given: dict[str, Any] = json.loads(printed.stdout)
    later = ("osakaTime", "bogotaTime", "amsterdamTime")
    config = {name: value for name, value in given["config"].items() if name not in later}
    contracts = {at: held for at, held in given["alloc"].items() if "code" in held}
    return {
        "config": {**config, "chainId": chain_id},
        "difficulty": "0x0",
        "gasLimit": hex(GAS_LIMIT),
        "baseFeePerGas": hex(FIRST_BASE_FEE_WEI),
        "timestamp": "0x0",
        "extraData": "0x",
        "alloc": contracts | _riches(),
    }


def clique(signers: list[str], chain_id: int, period: int) -> dict[str, Any]:
    """Return a genesis by EIP-225 with London's rules, the last that geth's Clique knows.

    signers: accounts of 40 hex; period: seconds between blocks.
    """
    forks = ("homestead", "eip150", "eip155", "eip158", "byzantium", "constantinople", "petersburg")
    rules = {f"{name}Block": 0 for name in (*forks, "istanbul", "berlin", "london")}
    return {
        "config": {"chainId": chain_id, **rules, "clique": {"period": period, "epoch": 30_000}},
        "difficulty": "0x1",
        "gasLimit": hex(GAS_LIMIT),
        "baseFeePerGas": hex(FIRST_BASE_FEE_WEI),
        "timestamp": "0x0",
        "extraData": "0x" + EMPTY_VANITY + "".join(sorted(signers)) + EMPTY_SEAL,
        "alloc": _riches(),
    }


def _riches() -> dict[str, Any]:
    return {faucet.ADDRESS.removeprefix("0x"): {"balance": hex(faucet.WEALTH_WEI)}}
