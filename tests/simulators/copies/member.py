"""Other members of a bench's consortium as it knows them: copies of their ledgers, and what they serve."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ipfs.block_store import FileBlockStore
from ledger_service.adapters.content.blocks import IpfsContent
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import ContentNotFound, ServiceUnavailable
from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.ledger.merkle import leaf_hashes
from ledger_service.ports.consortium.copies import BlockSource
from ledger_service.services.consortium.take_member import take_member
from tests.simulators.bench import Bench
from tests.simulators.consortium import Institution

NOWHERE = "00" * 32


class MemberSimulator:
    """A member with a block store of its own, whose ledger a bench has a copy of.

    fault: how it serves: "" as it should, "away", "lies" or "hangs", which is away after a while.
    """

    def __init__(self, bench: Bench, name: str, folder: Path) -> None:
        self.bench, self.who, self.fault = bench, Institution(name), ""
        self.asked: list[ContentId] = []
        self.content = IpfsContent(FileBlockStore.create(folder / name))
        self.who.join(bench.chain)
        bench.settle()
        take_member(bench.library, self.who.says(bench.clock()))
        mirrors = bench.library.mirrors
        self.mirrored = mirrors.add(f"University {name}", self.who.url, self.who.signer.key)

    @property
    def name(self) -> str:
        return f"University {self.who.name}"

    def holds(self, data: bytes) -> ContentId:
        """Have bytes in its store; return where."""
        with self.content.upload() as upload:
            upload.write(data)
            cid = upload.finish()
            upload.commit()
        return cid

    def registers(self, data: bytes, license: LicenseId, cid: ContentId | None = None) -> ContentId:
        """Have bytes, and a registration of them that stands in its ledger."""
        cid = cid or self.holds(data)
        facts = {
            "cid": cid.base16(),
            "digest": Digest.of(data).hex(),
            "license": license.hex(),
            "metadata": NOWHERE,
            "steward": self.who.steward.hex(),
        }
        self.writes("accepted", facts)
        return cid

    def withdraws(self, data: bytes, code: int) -> None:
        """Withdraw a registration. code: why, as on chain."""
        facts = {
            "digest": Digest.of(data).hex(),
            "steward": self.who.steward.hex(),
            "code": code,
            "block": 1,
            "transaction": NOWHERE,
        }
        self.writes("withdrawn", facts)

    def writes(self, kind: str, facts: dict[str, str | int]) -> None:
        """Let the bench's copy of its ledger have one more entry."""
        body = Entry(kind, self.bench.clock(), facts).format()
        with self.bench.library.mirrors.store(self.mirrored.id).write() as transaction:
            frontier = transaction.ledger.frontier()
            at = frontier.size
            nodes = frontier.extend(leaf_hashes([body]))
            transaction.ledger.append(at, [body], nodes)

    def block(self, cid: ContentId) -> bytes:
        """Serve a block, or what the fault makes of it."""
        self.asked.append(cid)
        if self.fault == "away":
            raise ServiceUnavailable("member", url=self.who.url, cause="timed out")
        _, pieces = self.content.block(cid)
        block = b"".join(pieces)
        return block[:-1] + b"?" if self.fault == "lies" else block


class SourcesSimulator:
    """Implements ports.BlockSources over members on a bench. peers: what our own node finds."""

    def __init__(self, *members: MemberSimulator, peers: BlockSource | None = None) -> None:
        self._members = {member.who.url: member for member in members}
        self._peers = peers

    @contextmanager
    def member(self, name: str, url: str) -> Iterator[BlockSource]:
        if url not in self._members:
            raise ServiceUnavailable("member", url=url, cause=f"{name} is nowhere")
        yield self._members[url]

    @contextmanager
    def own_network(self) -> Iterator[BlockSource | None]:
        yield self._peers


def nobody_has(cid: ContentId) -> bytes:
    """Raise ContentNotFound."""
    raise ContentNotFound("block", cid=str(cid))
