"""A member whose lines to the chain and to the other members can be cut."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from ledger_service.adapters.evm.node import Node
from ledger_service.adapters.evm.reader import EvmReader
from ledger_service.adapters.keys import KeyFolder
from ledger_service.domain import foreign_text
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.identifiers import StewardId
from ledger_service.services.chain.complete_events import complete_events
from scripts.consortium.command import Typed, untold
from scripts.consortium.schedules.front import Front
from scripts.consortium.schedules.line import Line, State
from scripts.consortium.universities import Universities
from scripts.consortium.university import University
from scripts.harness.processes import NotServed, children_of

STARTS = 3  # tries: a process that was killed may hold its home or its port a moment longer


class Player(University):
    """A university. line: to its chain. front: by which the other members reach it."""

    def __init__(
        self,
        folder: Path,
        name: str,
        charter: Path,
        chain_url: str,
        confirmations: int,
        typed: Typed = untold,
    ) -> None:
        port = urlsplit(chain_url).port
        assert port is not None
        self.line = Line(port)
        super().__init__(folder, name, charter, self.line.url, confirmations, typed=typed)
        self.front = Front(self.url)
        self.is_down = False

    @property
    def steward(self) -> str:
        """Its id on chain, 64 hex."""
        return StewardId.of_uri(self.uri).hex()

    @property
    def keys(self) -> KeyFolder:
        return KeyFolder(self.home / "keys", self.home / "keys" / "password")

    def joining(self) -> tuple[object, ...]:
        *asked, _ = super().joining()
        return (*asked, self.front.url)

    def fall(self) -> None:
        """Kill `muhr serve` as a crash does."""
        self.kill()
        self.is_down = True

    def rest(self) -> None:
        """End `muhr serve` as its operator does, until it is to rise."""
        self._server.stop()
        self.is_down = True

    def fall_in_part(self, draw: Random) -> None:
        """Kill one process that `muhr serve` has started, such as its worker."""
        children = sorted(children_of(self.process_id))
        if children:
            os.kill(draw.choice(children), signal.SIGKILL)

    def rise(self) -> None:
        """Serve again, if it was killed."""
        for tried in range(STARTS):
            try:
                if self.is_down:
                    self.serve()
                self.is_down = False
                return
            except NotServed:
                if tried + 1 == STARTS:
                    raise

    def heal(self) -> None:
        """Let all be whole: its lines, and its processes."""
        self.line.set(State.WHOLE)
        self.front.set(State.WHOLE)
        if self.is_held:
            self.go_on()
        self.rise()

    def end(self) -> None:
        if not self.is_down:
            super().end()
        self.front.stop()
        self.line.stop()


class Cast(Universities):
    """Several players of one consortium, on one Ganache."""

    members: list[University]

    @property
    def players(self) -> Sequence[Player]:
        return [member for member in self.members if isinstance(member, Player)]

    def join(self, name: str) -> Player:
        """Return a new member, which is accredited and served, and knows one of the others."""
        [asking] = self.ask(name)
        assert isinstance(asking, Player)
        self.admit([asking])
        asking.run("consortium", "meet", self.players[0].front.url)
        return asking

    def _university(self, name: str) -> Player:
        player = Player(
            self.folder / name,
            name,
            self.council.charter_file,
            self.chain.url_of(len(self.members)),
            self.chain.confirmations,
            self._typed,
        )
        self.stack.callback(player.end)
        self.members.append(player)
        return player

    def events(self, of: Player) -> list[Any]:
        """Return all events on chain, asked from the node itself, by the contracts of a player."""
        deployment = Deployment.parse(foreign_text.parse(of.deployment_file.read_bytes()))
        reader = EvmReader(Node(self.chain.url_of(0)), deployment)
        events, _ = complete_events(reader, deployment.first_block, reader.head().number, {})
        return events
