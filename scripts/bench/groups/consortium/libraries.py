"""Five libraries of one consortium, each served, filled and indexed, whose ledgers the first one copies."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ledger_service import config as configuration
from ledger_service.domain.imports.prepared_claim import PreparedClaim
from ledger_service.domain.resources.registration import Metadata
from ledger_service.ports.publication import Mirrored
from ledger_service.services.library import Library
from ledger_service.setup import Opened, open_library
from scripts.bench.filled_library import CLAIMS_A_TRANSACTION, accept, claim
from scripts.bench.groups.search.catalog import SEED, Catalog
from scripts.bench.groups.search.libraries import MEDIA_TYPES
from scripts.consortium.universities import Universities
from scripts.consortium.university import University
from scripts.harness.processes import children_of
from scripts.harness.waiting import wait_until

NAMES = ("andijan", "bukhara", "khiva", "samarkand", "tashkent")
WAIT_SECONDS = 7200
QUIET: Mapping[str, str] = {
    "MUHR_SEARCHES_A_MINUTE": "1000000",
    "MUHR_RECOMMENDATIONS": "off",
    "MUHR_MEDIA_A_MINUTE": "0",
}


@dataclass(frozen=True)
class Five:
    """members: in the order of NAMES, the first knows all; catalogs: what each holds."""

    members: Sequence[University]
    catalogs: Sequence[Catalog]

    def work_of(self, do: Callable[[], None]) -> float:
        """Return the seconds for which the processor worked for all members while something was done."""
        before = self._worked()
        do()
        return self._worked() - before

    def _worked(self) -> float:
        roots = [member.process_id for member in self.members]
        return sum(map(_seconds, [*roots, *(child for one in roots for child in children_of(one))]))


def _seconds(process: int) -> float:
    """Return for how long a process has worked. Source: proc(5), utime and stime of /proc/PID/stat."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def five_libraries(folder: Path, count: int) -> Iterator[Five]:
    """Yield five served libraries of so many records each, all indexed, none busy."""
    found = Universities(folder, names=NAMES, settings=dict.fromkeys(NAMES, QUIET))
    with ExitStack() as stack:
        stack.push(found)
        found.start_chain()
        found.found()
        for name in NAMES:  # one after the other: together they take longer than a server may
            found.admit(found.ask(name))
        catalogs = [Catalog(count, SEED + number) for number in range(len(NAMES))]
        for university, catalog in zip(found.members, catalogs, strict=True):
            university.register(f"of {university.name}".encode(), license="CC0-1.0")
            _fill(university, catalog)
        for university in found.members:
            wait_until(
                lambda: university.get("/search?limit=1")["index_size"] >= count,  # noqa: B023
                f"the index of {university.name} does not follow",
                WAIT_SECONDS,
            )
        _meet(found.members, count)
        for university in found.members:
            university.at_rest()
        yield Five(found.members, catalogs)


def _fill(university: University, catalog: Catalog) -> None:
    with _opened(university) as opened:
        claims = _claims(university.name, catalog)
        while some := list(islice(claims, CLAIMS_A_TRANSACTION)):
            accept(opened, some)


@contextmanager
def _opened(university: University) -> Iterator[Opened]:
    config = configuration.load(university.settings)
    assert config.chain_url is not None
    opened = open_library(config, config.chain_url)
    try:
        yield opened
    finally:
        opened.store.close()


def _claims(name: str, catalog: Catalog) -> Iterator[PreparedClaim]:
    for number, made in enumerate(catalog.works()):
        kind = MEDIA_TYPES[number % len(MEDIA_TYPES)]
        record = Metadata(made.title, kind, 1000, made.creator, made.language)
        yield claim(hashlib.sha256(f"{name} {number}".encode()).digest(), record)


def _meet(members: Sequence[University], count: int) -> None:
    """Let the first know all others, whose ledgers it copies then."""
    first, *others = members
    for other in others:
        first.run("consortium", "meet", other.url)
    with _opened(first) as opened:
        wait_until(
            lambda: _copied(opened.library, count) == len(others),
            "the copies do not follow",
            WAIT_SECONDS,
        )


def _copied(library: Library, count: int) -> int:
    """Return of how many ledgers there is a copy of so many entries at least."""
    return sum(_size(library, one) >= count for one in library.mirrors.all())


def _size(library: Library, mirrored: Mirrored) -> int:
    with library.mirrors.store(mirrored.id).read() as transaction:
        return transaction.ledger.size()
