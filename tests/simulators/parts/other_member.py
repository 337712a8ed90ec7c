"""Another library on the chain of a bench: a ledger with entries of anybody's choosing, copied here."""

from __future__ import annotations

from collections.abc import Sequence

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.chain.intent import AnchorCheckpoint, RegisterResource
from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.identifiers import Digest, LedgerId, StewardId
from ledger_service.domain.ledger.checkpoint import Checkpoint, sign_note
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.ledger.merkle import (
    Frontier,
    NodeName,
    consistency_proof,
    leaf_hash,
    root_hash,
)
from ledger_service.domain.ledger.tiled_ledger import TileName, format_bundle
from ledger_service.services.publication.mirror_ledger import mirror_ledger
from tests.simulators.bench import Bench, signer_of

METADATA = Digest.of(b"its metadata")


class OtherMember:
    """Implements ports.LedgerFiles over its own entries. name: a word, which makes its keys and addresses."""

    def __init__(self, bench: Bench, name: str) -> None:
        self.bench, self.name = bench, name
        self.uri, self.url = f"https://{name}.example", f"https://library.{name}.example"
        self.steward = StewardId.of_uri(self.uri)
        self.signer = signer_of(name, f"library.{name}.example/main")
        self.ledger = LedgerId.of_origin(self.signer.key.name)
        self.registrar, self.anchorer = (
            Digest.of(f"{role} of {name}".encode()).hex()[:40] for role in ("registrar", "anchorer")
        )
        self.entries: list[bytes] = []
        self.anchored = 0
        self._nodes: dict[NodeName, bytes] = {}
        self._frontier = Frontier()
        steward = self.steward.hex()
        bench.chain.act(lambda state: state.accredit(steward))
        bench.chain.act(lambda state: state.add_registrar(steward, self.registrar, 0, 2**40))
        bench.chain.act(lambda state: state.open_ledger(self.ledger.hex(), steward, self.anchorer))
        self.license = bench.license().id
        bench.settle()

    # ---- its ledger -------------------------------------------------------------------------------

    def tell(self, kind: str, **facts: str | int) -> int:
        """Append an entry on a digest of its own steward, unless another is told; return its index."""
        facts = {"steward": self.steward.hex(), **facts}
        self.entries.append(Entry(kind, self.bench.clock(), facts).format())
        self._nodes.update(self._frontier.append(leaf_hash(self.entries[-1])))
        return len(self.entries) - 1

    def claim(self, data: bytes, kind: str = "accepted", **more: str | int) -> int:
        """Take bytes in; return the entry's index."""
        digest = Digest.of(data)
        facts = {
            "digest": digest.hex(),
            "cid": ContentId(RAW, digest.value).base16(),
            "license": self.license.hex(),
            "metadata": METADATA.hex(),
        }
        return self.tell(kind, **{**facts, **more})

    def register(self, data: bytes) -> int:
        """Register bytes on chain and tell of it; return the entry's index."""
        digest = Digest.of(data)
        claim = RegisterResource(
            digest, self.steward, self.license, ContentId(RAW, digest.value), METADATA
        )
        self.bench.chain.act(lambda state: state.register(claim, self.registrar))
        self.bench.settle()
        event = self.bench.chain.events_named("ResourceRegistered")[-1]
        return self.claim(data, "registered", block=event.block, transaction=event.transaction)

    def anchor(self) -> None:
        """Anchor all its entries on chain, and let the bench's index read that."""
        size, old = len(self.entries), self.anchored
        proof = consistency_proof(old, size, self._read)
        given = AnchorCheckpoint(old, size, root_hash(size, self._read), tuple(proof))
        self.bench.clock.advance(1)
        self.bench.chain.act(lambda state: state._anchor(self.ledger.hex(), self.anchorer, given))
        self.anchored = size
        self.bench.settle()

    def copied(self) -> None:
        """Let the bench copy its ledger as far as it goes."""
        mirrors, clock = self.bench.library.mirrors, self.bench.clock
        known = mirrors.add(f"Library of {self.name}", self.url, self.signer.key)
        mirror_ledger(mirrors, clock, known, self, check_ed25519)

    def fork(self, since: int) -> None:
        """Forget its entries from an index on, as if they had never been."""
        kept = self.entries[:since]
        self.entries, self._nodes, self._frontier = [], {}, Frontier()
        for body in kept:
            self.entries.append(body)
            self._nodes.update(self._frontier.append(leaf_hash(body)))

    # ---- ports.LedgerFiles ------------------------------------------------------------------------

    def checkpoint(self) -> str:
        size = len(self.entries)
        root = root_hash(size, self._read) if size else Frontier().root()
        text = Checkpoint(self.signer.key.name, size, root).format()
        return sign_note(text, self.signer.key, self.signer.sign)

    def tile(self, name: TileName) -> bytes:
        if name.level is None:
            return format_bundle(self.entries[name.first :][: name.width])
        names = [NodeName(8 * name.level, name.first + place) for place in range(name.width)]
        return b"".join(self._read(names))

    def close(self) -> None:
        pass

    def _read(self, names: Sequence[NodeName]) -> list[bytes]:
        return [self._nodes[name] for name in names]
