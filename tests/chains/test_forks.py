"""Forks deeper than a library waits for: what stood in the blocks that are gone comes back, or is lost."""

from functools import partial

import pytest

NIGHTLY = partial(pytest.param, marks=pytest.mark.nightly)


@pytest.mark.parametrize("depth", [NIGHTLY(2), 12, NIGHTLY(32)])
def test_what_a_fork_moves_to_other_blocks_stays_authentic(
    geth, library_on, verified, fresh_bytes, wait, depth
):
    geth.beacon.lag = 64
    library = library_on(geth, CONFIRMATIONS="1")
    geth.beacon.mine(depth)  # so that the fork leaves the contracts, however slow the machine is
    book = fresh_bytes()
    digest = library.register(book)["digest"]
    grant = library.grant(digest)["grant"]
    library.anchored()
    with geth.beacon.paused():  # so that the fork leaves the blocks of the registration
        behind = geth.head() - block_of(library, digest)
        geth.fork(max(depth, behind + 1))
    wait(lambda: on_chain(library, grant) == {"GrantIssued": 1}, "it does not come back", 30)

    def opens():
        return library.client("reader").post("/openings", json={"digest": digest})

    wait(lambda: opens().status_code == 201, "the grant is not seen", 30)
    library.registered(digest)
    library.anchored()
    assert verified(library, book) == 0
    assert library.audit().findings == []


def test_a_library_follows_what_its_chain_has_finalized(geth, library_on, fresh_bytes):
    geth.beacon.lag = 6
    library = library_on(geth, CONFIRMATIONS="")
    digest = library.register(fresh_bytes())["digest"]
    finalized = int(geth.rpc("eth_getBlockByNumber", "finalized", False)["number"], 16)
    assert block_of(library, digest) <= finalized < geth.head()


def block_of(library, digest):
    [event] = [
        event for event in library.chain_events("ResourceRegistered") if event.subject == digest
    ]
    return event.block


@pytest.mark.parametrize(
    ("depth", "kept"), [(1, 1), (12, 0), NIGHTLY(12, 1), NIGHTLY(1, 0), NIGHTLY(12, 0.5)]
)
def test_what_a_fork_takes_away_is_sent_again(
    anvil, library_on, verified, fresh_bytes, wait, depth, kept
):
    library = library_on(anvil)
    anvil.mine(depth)  # so that the fork leaves the contracts
    book = fresh_bytes()
    digest = library.register(book)["digest"]
    grant = library.grant(digest)["grant"]
    library.client("registrar").post(f"/grants/{grant}/revocation")
    library.granted(grant, "revoked")
    library.anchored()
    anvil.fork(anvil.head() - block_of(library, digest) + depth, kept=kept)
    wait(lambda: on_chain(library, digest) == {"ResourceRegistered": 1}, "it is lost", 30)
    wait(lambda: on_chain(library, grant) == {"GrantIssued": 1, "GrantRevoked": 1}, "lost", 30)
    library.registered(digest)
    library.granted(grant, "revoked")
    library.anchored()
    assert verified(library, book) == 0
    assert library.audit().findings == []


def on_chain(library, subject):
    """Return how often each event of a subject stands on chain."""
    names = [event.name for event in library.chain_events() if subject == event.subject]
    return {name: names.count(name) for name in names}
