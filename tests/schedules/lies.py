"""What one member may lie about, and where it shows: each lie has a time, and a place where it is named."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ledger_service.adapters.sql.store import SqlStore
from ledger_service.domain.consortium.alarm import AlarmKind
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.checkpoint import Checkpoint, sign_note
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.ledger.tiled_ledger import TileName
from ledger_service.services.consortium.list_members import list_members
from ledger_service.services.consortium.take_member import take_member
from ledger_service.services.ledger.append_entry import append_bodies, append_entry
from ledger_service.services.library import Library
from tests.schedules.university import University
from tests.simulators.bench import open_bench_store
from tests.simulators.source import SourceSimulator
from tests.simulators.tampered import ChainAsRead, Lived, Operator, audit, copy_database
from tests.simulators.tamperings import KINDS

AGAINST = frozenset({AlarmKind.FORK, AlarmKind.AGAINST_ANCHOR})
LATE = frozenset({AlarmKind.BEHIND, AlarmKind.WITHHELD, AlarmKind.NOT_ANCHORED})


class Lie:
    """Attributes:
    forged: digests that nobody registered, for which no verdict may ever speak.
    """

    def __init__(self, liar: University, others: list[University], draw: random.Random) -> None:
        self.liar = liar
        self.others = others
        self.draw = draw
        self.forged: list[Digest] = []

    def tell(self) -> None:
        """Do it; the schedule calls this once, somewhere in the middle."""

    def files_for(self, asking: University) -> SourceSimulator:
        """Return what another member that copies the liar's ledger is served."""
        return self.liar.source

    def alarms_at(self, member: University) -> frozenset[AlarmKind]:
        """Return of which alarms about the liar this member raises one at last; none if it sees nothing."""
        return frozenset()

    def found(self) -> list[str]:
        """Return the names by which an audit of the liar, or a copy of its ledger, tells of the lie."""
        return [finding.name for finding in self.liar.audit().findings]

    def _forge(self) -> Digest:
        digest = Digest.of(self.draw.randbytes(16))
        self.forged.append(digest)
        return digest

    def _append(self, kind: str, **changes: Any) -> None:
        """Append an entry like one that stands, with other facts."""
        with self.liar.store.write() as transaction:
            bodies = transaction.ledger.entries(0, transaction.ledger.size())
            like = next(entry for entry in map(Entry.parse, bodies) if entry.kind == kind)
            append_entry(
                transaction, replace(like, at=like.at + 1, facts={**like.facts, **changes})
            )


class FalseRegistration(Lie):
    """Its ledger tells that the chain has a registration, which it has not."""

    def tell(self) -> None:
        self._append("registered", digest=self._forge().hex())


class AnothersClaim(Lie):
    """Its ledger takes a claim in under the name of another member."""

    def tell(self) -> None:
        victim = self.draw.choice(self.others)
        self._append("accepted", digest=self._forge().hex(), steward=victim.steward.hex())


class OtherTitle(Lie):
    """It shows other words than those that its entries commit to."""

    def tell(self) -> None:
        self.liar.source.change_descriptions = lambda told: {**told, "title": "Another book"}


class ShownOtherwise(Lie):
    """It serves hashes other than those of its entries, while somebody copies its ledger or audits it."""

    def tell(self) -> None:
        self.liar.source.change_tile = self._change

    def _change(self, _: TileName, data: bytes) -> bytes:
        return bytes([data[0] ^ 1]) + data[1:]


