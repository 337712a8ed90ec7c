"""What the status warns of: a worker that ends no rounds, a chain that stands still."""

from ledger_service.worker import LOOKS_A_REST
from reading_room.overview.verbs import LONGEST_REST_SECONDS, library_status
from tests.services.chain.test_worker import StopAfter
from tests.simulators.bench import Bench


def warned(bench: Bench) -> list[str]:
    return [reason.name for reason in library_status(bench.library).warnings(bench.clock())]


def test_a_worker_that_ends_no_rounds_is_told(bench: Bench) -> None:
    assert warned(bench) == ["worker-rests.never"]
    bench.worker.run(StopAfter(LOOKS_A_REST))
    bench.clock.advance(LONGEST_REST_SECONDS)
    assert warned(bench) == []
    bench.clock.advance(1)
    assert warned(bench) == ["worker-rests"]
    bench.worker.run(StopAfter(LOOKS_A_REST))
    assert warned(bench) == []


def test_a_chain_that_stands_still_is_told_while_transactions_wait(bench: Bench) -> None:
    bench.settle()
    bench.clock.advance(LONGEST_REST_SECONDS + 1)
    bench.worker.run(StopAfter(LOOKS_A_REST))
    bench.chain.mines = False
    bench.clock.advance(LONGEST_REST_SECONDS + 1)
    bench.register()
    bench.worker.run(StopAfter(LOOKS_A_REST))
    assert warned(bench) == ["chain-stalled"]
    bench.chain.mines = True
    bench.settle()
    assert "chain-stalled" not in warned(bench)
