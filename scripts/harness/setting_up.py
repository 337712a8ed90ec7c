"""Homes of libraries: set up in this process, copied, and their accounts given money on an outer chain."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from ledger_service import config as configuration
from ledger_service.adapters.keys import KeyFolder
from ledger_service.cli.operate import write_token
from ledger_service.domain.people.caller import Role
from ledger_service.founding import initialize

LARGEST_BYTES = 3 * 2**20  # the limit of test libraries


class OuterChain(Protocol):
    """A chain that somebody else runs, given to libraries by its URL."""

    @property
    def url(self) -> str: ...

    def fund(self, accounts: Sequence[str]) -> None: ...


def settings_in(home: Path) -> dict[str, str]:
    """Return the settings of a test's library in this folder, which anchors without waiting."""
    return {
        "MUHR_HOME": str(home),
        "MUHR_ANCHOR_SECONDS": "0",
        "MUHR_LARGEST_RESOURCE_BYTES": str(LARGEST_BYTES),
        "MUHR_MEDIA_A_MINUTE": "0",
    }


def settings_on(chain: OuterChain) -> dict[str, str]:
    """Return the settings by which a library uses a chain that somebody else runs."""
    return {"MUHR_CHAIN_URL": chain.url, "MUHR_CONFIRMATIONS": "1"}


def fund_accounts(chain: OuterChain, folder: Path, password_file: Path | None = None) -> None:
    """Make a library's keys in a folder, if they are missing, and give money to those that pay."""
    keys = KeyFolder(folder, password_file or folder / "password")
    keys.create()
    chain.fund([keys.address("admin"), keys.address("relayer")])


def set_up(settings: dict[str, str], outer: OuterChain | None = None) -> None:
    """Set a library up as `muhr init` does; on an outer chain its accounts are given money first."""
    config = configuration.load(settings)
    if outer is not None:
        fund_accounts(outer, config.keys, config.password_file)
    initialize(
        config,
        name="Test library",
        uri="https://library.example/",
        origin="library.example/muhr",
        step=lambda _: None,
    )
    write_token(config, Role.REGISTRAR)
    write_token(config, Role.AUDITOR)


def copy_home(blank: Path, home: Path) -> None:
    """Copy a library that is not running; an embedded chain will look for a port of its own."""
    shutil.copytree(blank, home)
    settings = home / "chain.json"
    if not settings.exists():  # it uses an outer chain
        return
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "port": 0}))
