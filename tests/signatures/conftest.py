"""The ground that the tests of signatures share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.signatures.ground import Ground


@pytest.fixture(scope="session")
def ground() -> Iterator[Ground]:
    from scripts.contracts.contract_bench import ContractBench
    from tests.signatures.ground import prepare

    with ContractBench({"Judge": "contracts/test/Judge.sol"}) as bench:
        yield prepare(bench)