class TwoHistories(Lie):
    """It shows one member another history than all others, signed by the same key."""

    def __init__(self, liar: University, others: list[University], draw: random.Random) -> None:
        super().__init__(liar, others, draw)
        self.fooled = draw.choice(others)
        self._fork: SourceSimulator | None = None
        self._forked: tuple[int, int] | None = (
            None  # how much is common to both, and the size of this one
        )
        self._store: SqlStore | None = None

    def tell(self) -> None:
        path = self.liar.bench.folder / "fork.db"
        copy_database(self.liar.bench.folder / "muhr.db", path)
        self._store = open_bench_store(path)
        signer, facts = self.liar.signer, {"digest": self._forge().hex()}
        with self._store.write() as transaction:
            bodies = transaction.ledger.entries(0, transaction.ledger.size())
            like = next(entry for entry in map(Entry.parse, bodies) if entry.kind == "accepted")
            made = [
                replace(like, at=like.at + n, facts={**like.facts, **facts}) for n in range(1, 4)
            ]
            append_bodies(transaction, [entry.format() for entry in made])
            frontier = transaction.ledger.frontier()
            root, size = frontier.root(), frontier.size
            self._forked = len(bodies), size
            text = Checkpoint(signer.key.name, size, root).format()
            transaction.checkpoints.add(size, root, self.liar.bench.clock())
            transaction.checkpoints.set_note(size, sign_note(text, signer.key, signer.sign))
        library: Library = replace(self.liar.library, store=self._store)
        self._fork = SourceSimulator(library)

    def files_for(self, asking: University) -> SourceSimulator:
        is_fooled = asking is self.fooled and self._fork is not None
        return self._fork if is_fooled and self._fork is not None else self.liar.source

    def alarms_at(self, member: University) -> frozenset[AlarmKind]:
        if member is not self.fooled or self._forked is None:
            return frozenset()
        common, size = self._forked
        anchored = [
            event.number("size")
            for mined in self.liar.chain.blocks
            for event in mined.events
            if self.liar.anchors(event)
        ]
        if any(common < one <= size for one in anchored):
            return AGAINST
        return AGAINST | LATE  # no anchor speaks of what was made up

    def found(self) -> list[str]:
        """Return what an audit of the history finds that the fooled member is shown."""
        if self._fork is None:
            return []
        source, self.liar.source = self.liar.source, self._fork
        try:
            return super().found()
        finally:
            self.liar.source = source


class AnothersName(Lie):
    """It announces another member's ledger, or another's name and address, as its own."""

    def tell(self) -> None:
        victim = self.draw.choice(self.others)
        own, others = (one.institution for one in (self.liar, victim))
        at = self.liar.bench.clock() + 1
        told = self.draw.choice(
            [
                {"key": victim.signer.key},
                {"uri": others.uri, "name": "Another"},
                {"uri": others.uri, "key": victim.signer.key, "url": "https://liar.example"},
                {"uri": others.uri, "registrar": others.registrar, "url": "https://liar.example"},
            ]
        )
        text = own.says(at, **told)
        self._refused = []
        for member in self.others:
            before = [one.text for one in list_members(member.library)]
            with suppress(LedgerError):
                take_member(member.library, text)
                continue
            self._refused.append(member.name)
            assert [one.text for one in list_members(member.library)] == before

    def found(self) -> list[str]:
        """Return who refused it: an audit of its ledger has nothing of it."""
        return self._refused if len(self._refused) == len(self.others) else []


class TamperedDatabase(Lie):
    """Somebody changes its database behind its back, in one of the ways that docs/tampering.md lists."""

    def __init__(self, liar: University, others: list[University], draw: random.Random) -> None:
        super().__init__(liar, others, draw)
        self._older = liar.bench.folder / "older.db"
        self.kind = draw.choice(sorted(KINDS))

    def tell(self) -> None:
        copy_database(self.liar.bench.folder / "muhr.db", self._older)

    def found(self) -> list[str]:
        path = self.liar.bench.folder / "tampered.db"
        copy_database(self.liar.bench.folder / "muhr.db", path)
        blocks = [mined.block for mined in self.liar.chain.blocks]
        told = [event for mined in self.liar.chain.blocks for event in mined.events]
        chain = ChainAsRead(self.liar.chain.chain_id, self.liar.chain.anchor_contract, blocks, told)
        lived = Lived(path, [self._older], self.liar.library, self.liar.signer, chain)
        KINDS[self.kind](Operator(lived, path, self.draw))
        return [finding.name for finding in audit(lived, path).findings]


LIES: dict[str, Callable[..., Lie]] = {
    lie.__name__: lie
    for lie in (
        FalseRegistration,
        AnothersClaim,
        OtherTitle,
        AnothersName,
        ShownOtherwise,
        TwoHistories,
        TamperedDatabase,
    )
}
