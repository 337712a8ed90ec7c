"""A bench in a consortium of three, whose other two are simulated, for tests of copies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.identifiers import LicenseId
from ledger_service.ports.consortium.copies import KeptCopy
from ledger_service.services.consortium.announce_self import announce_self
from ledger_service.services.consortium.copies.keep_copies import CopyKeeper
from ledger_service.services.limits import Limits
from tests.simulators.bench import Bench
from tests.simulators.consortium import CHARTER, make_member
from tests.simulators.copies.member import MemberSimulator, SourcesSimulator

MIB = 2**20
LARGE = b"".join(bytes([n]) * MIB for n in range(3)) + b"the end"  # four leaves below a node


class Circle:
    """A bench in a consortium of three, whose rule wants a copy at every member."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        announcer = make_member(bench, replace(CHARTER, copies=3))
        limits = Limits(largest_resource_bytes=64 * MIB, copied_a_second=2**40)
        bench.library = replace(bench.library, limits=limits)
        self.bench = bench
        self.license: LicenseId = bench.license().id
        bench.settle()
        announce_self(bench.library, announcer)
        self.a, self.b = (MemberSimulator(bench, name, folder) for name in "ab")
        self.sources = SourcesSimulator(self.a, self.b)
        self.folder = folder

    def keeper(self, **limits: int) -> CopyKeeper:
        """Return a step of the worker, with limits of its own."""
        library = self.bench.library
        own = replace(library, limits=replace(library.limits, **limits))
        return CopyKeeper(own, sources=self.sources)

    def work(self, keeper: CopyKeeper | None = None) -> None:
        """Let the step do all that is due."""
        keeper = keeper or self.keeper()
        for _ in range(4):
            keeper.work(lambda: False)

    def rule(self, copies: int) -> None:
        """Let the council want so many copies."""
        charter = replace(CHARTER, copies=copies)
        self.bench.library = replace(self.bench.library, read_charter=lambda: charter)

    def copy(self, cid: ContentId) -> KeptCopy | None:
        """Return what is noted of a copy."""
        with self.bench.store.read() as transaction:
            return transaction.member_copies.copy(cid)

    def is_kept(self, cid: ContentId) -> bool:
        """Return whether a copy is here."""
        found = self.copy(cid)
        return found is not None and found.is_kept

    def read(self, cid: ContentId) -> bytes:
        """Return the bytes of a content that is here."""
        content = self.bench.library.content
        return b"".join(content.read(cid, 0, content.size(cid)))
