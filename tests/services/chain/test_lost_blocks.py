"""The chain's newest blocks are gone, as after a power cut: what was settled is disputed, and done again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from ledger_service.domain.errors import NoLiveGrant
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.grant import Grant, GrantState
from ledger_service.domain.resources.registration import (
    RegistrationState,
    Relation,
    WithdrawalReason,
)
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.lending.change_grant import renew_grant, return_grant, revoke_grant
from ledger_service.services.lending.open_resource import open_resource
from ledger_service.services.resources.change_resource import supersede_resource, withdraw_resource
from reading_room.overview.verbs import LibraryStatus, library_status
from tests.simulators.bench import BOOK, HOUR, LIBRARIAN, Bench, as_reader
from tests.simulators.chain import DEPLOYED_AT

OTHER = b"%PDF-1.7 Alisher Navoiy, Xamsa, second edition"


@dataclass
class Shelf:
    """A library with a book, and a reader who holds a grant of another."""

    bench: Bench
    reader: str
    grant: Grant
    standing: int  # the newest block that the disk has

    def lose_blocks(self) -> None:
        """Put the chain back to what the disk has, and let the index notice."""
        del self.bench.chain.blocks[self.standing + 1 :]
        self.bench.chain.pool.clear()
        follow_chain(self.bench.library, DEPLOYED_AT)

    def lost_events(self) -> list[tuple[str, str]]:
        chain = self.bench.chain
        return [
            (e.name, e.subject) for mined in chain.blocks[self.standing + 1 :] for e in mined.events
        ]

    def status(self) -> LibraryStatus:
        return library_status(self.bench.library)

    def opens(self) -> bool:
        try:
            open_resource(self.bench.library, as_reader(self.reader), digest=Digest.of(BOOK))
        except NoLiveGrant:
            return False
        return True


@pytest.fixture
def shelf(bench: Bench) -> Shelf:
    reader = bench.reader()
    grant = bench.granted(reader)
    return Shelf(bench, reader, grant, bench.chain.blocks[-1].block.number)


def register(shelf: Shelf) -> None:
    shelf.bench.register(OTHER, title="Xamsa, 2")


def issue(shelf: Shelf) -> None:
    shelf.bench.grant(Digest.of(BOOK), shelf.bench.reader())


def renew(shelf: Shelf) -> None:
    renew_grant(shelf.bench.library, LIBRARIAN, shelf.grant.id, shelf.grant.until + HOUR)


def give_back(shelf: Shelf) -> None:
    return_grant(shelf.bench.library, as_reader(shelf.reader), shelf.grant.id)


def revoke(shelf: Shelf) -> None:
    revoke_grant(shelf.bench.library, LIBRARIAN, shelf.grant.id)


def withdraw(shelf: Shelf) -> None:
    withdraw_resource(shelf.bench.library, LIBRARIAN, Digest.of(BOOK), WithdrawalReason.RETRACTED)


def supersede(shelf: Shelf) -> None:
    shelf.bench.registered(OTHER, title="Xamsa, 2")
    supersede_resource(
        shelf.bench.library, LIBRARIAN, Digest.of(BOOK), Digest.of(OTHER), Relation.VERSION
    )


def define(shelf: Shelf) -> None:
    shelf.bench.license("InC")


DEEDS = [register, issue, renew, give_back, revoke, withdraw, supersede, define]


@pytest.mark.parametrize("deed", DEEDS)
def test_what_the_chain_has_lost_is_disputed_and_then_stands_again_once(
    shelf: Shelf, deed: Callable[[Shelf], None]
) -> None:
    bench = shelf.bench
    deed(shelf)
    bench.settle()
    done = shelf.lost_events()
    anchored = shelf.status().anchored_size
    shelf.lose_blocks()
    found = shelf.status()
    assert found.disputed == len(done)
    assert found.anchored_size < anchored
    warnings = {
        reason.name: reason.values for reason in found.warnings(bench.clock(), bench.library.limits)
    }
    assert warnings["settled-and-lost"] == {"count": found.disputed}
    bench.settle()
    assert shelf.status().disputed == 0
    again = shelf.lost_events()
    for event in done:
        if event[0] != "CheckpointAnchored":
            assert again.count(event) == 1
    assert shelf.status().anchored_size >= anchored
    assert bench.findings() == set()


def test_a_registration_that_is_gone_is_disputed_wherever_it_is_shown(shelf: Shelf) -> None:
    register(shelf)
    shelf.bench.settle()
    shelf.lose_blocks()
    assert shelf.bench.registration(OTHER).state is RegistrationState.DISPUTED
    assert shelf.status().registrations == {"registered": 1, "disputed": 1}
    answer = shelf.bench.verdict(OTHER)
    [verdict] = answer.verdicts
    assert (verdict.state, verdict.is_negative) == ("waiting", False)
    assert "sent-again" in {finding.reason.name for finding in verdict.findings.values()}
    shelf.bench.settle()
    assert shelf.bench.registration(OTHER).state is RegistrationState.REGISTERED
    assert shelf.bench.verdict(OTHER).is_wholly_positive


def test_a_grant_that_is_gone_is_disputed_and_opens_nothing(shelf: Shelf) -> None:
    shelf.standing -= 2  # the grant, and the anchor after it
    assert shelf.opens()
    shelf.lose_blocks()
    assert shelf.bench.held(shelf.grant).state is GrantState.DISPUTED
    assert not shelf.opens()
    shelf.bench.settle()
    assert shelf.opens()
    assert shelf.bench.findings() == set()


@pytest.mark.parametrize(("deed", "state"), [(revoke, "revoking"), (give_back, "returning")])
def test_an_end_that_is_gone_is_sent_again_and_nothing_opens_meanwhile(
    shelf: Shelf, deed: Callable[[Shelf], None], state: str
) -> None:
    bench = shelf.bench
    deed(shelf)
    bench.settle()
    del bench.chain.blocks[shelf.standing + 1 :]
    assert bench.chain.why_not_live(shelf.grant, bench.chain.head(), bench.clock()) is None
    assert not shelf.opens()  # before any round has seen it
    shelf.lose_blocks()
    assert bench.held(shelf.grant).state == state
    assert not shelf.opens()
    bench.settle()
    assert bench.chain.why_not_live(shelf.grant, bench.chain.head(), bench.clock()) is not None
    assert not shelf.opens()
    assert bench.findings() == set()


def test_nothing_is_settled_in_a_block_that_the_disk_may_not_have(shelf: Shelf) -> None:
    register(shelf)
    chain, states = shelf.bench.chain, []
    chain.interrupt["keep"] = lambda: states.append(shelf.bench.registration(OTHER).state)
    shelf.bench.settle()
    assert states
    assert states[0] is not RegistrationState.REGISTERED
    chain.calls.clear()
    shelf.bench.worker.round()
    assert "keep" not in chain.calls  # no block, no work for the disk
