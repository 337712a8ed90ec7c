"""Nonces of the relayer after a fork: one that a job once had does not stop what comes after it."""

from __future__ import annotations

import pytest

from ledger_service.domain.errors import ChainUnavailable
from ledger_service.domain.resources.registration import RegistrationState
from tests.simulators.bench import BOOK, Bench

OTHER = b"another book"


def test_a_nonce_that_a_job_lost_to_another_is_used_again_after_a_fork(bench: Bench) -> None:
    bench.license()
    bench.settle()
    begin = bench.chain.blocks[-1].block.number
    bench.register()
    bench.chain.sends_lost = 1
    with pytest.raises(ChainUnavailable):
        bench.worker.round()
    bench.chain.steal_nonce()  # so that the first job is signed anew with the next one
    bench.settle()
    bench.register(OTHER)
    bench.settle()
    bench.chain.reorganize(bench.chain.blocks[-1].block.number - begin, forgets=True)
    assert bench.chain.events_named("ResourceRegistered") == []
    bench.settle()
    for book in (BOOK, OTHER):
        assert bench.registration(book).state is RegistrationState.REGISTERED
    assert len(bench.chain.events_named("ResourceRegistered")) == 2
    assert bench.findings() == set()
