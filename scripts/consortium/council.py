"""The council of a consortium: its keys, which lie apart from all libraries, and its commands."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from ledger_service.domain.consortium.charter import Charter
from scripts.consortium.chains import ConsortiumChain
from scripts.consortium.command import Ended, Typed, line_of, run_muhr, untold

PAYER = "payer"
MEMBERS = ("rector", "ministry", "academy")
PROPOSED = re.compile(r"\b[0-9a-f]{12}\b")
"""The first digits of a proposal's id, as the command that proposes prints them."""
COUNCILS_NODE = 3  # of Clique's four validators, the one that no university of three has


class Proposed(NamedTuple):
    """id: its first 12 digits; ready_at: seconds, by the chain's time, at or after which it may be done."""

    id: str
    ready_at: int


class Council:
    """Who holds the consortium. accounts: by who holds the key, 0x and 40 hex; `payer` has no right.

    Args:
        folder: for keys and charter; made.
        delay: seconds that each act waits.
        typed: is told of each command.
    """

    def __init__(
        self, folder: Path, chain: ConsortiumChain, delay: int = 0, typed: Typed = untold
    ) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.delay = delay
        self.chain = chain
        self._typed = typed
        self.charter_file = folder / "consortium.json"
        everybody = (PAYER, *MEMBERS)
        with ThreadPoolExecutor(len(everybody)) as pool:
            accounts = list(pool.map(self._make_key, everybody))
        self.accounts = dict(zip(everybody, accounts, strict=True))
        chain.fund([account[2:] for account in self.accounts.values()])

    def found(self, name: str, *more: object) -> Charter:
        """Deploy the contracts and return the charter. more: further options of `muhr consortium init`."""
        seats = [part for who in MEMBERS for part in ("--member", self.accounts[who])]
        self._run(
            *("init", "--name", name, *seats, "--delay", self.delay, *more),
            *(*self._signs(PAYER), "--out", self.charter_file),
            by=PAYER,
        )
        return self.charter

    @property
    def charter(self) -> Charter:
        return Charter.parse(self.charter_file.read_text())

    def act(self, *arguments: object, by: str = MEMBERS[0], expect: int | None = 0) -> Ended:
        """Return what a command left that a member signs, such as `suspend` and a URI."""
        signs = (*self._signs(by), "--charter", self.charter_file)
        return self._run(*arguments, *signs, by=by, expect=expect)

    def ask(self, *arguments: object, expect: int | None = 0) -> Ended:
        """Return what a command left that nobody signs, such as `proposals`."""
        return self._run(*arguments, "--charter", self.charter_file, expect=expect)

    def decide(self, *acts: Sequence[object]) -> None:
        """Do acts: one member proposes each, and another carries it out once it has waited."""
        proposed = [self.propose(*arguments) for arguments in acts]
        if self.delay:
            for one in proposed:
                self.carry_out(one)

    def propose(self, *arguments: object) -> Proposed:
        """Let a member propose; where nothing waits it is done at once."""
        said = self.act(*arguments).out
        if not self.delay:
            return Proposed("", 0)
        return Proposed(PROPOSED.findall(said)[-1], self.chain.time() + self.delay)

    def accredit(self, request: Path) -> None:
        """Make the library of a request a member."""
        self.decide(("accredit", request))

    def carry_out(self, proposed: Proposed) -> None:
        """Let another member do what was proposed, once it has waited."""
        self.chain.reach(proposed.ready_at)
        self.act("carry-out", proposed.id, by=MEMBERS[1])

    def proposals(self) -> list[dict[str, Any]]:
        """Return all that was ever proposed, oldest first, as `muhr consortium proposals --json` tells."""
        found: list[dict[str, Any]] = json.loads(self.ask("proposals", "--all", "--json").out)
        return found

    def _run(self, *arguments: object, by: str = "anybody", expect: int | None = 0) -> Ended:
        settings = {
            "MUHR_HOME": str(self.folder / "no-home"),
            "MUHR_CHAIN_URL": self.chain.url_of(COUNCILS_NODE),
        }
        beside = ("--yes", "--charter", "--out", self.charter_file)
        shown = [part for part in arguments if part not in beside]
        self._typed(by, line_of("consortium", *shown))
        return run_muhr(settings, "consortium", *arguments, expect=expect)

    def _signs(self, who: str) -> tuple[object, ...]:
        password = self.folder / f"{who}.password"
        return "--key", self.folder / f"{who}.json", "--password-file", password, "--yes"

    def _make_key(self, who: str) -> str:
        """Return the account, 0x and 40 hex, of a new key in the council's folder."""
        key, password = self.folder / f"{who}.json", self.folder / f"{who}.password"
        return self._run("account", key, "--password-file", password, by=who).out.strip()
