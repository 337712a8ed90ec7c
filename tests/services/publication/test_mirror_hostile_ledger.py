"""A ledger that never ends, or is slow, holds up neither others nor the worker's end, nor fills the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger_service.adapters.signer import check_ed25519
from ledger_service.adapters.sql.publication.mirrors import MirrorFolder
from ledger_service.domain.errors import StorageFull
from ledger_service.domain.ledger.entry import Entry
from ledger_service.ports.publication import Mirrored
from ledger_service.services.publication.copy_ledgers import TURN_SECONDS, Copying, Lane
from ledger_service.services.publication.mirror_ledger import mirror_ledger
from reading_room.interop.mirror.rules import Standing, standing_of, successor_of
from tests.services.publication.test_mirror_ledger import NOW, OTHER, OtherLedger, copied, entry
from tests.simulators.bench import Bench, signer_of


def test_nothing_more_is_asked_once_it_is_to_stop(tmp_path: Path) -> None:
    mirrors = MirrorFolder(tmp_path / "mirrors")
    known = mirrors.add("Other library", "https://other.uz", OTHER.key)
    files = OtherLedger([entry(number) for number in range(4500)])
    size = mirror_ledger(
        mirrors, lambda: NOW, known, files, check_ed25519, lambda: len(files.asked) >= 3
    )
    assert (size, len(files.asked)) == (0, 3)
    found = mirrors.find(known.id)
    assert (found.held_at, found.fault) == (0, None)  # it was not seen to hold
    assert mirror_ledger(mirrors, lambda: NOW, known, files, check_ed25519) == 4500


def test_a_ledger_that_takes_too_long_lets_the_next_one_have_its_turn(bench: Bench) -> None:
    mirrors = bench.library.mirrors
    slow = mirrors.add("A", "https://slow.uz", OTHER.key)
    quick = mirrors.add("B", "https://quick.uz", signer_of("q", "ledger.quick.uz/main").key)
    endless = OtherLedger([entry(number) for number in range(700)])
    reached: list[tuple[str, Lane]] = []

    def later(_: object, data: bytes) -> bytes:
        bench.clock.now += TURN_SECONDS[Lane.QUICK] - 5
        return data

    def reach(asked: Mirrored, lane: Lane) -> OtherLedger:
        reached.append((asked.prefix, lane))
        return endless if asked.id == slow.id else OtherLedger([])

    def turns(lane: Lane) -> int:
        taken = 0
        while copying.take_turn(lane, lambda: False) and taken < 9:
            taken += 1
        return taken

    endless.change = later
    copying = Copying(bench.library, reach, check_ed25519)
    assert turns(Lane.QUICK) == 2
    assert reached == [(slow.prefix, Lane.QUICK), (quick.prefix, Lane.QUICK)]
    assert len(endless.asked) == 2  # then its turn was over
    bench.clock.now += 300
    assert turns(Lane.QUICK) == 1  # whoever is slow has its turns in the other lane
    endless.change = lambda _, data: data
    assert turns(Lane.PATIENT) == 1
    assert reached[2:] == [(quick.prefix, Lane.QUICK), (slow.prefix, Lane.PATIENT)]
    assert len(copied(mirrors, slow)) == 700
    bench.clock.now += 300
    assert (turns(Lane.PATIENT), turns(Lane.QUICK)) == (0, 2)  # it was quick again


def test_a_copy_does_not_fill_the_disk(tmp_path: Path) -> None:
    mirrors = MirrorFolder(tmp_path / "mirrors", reserve_bytes=2**62)
    known = mirrors.add("Other library", "https://other.uz", OTHER.key)
    with pytest.raises(StorageFull):
        mirror_ledger(mirrors, lambda: NOW, known, OtherLedger([entry(0)]), check_ed25519)
    assert copied(mirrors, known) == []
    fault = mirrors.find(known.id).fault
    assert fault is not None
    assert fault.name == "storage-full.mirrors"


def test_a_relation_that_is_not_known_here_takes_no_place() -> None:
    facts = {"digest": "11" * 32, "steward": "22" * 32, "block": 1, "transaction": "33" * 32}
    trail = [
        Entry("superseded", NOW, {**facts, "successor": "44" * 32, "relation": 99}),
        Entry("taken-back", NOW, {**facts, "other": "44" * 32, "relation": 2**53 - 1}),
    ]
    assert (standing_of(trail), successor_of(trail)) == (None, None)
    claim = {"cid": "f01551220" + "11" * 32, "license": "55" * 32, "metadata": "66" * 32}
    trail.insert(0, Entry("registered", NOW, {**facts, **claim}))
    assert standing_of(trail) is Standing.REGISTERED
