"""A copy of another ledger: it grows by what is proved, goes on where it was, and tells of two histories."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger_service.adapters.signer import Ed25519Signer, check_ed25519
from ledger_service.adapters.sql.publication.mirrors import MirrorFolder
from ledger_service.domain.errors import (
    InvalidCheckpointSignature,
    InvalidConsistencyProof,
    InvalidEntry,
    InvalidInput,
    InvalidTile,
    LedgerError,
    MirrorNotFound,
    ServiceUnavailable,
    TwoHistories,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.checkpoint import Checkpoint, sign_note
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.ledger.merkle import Frontier, NodeName, leaf_hash, root_hash
from ledger_service.domain.ledger.tiled_ledger import TILE_WIDTH, TileName, format_bundle
from ledger_service.domain.publication.cosignature import cosignatures_of
from ledger_service.ports.publication import Mirrored
from ledger_service.services.publication import mirror_ledger as module
from ledger_service.services.publication.copy_ledgers import Copying, Lane
from ledger_service.services.publication.gather_cosignatures import AskedWitness
from ledger_service.services.publication.mirror_ledger import mirror_ledger
from tests.simulators.bench import Bench, signer_of
from tests.simulators.witness import WitnessSimulator

OTHER = signer_of("other ledger", "ledger.other.uz/main")
NOW = 1_795_426_002
Copy = Callable[..., int]


def entry(number: int, word: str = "5a") -> bytes:
    """Return an entry that names the digest of its number."""
    facts: dict[str, str | int] = {
        "digest": Digest.of(f"{number}".encode()).hex(),
        "steward": word * 32,
        "reason": "00000001",
    }
    return Entry("rejected", NOW + number, facts).format()


class OtherLedger:
    """Implements ports.LedgerFiles over entries in memory. change: what is made of a file that is served."""

    def __init__(self, entries: list[bytes], signer: Ed25519Signer = OTHER) -> None:
        self.signer = signer
        self.entries = entries
        self.size = len(entries)
        self.change: Callable[[TileName, bytes], bytes] = lambda _, data: data
        self.asked: list[TileName] = []
        self._nodes: dict[NodeName, bytes] = {}
        frontier = Frontier()
        for body in entries:
            self._nodes.update(frontier.append(leaf_hash(body)))

    def _read(self, names: Sequence[NodeName]) -> list[bytes]:
        return [self._nodes[name] for name in names]

    def checkpoint(self) -> str:
        root = root_hash(self.size, self._read) if self.size else Frontier().root()
        text = Checkpoint(self.signer.key.name, self.size, root).format()
        return sign_note(text, self.signer.key, self.signer.sign)

    def tile(self, name: TileName) -> bytes:
        self.asked.append(name)
        if name.level is None:
            return self.change(name, format_bundle(self.entries[name.first :][: name.width]))
        names = [NodeName(8 * name.level, name.first + place) for place in range(name.width)]
        return self.change(name, b"".join(self._read(names)))

    def close(self) -> None:
        pass


@pytest.fixture
def mirrors(tmp_path: Path) -> MirrorFolder:
    return MirrorFolder(tmp_path / "mirrors")


@pytest.fixture
def known(mirrors: MirrorFolder) -> Mirrored:
    return mirrors.add("Other library", "https://other.uz", OTHER.key)


@pytest.fixture
def copy(mirrors: MirrorFolder, known: Mirrored) -> Copy:
    def run(files: OtherLedger, **more: object) -> int:
        return mirror_ledger(mirrors, lambda: NOW, known, files, check_ed25519, **more)  # type: ignore[arg-type]

    return run


def copied(mirrors: MirrorFolder, known: Mirrored) -> list[bytes]:
    with mirrors.store(known.id).read() as transaction:
        return transaction.ledger.entries(0, 100_000)


@contextmanager
def refused(mirrors: MirrorFolder, known: Mirrored, kind: type[LedgerError]) -> Iterator[None]:
    """Expect that a copy is refused, that the copy stays as it was, and that the fault is noted."""
    before = copied(mirrors, known)
    with pytest.raises(kind):
        yield
    assert copied(mirrors, known) == before
    fault = mirrors.find(known.id).fault
    assert fault is not None
    assert fault.name.partition(".")[0] == kind.slug()


@pytest.mark.parametrize("sizes", [(0, 1, 2, 255, 256, 257, 600), (600,), (3, 3, 600)])
def test_a_copy_grows_to_each_checkpoint(
    mirrors: MirrorFolder, known: Mirrored, copy: Copy, sizes: tuple[int, ...]
) -> None:
    for size in sizes:
        files = OtherLedger([entry(number) for number in range(size)])
        assert copy(files) == size
        assert copied(mirrors, known) == files.entries
        with mirrors.store(known.id).read() as transaction:
            kept = transaction.checkpoints.latest()
            places = mirrors.places(transaction, Digest.of(b"2"), 9)
        assert (kept.note if kept else files.checkpoint()) == files.checkpoint()
        assert places == ([2] if size > 2 else [])
    found = mirrors.find(known.id)
    assert (found.held_at, found.fault) == (NOW, None)


def test_what_is_copied_is_not_fetched_again(copy: Copy) -> None:
    copy(OtherLedger([entry(number) for number in range(700)]))
    files = OtherLedger([entry(number) for number in range(800)])
    copy(files)
    bundles = [name.number for name in files.asked if name.level is None]
    assert bundles == [700 // TILE_WIDTH, 800 // TILE_WIDTH]


def test_a_copy_that_was_stopped_goes_on_where_it_was(
    mirrors: MirrorFolder, known: Mirrored, copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PIECE_ENTRIES", TILE_WIDTH)
    files = OtherLedger([entry(number) for number in range(1000)])
    assert copy(files, stops=lambda: len(copied(mirrors, known)) == 512) == 512
    with mirrors.store(known.id).read() as transaction:
        assert transaction.checkpoints.latest() is None  # what is not whole is not served
    assert copy(files) == 1000
    assert copied(mirrors, known) == files.entries


def test_an_older_checkpoint_of_the_same_history_is_no_fault(
    mirrors: MirrorFolder, known: Mirrored, copy: Copy
) -> None:
    files = OtherLedger([entry(number) for number in range(300)])
    copy(files)
    files.size = 290
    assert copy(files) == 300
    assert mirrors.find(known.id).fault is None


@pytest.mark.parametrize("size", [290, 300, 310, 700])
def test_another_history_is_told_and_the_copy_stays(
    mirrors: MirrorFolder, known: Mirrored, copy: Copy, size: int
) -> None:
    copy(OtherLedger([entry(number) for number in range(300)]))
    other = [entry(number, "5a" if number < 280 else "6b") for number in range(size)]
    with refused(mirrors, known, TwoHistories):
        copy(OtherLedger(other))
    assert mirrors.find(known.id).has_forked


def test_entries_that_were_not_signed_are_not_taken(
    mirrors: MirrorFolder, known: Mirrored, copy: Copy
) -> None:
    copy(OtherLedger([entry(number) for number in range(10)]))
    files = OtherLedger([entry(number) for number in range(600)])

    def other(name: TileName, data: bytes) -> bytes:
        return data.replace(b"5a5a", b"5b5a", 1) if name.level is None else data

    files.change = other
    with refused(mirrors, known, InvalidConsistencyProof):
        copy(files)
    assert not mirrors.find(known.id).has_forked


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda name, data: data[:-1] if name.level is None else data, InvalidTile),
        (lambda name, data: data + b"\0" if name.level == 0 else data, InvalidTile),
    ],
)
def test_malformed_files_are_refused(
    mirrors: MirrorFolder,
    known: Mirrored,
    copy: Copy,
    change: Callable[[TileName, bytes], bytes],
    kind: type[LedgerError],
) -> None:
    copy(OtherLedger([entry(number) for number in range(10)]))
    files = OtherLedger([entry(number) for number in range(600)])
    files.change = change
    with refused(mirrors, known, kind):
        copy(files)


def test_an_entry_beyond_its_bound_is_refused(
    mirrors: MirrorFolder, known: Mirrored, copy: Copy
) -> None:
    with refused(mirrors, known, InvalidEntry):
        copy(OtherLedger([b"x" * 4097]))


def test_a_note_by_another_key_is_refused(
    mirrors: MirrorFolder, known: Mirrored, copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = OtherLedger([entry(0)])
    thief = signer_of("thief", OTHER.key.name)
    text = Checkpoint(OTHER.key.name, 1, leaf_hash(entry(0))).format()
    monkeypatch.setattr(files, "checkpoint", lambda: sign_note(text, thief.key, thief.sign))
    with refused(mirrors, known, InvalidCheckpointSignature):
        copy(files)


def test_a_ledger_that_is_away_is_no_other_history(
    mirrors: MirrorFolder, known: Mirrored, copy: Copy
) -> None:
    copy(OtherLedger([entry(number) for number in range(10)]))
    files = OtherLedger([entry(number) for number in range(600)])

    def away(name: TileName, data: bytes) -> bytes:
        raise ServiceUnavailable("ledger", url="https://other.uz", cause="away")

    files.change = away
    with refused(mirrors, known, ServiceUnavailable):
        copy(files)
    assert not mirrors.find(known.id).has_forked


def test_ledgers_are_added_listed_and_removed(mirrors: MirrorFolder, known: Mirrored) -> None:
    assert mirrors.add("New name", "https://new.uz", OTHER.key).id == known.id
    assert [(item.name, item.prefix) for item in mirrors.all()] == [
        ("New name", "https://new.uz/muhr")
    ]
    with pytest.raises(InvalidInput):
        mirrors.add("x", "https://x.uz", signer_of("thief", OTHER.key.name).key)
    for wrong in ("../muhr", "0" * 16, "", known.id.upper() + "x"):
        with pytest.raises(MirrorNotFound):
            mirrors.find(wrong)
    mirrors.remove(known.id)
    assert mirrors.all() == []
    with pytest.raises(MirrorNotFound):
        mirrors.store(known.id)


def test_every_ledger_is_copied_when_it_is_due_and_cosigned(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirrors = bench.library.mirrors
    known = mirrors.add("Other library", "https://other.uz", OTHER.key)
    witness = WitnessSimulator(
        bench.folder, signer_of("witness", "witness.here.uz/w1"), bench.clock, OTHER.key
    )
    asked = AskedWitness(witness.key, witness)
    served = OtherLedger([entry(number) for number in range(5)])
    reached: list[str] = []

    def reach(asked_for: Mirrored, _: Lane) -> OtherLedger:
        reached.append(asked_for.prefix)
        return served

    copying = Copying(bench.library, reach, check_ed25519, asked)

    def look() -> None:
        copying.take_turn(Lane.QUICK, lambda: False)

    look()
    look()  # too early
    assert reached == ["https://other.uz/muhr"]
    with mirrors.store(known.id).read() as transaction:
        kept = transaction.checkpoints.latest()
    assert kept is not None
    names = [line.key.name for line in cosignatures_of(kept.note, [witness.key], check_ed25519)]
    assert (kept.size, names) == (5, ["witness.here.uz/w1"])

    forked = OtherLedger([entry(number, "6b") for number in range(4)])
    served = forked
    bench.clock.now += 60
    look()
    assert mirrors.find(known.id).fork == forked.checkpoint()
    served = OtherLedger([entry(number) for number in range(9)])
    bench.clock.now += 60
    look()  # not before some minutes, since it failed
    assert len(copied(mirrors, known)) == 5
    bench.clock.now += 300
    look()
    assert len(copied(mirrors, known)) == 9
    found = mirrors.find(known.id)
    assert (found.fault, found.has_forked) == (None, True)  # what was signed once is kept
