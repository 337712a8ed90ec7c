"""What the tests of the services share: a library on a bench, for each test its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger_service.domain.errors import NoLiveGrant
from ledger_service.services.lending.change_grant import revoke_grant
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.limits import Limits
from tests.simulators.bench import LIBRARIAN, SECOND, THIRD, Bench, Granted, as_reader


@pytest.fixture(scope="session")
def granted_once(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Granted:
    """Return a library in which a reader holds a grant, to be copied."""
    folder = tmp_path_factory.mktemp("granted")
    shutil.copy(empty_database, folder / "muhr.db")
    bench = Bench(folder)
    reader = bench.reader()
    grant = bench.granted(reader)
    bench.release()
    return Granted(bench, reader, grant)


@pytest.fixture
def granted(granted_once: Granted, tmp_path: Path) -> Iterator[Granted]:
    """Return a library in which a reader holds a grant for an hour."""
    folder = tmp_path / "granted"
    shutil.copytree(granted_once.bench.folder, folder)
    bench = Bench(folder, like=granted_once.bench)
    yield granted_once._replace(bench=bench)
    bench.release()


@pytest.fixture(scope="session")
def lived_once(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Return a library in which everything happened, to be copied."""
    folder = tmp_path_factory.mktemp("lived")
    shutil.copy(empty_database, folder / "muhr.db")
    bench = Bench(folder)
    reader = bench.reader()
    grant = bench.granted(reader)
    open_resource(bench.library, as_reader(reader), digest=grant.digest)
    bench.settle()
    revoke_grant(bench.library, LIBRARIAN, grant.id)
    bench.settle()
    with pytest.raises(NoLiveGrant):
        open_resource(bench.library, as_reader(reader), digest=grant.digest)
    bench.settle()
    bench.release()
    return bench


@pytest.fixture
def lived(lived_once: Bench, tmp_path: Path) -> Iterator[Bench]:
    """Return a library with openings, a denial, a revocation and anchors."""
    folder = tmp_path / "lived"
    shutil.copytree(lived_once.folder, folder)
    bench = Bench(folder, like=lived_once)
    yield bench
    bench.release()


@pytest.fixture
def new_bench(empty_database: Path, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Return a maker of libraries, for tests that need several."""
    benches: list[Bench] = []

    def make(limits: Limits | None = None) -> Bench:
        folder = tmp_path / str(len(benches))
        folder.mkdir()
        shutil.copy(empty_database, folder / "muhr.db")
        benches.append(Bench(folder, limits))
        return benches[-1]

    yield make
    for bench in benches:
        bench.release()


@pytest.fixture
def bench(new_bench: Callable[..., Bench]) -> Bench:
    """Return a library of one accredited steward, with an open ledger and no resources."""
    return new_bench()


@pytest.fixture(scope="session")
def three_once(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Return a library of three registered resources, to be copied."""
    folder = tmp_path_factory.mktemp("three")
    shutil.copy(empty_database, folder / "muhr.db")
    bench = Bench(folder)
    bench.registered()
    bench.registered(SECOND, title="Xamsa 2")
    bench.registered(THIRD, title="Xamsa 3")
    bench.release()
    return bench


@pytest.fixture
def three(three_once: Bench, tmp_path: Path) -> Iterator[Bench]:
    """Return a library of three registered resources."""
    folder = tmp_path / "three"
    shutil.copytree(three_once.folder, folder)
    bench = Bench(folder, like=three_once)
    yield bench
    bench.release()
