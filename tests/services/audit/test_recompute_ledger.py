"""The audit of the public files: every bundle, every hash, and the signatures under the checkpoint."""

from __future__ import annotations

from ledger_service.domain.errors import TileNotFound
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.ledger.tiled_ledger import TileName, tiles_of
from ledger_service.domain.publication.cosignature import WitnessKey, cosign
from ledger_service.domain.publication.policy import Log, Policy, Witness
from ledger_service.services.ledger.append_entry import append_entries
from tests.simulators.bench import Bench, signer_of


def test_a_bundle_that_is_too_long_or_cut_is_named(lived: Bench) -> None:
    honest = lived.source.tile
    for change in (lambda data: data + b"\0\0", lambda data: data[:-1], lambda data: b""):
        lived.source.tile = lambda name, change=change: change(honest(name))  # type: ignore[method-assign]
        assert {"missing-bundle", "missing-entries"} <= lived.findings()


def test_a_changed_hash_in_a_tile_is_named(lived: Bench) -> None:
    for place in (0, 40, -1):

        def flip(name: TileName, data: bytes, place: int = place) -> bytes:
            changed = bytearray(data)
            changed[place] ^= 1
            return bytes(changed)

        lived.source.change_tile = flip
        assert lived.findings() == {"tile-mismatch"}
    lived.source.change_tile = lambda name, data: data[:-32]
    assert lived.findings() == {"tile-mismatch"}


def test_a_tile_that_is_not_served_is_named(lived: Bench) -> None:
    def withhold(name: TileName, data: bytes) -> bytes:
        raise TileNotFound("not-served", prefix="here", path="there")

    lived.source.change_tile = withhold
    assert lived.findings() == {"missing-tile"}


def test_a_ledger_of_several_tiles_is_clean_and_each_tile_counts(lived: Bench) -> None:
    steward = lived.entries("steward")[0]
    with lived.store.write() as transaction:
        append_entries(transaction, [Entry("steward", at, steward.facts) for at in range(1, 601)])
    lived.settle()
    report = lived.audit()
    assert report.is_clean
    assert report.entries > 600
    for tile in tiles_of(report.entries):
        lived.source.change_tile = lambda name, data, tile=tile: (
            data if name != tile else data[::-1]
        )
        assert lived.findings() == {"tile-mismatch"}


def test_the_policy_of_the_auditor_is_asked_for(lived: Bench) -> None:
    witness = signer_of("witness", "witness.example.uz/w1")
    key = WitnessKey(witness.key.name, witness.key.public_key)
    policy = Policy((Log(lived.library.key),), (Witness("w1", key),), (), "w1")
    report = lived.audit(policy=policy)
    assert {finding.name for finding in report.findings} == {"quorum-not-met"}
    note = lived.source.checkpoint()
    line = cosign(note.partition("\n\n")[0] + "\n", key, lived.clock(), witness.sign)
    lived.source.note = note + line
    report = lived.audit(policy=policy)
    assert report.is_clean
    assert report.cosigned_by == [witness.key.name]
    other = cosign("another text\n", key, lived.clock(), witness.sign)
    lived.source.note = note + other
    assert {finding.name for finding in lived.audit(policy=policy).findings} == {"cosignature"}
    elsewhere = Policy((Log(signer_of("ledger", "elsewhere").key),))
    lived.source.note = None
    assert {finding.name for finding in lived.audit(policy=elsewhere).findings} == {"cosignature"}
