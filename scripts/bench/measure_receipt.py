"""Measures how large a receipt is: a ledger of so many entries, and tries of so many words on chain.

    python -m scripts.bench.measure_receipt ENTRIES REGISTRATIONS ANCHORS

The state's tries are built whole, with as many words as the contracts would hold, and the block's
header is as full as a real one. keccak-256 comes from a compiled library here, since millions are
needed; the receipt is then checked by our own.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace

from eth_utils.crypto import keccak

from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.chain import rlp
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import Checkpoint, sign_note
from ledger_service.domain.verification.compact_receipt import compact
from ledger_service.services.verification.check_receipt import StateView, check_receipt
from scripts.vectors import sample_receipt as sample
from scripts.vectors import trie

OTHER_WORDS = 200  # in each of the small registries
HASHES, MINER, BLOOM = (0, 1, 4, 5, 13, 16), 2, 6  # items of a block's header


def full_header(header: bytes) -> bytes:
    """Return a header with hashes, and with a bloom of twenty logs, where that of the tries has zeros."""
    items = rlp.decode(header)
    assert isinstance(items, list)
    for place in HASHES:
        items[place] = keccak(text=f"header {place}")
    items[MINER] = keccak(text="miner")[:20]
    bits = {int.from_bytes(keccak(text=f"log {number}")[:2]) % 2048 for number in range(60)}
    items[BLOOM] = sum(1 << bit for bit in bits).to_bytes(256)
    return rlp.encode(items)


def main() -> int:
    """Measure and print; return the exit status."""
    entries, registrations, anchors = map(int, sys.argv[1:4])
    counts = {"ResourceRegistry": registrations, "CheckpointAnchor": 2 * anchors}
    sizes = {sample.ADDRESSES[name]: count for name, count in counts.items()}

    class LargeState(trie.ChainState):
        def __init__(
            self, storage: Mapping[bytes, Mapping[bytes, int]], code: Mapping[bytes, bytes]
        ) -> None:
            filled = {
                address: {
                    **{
                        number.to_bytes(32, "little"): 2**200 + number
                        for number in range(sizes.get(address, OTHER_WORDS))
                    },
                    **words,
                }
                for address, words in storage.items()
            }
            super().__init__(filled, code)
            self.header = full_header(self.header)

    trie.keccak256 = lambda data: bytes(keccak(data))
    sample.ChainState = LargeState  # type: ignore[misc]
    index, body = entries // 2, sample.entry().format()
    frontier, nodes = merkle.Frontier(), {}
    for number in range(entries):
        leaf = merkle.leaf_hash(body) if number == index else number.to_bytes(32)
        nodes.update(frontier.append(leaf))
    text = Checkpoint(sample.ORIGIN, entries, frontier.root()).format()
    proof = merkle.inclusion_proof(index, entries, lambda names: [nodes[name] for name in names])
    note = sign_note(text, sample.SIGNER.key, sample.SIGNER.sign)
    kept = replace(sample.receipt(), index=index, proof=tuple(proof), checkpoint=note)
    full = replace(kept, state=sample.state(kept))
    assert full.state is not None
    view = StateView(sample.DEPLOYMENT, full.state.block_hash)
    verdict = check_receipt(
        sample.DIGEST, full, sample.SIGNER.key, check_ed25519, None, state_view=view
    )
    print(f"{entries} entries, {registrations} registrations, {anchors} anchors: {verdict.state}")
    print(f"receipt file {len(full.compress())} bytes, without state proof {len(kept.compress())}")
    print(f"as plain JSON {len(full.format())} bytes, without state proof {len(kept.format())}")
    print(f"compact form {len(compact(full, sample.SIGNER.key))} characters")
    return 0


if __name__ == "__main__":
    sys.exit(main())
