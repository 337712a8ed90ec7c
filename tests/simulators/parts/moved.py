"""A bench whose library leaves its contracts for those of a consortium, on another simulated chain."""

from __future__ import annotations

from dataclasses import replace

from ledger_service.domain.chain.deployment import CONTRACTS, Deployment
from ledger_service.domain.consortium.move import Carried
from ledger_service.ports.consortium.former import FormerContracts
from ledger_service.services.audit.former_parts import Contracts, Former
from ledger_service.services.consortium.move_library import move_library
from ledger_service.worker import Worker
from tests.simulators.bench import STEWARD, Bench
from tests.simulators.chain import DEPLOYED_AT, ChainSimulator
from tests.simulators.parts.own_accounts import ANCHORER, REGISTRAR, SERVICE
from tests.simulators.source import SourceSimulator

CONSORTIUM_CHAIN = 4242


def deployment_on(bench: Bench, chain_id: int) -> Deployment:
    """Return the deployment of the bench's library on the contracts of a chain."""
    return Deployment(
        chain_id=chain_id,
        genesis=f"{chain_id:064x}",
        first_block=DEPLOYED_AT,
        contracts={name: f"{place:02x}" * 20 for place, name in enumerate(CONTRACTS, 1)},
        code=dict.fromkeys(CONTRACTS, "22" * 32),
        salt="33" * 32,
        steward=STEWARD.hex(),
        key=bench.library.key.format(),
    )


def consortium_chain(bench: Bench, chain_id: int) -> ChainSimulator:
    """Return another chain, on whose contracts the library is accredited and its ledger is open."""
    chain = ChainSimulator(bench.clock, bench.library.ledger, genesis=f"consortium {chain_id}")
    chain.chain_id, chain.anchor_contract = chain_id, "05" * 20
    steward = STEWARD.hex()
    chain.act(lambda state: state.accredit("77" * 32))  # another was there before
    chain.act(lambda state: state.accredit(steward))
    chain.act(lambda state: state.add_registrar(steward, REGISTRAR, 0, 2**40))
    chain.act(lambda state: state.add_service(steward, SERVICE, 0, 2**40))
    chain.act(lambda state: state.open_ledger(bench.library.ledger.hex(), steward, ANCHORER))
    return chain


class Moved:
    """A bench after its move. left: what the database says of the contracts that were left.

    former: those contracts, each with its chain; before: the move before this one.
    """

    def __init__(self, bench: Bench, before: Moved | None = None) -> None:
        self.bench = bench
        number = 0 if before is None else len(before.former)
        self.deployment = deployment_on(bench, CONSORTIUM_CHAIN + number)
        was = deployment_on(bench, bench.chain.chain_id) if before is None else before.deployment
        self.former = [*([] if before is None else before.former), Former(was, bench.chain)]
        self.left: FormerContracts = move_library(bench.library, was, self.deployment)
        bench.chain = consortium_chain(bench, CONSORTIUM_CHAIN + number)
        bench.library = replace(bench.library, chain=bench.chain)
        bench.worker = Worker(bench.library, bench.signer, DEPLOYED_AT)
        bench.source = SourceSimulator(bench.library)

    def carried(self) -> list[Carried]:
        """Return what is left to carry."""
        with self.bench.store.read() as transaction:
            newest = transaction.former.newest()
        assert newest is not None
        return list(newest.left)

    def contracts(self, *, asks: bool = True) -> Contracts:
        """Return what an auditor is given. asks: with nodes of the chains that were left."""
        shown = [one if asks else Former(one.deployment) for one in self.former]
        return Contracts(self.deployment, shown)

    def findings(self, *, asks: bool = True) -> set[str]:
        """Return the names of what an audit of all parts finds."""
        report = self.bench.audit(contracts=self.contracts(asks=asks))
        return {finding.name for finding in report.findings}
