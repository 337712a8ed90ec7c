"""A library on a bench with works, readers who opened them, and noise that tests choose."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from ledger_service.domain import canonical_json
from ledger_service.domain.identifiers import Digest, GrantId
from ledger_service.domain.imports.prepared_claim import PreparedClaim
from ledger_service.domain.resources.record_parts import Subject
from ledger_service.domain.resources.registration import Metadata
from ledger_service.ports.lending import Opening
from ledger_service.services.imports.import_resources import import_into
from reading_room.recommendations.ports import Drawn
from reading_room.recommendations.rules.run import Run
from reading_room.recommendations.rules.terms import Terms
from reading_room.recommendations.sql import SqlRecommendations
from reading_room.recommendations.work import work
from scripts.bench.filled_library import LICENSE, claim
from tests.simulators.bench import Bench


class SeededNoise:
    """Noise of a seed, small enough that tests tell what was counted; it tells from threshold on."""

    def __init__(self, seed: int = 1, most: int = 0, threshold: int = 1) -> None:
        self._random = Random(seed)
        self._most = most
        self._threshold = threshold
        self.seen: list[dict[int, int]] = []

    def draw(self, counts: Mapping[int, int], terms: Terms) -> Drawn:
        self.seen.append(dict(counts))
        noisy = {key: count + self._noise() for key, count in counts.items()}
        told = {key: count for key, count in noisy.items() if count >= self._threshold}
        return Drawn(told, 1.0, self._threshold, 3.0, 1e-6)

    def total(self, count: int, sensitivity: int, terms: Terms) -> int:
        return max(0, count + self._noise())

    def _noise(self) -> int:
        return self._random.randint(-self._most, self._most)


class Read:
    """A library, its works by title, and who opened what."""

    def __init__(self, folder: Path) -> None:
        self.bench = Bench(folder)
        self.library = self.bench.library
        self.terms = Terms()
        self._secrets = 0
        self._has_license = False

    def work_called(self, title: str, creator: str = "", subjects: Sequence[str] = ()) -> Digest:
        """Let the library hold a work; return its digest."""
        record = Metadata(
            title, "text/plain", 1, creator, subjects=tuple(Subject(text) for text in subjects)
        )
        digest = Digest.of(f"{title} {creator} {subjects}".encode())
        fields = {"subjects": [{"text": text} for text in subjects]} if subjects else {}
        further = canonical_json.canonicalize(fields).decode() if fields else ""
        self.hold([claim(digest.value, record)._replace(further=further)])
        return digest

    def hold(self, claims: Sequence[PreparedClaim]) -> None:
        """Let the library hold works, without their bytes."""
        if not self._has_license:
            self.bench.license(LICENSE)
            self._has_license = True
        with self.library.store.write() as transaction:
            import_into(self.library, transaction, list(claims))

    def at_window(self, number: int) -> None:
        """Let it be a day after this many windows have ended, counted from the first one after 1970."""
        begins, _ = self.terms.bounds(number)
        self.bench.clock.now = begins + 86_400

    def window_now(self) -> int:
        return self.terms.last_window(self.library.clock()) + 1

    def reader(self, name: str) -> str:
        with self.library.store.write() as transaction:
            transaction.access.add_reader(name, bytes(32))
        return name

    def opens(self, reader: str, *digests: Digest, at: int | None = None) -> None:
        """Let a reader have opened works; at: when the openings ended."""
        with self.library.store.write() as transaction:
            for digest in digests:
                self._secrets += 1
                transaction.access.add_opening(
                    Opening(
                        f"{self._secrets:064x}",
                        self._secrets,
                        digest,
                        GrantId(bytes(32)),
                        reader,
                        self.library.clock() if at is None else at,
                    )
                )

    def readers_open(self, count: int, *digests: Digest, of: str = "r") -> list[str]:
        """Let so many new readers open all of these; return them."""
        readers = [self.reader(f"{of}{number}") for number in range(count)]
        for reader in readers:
            self.opens(reader, *digests)
        return readers

    def run(self, noise: SeededNoise | None = None) -> None:
        """Make a run that is asked for; without noise if none is given."""
        self.ask()
        work(self.library, lambda: False, noise or SeededNoise(), self.terms)

    def ask(self) -> None:
        now = self.library.clock()
        with self.library.store.write() as transaction:
            room = transaction.room(SqlRecommendations)
            room.set_run(replace(room.run() or Run(0, now, now), is_asked=True))

    def pairs(self) -> set[tuple[bytes, bytes, int]]:
        with self.library.store.read() as transaction:
            rows = list(transaction.room(SqlRecommendations).pairs())
        return {(min(one, other), max(one, other), count) for one, other, count in rows}

    def together(self, digest: Digest) -> set[Digest]:
        """Return what is told as read by the same readers."""
        with self.library.store.read() as transaction:
            near = transaction.room(SqlRecommendations).near(digest)
            read = [one.entry for one in near if one.is_together]
            return {item.digest for item in transaction.registrations.of_entries(read)}


@pytest.fixture
def read(empty_database: Path, tmp_path: Path) -> Iterator[Read]:
    shutil.copy(empty_database, tmp_path / "muhr.db")
    made = Read(tmp_path)
    yield made
    made.bench.release()
