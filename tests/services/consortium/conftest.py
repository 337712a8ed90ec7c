"""What these tests share: a library in a consortium, and the members' own libraries."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.consortium.take_member import take_member
from tests.simulators.bench import Bench
from tests.simulators.chain import DEPLOYED_AT
from tests.simulators.consortium import Institution, make_member
from tests.simulators.parts.other_ledger import OtherLibrary

A, B = Institution("a"), Institution("b")


@pytest.fixture
def joined(bench: Bench) -> Bench:
    """Return a library in a consortium with A and B, who have announced themselves."""
    make_member(bench)
    for one in (A, B):
        one.join(bench.chain)
    follow_chain(bench.library, DEPLOYED_AT)
    for one in (A, B):
        take_member(bench.library, one.says(bench.clock()))
    return bench


@pytest.fixture
def ledger_of(
    joined: Bench, empty_database: Path, tmp_path: Path
) -> Iterator[Callable[[Institution], OtherLibrary]]:
    """Return a maker of a member's own library, on a database of its own."""
    made: list[OtherLibrary] = []

    def make(who: Institution) -> OtherLibrary:
        path = tmp_path / f"{who.name}.db"
        shutil.copy(empty_database, path)
        made.append(OtherLibrary(joined.library, path, who.signer))
        return made[-1]

    yield make
    for one in made:
        one.library.store.close()  # type: ignore[attr-defined]
