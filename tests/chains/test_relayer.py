"""The relayer on a node whose pool forgets, whose fees rise, and which has words of its own."""

import pytest

DEAR_WEI = 10**11  # some thirty times what was offered


@pytest.fixture
def library(anvil, library_on, fresh_bytes):
    library = library_on(anvil)
    library.register(fresh_bytes())
    library.anchored()
    return library


def uploaded(library, fresh_bytes, count):
    return [library.upload(fresh_bytes()).json()["digest"] for _ in range(count)]


def on_chain(library, digest):
    return any(event.subject == digest for event in library.chain_events("ResourceRegistered"))


def in_pool(anvil):
    return int(anvil.rpc("txpool_status")["pending"], 16)


def test_a_transaction_that_the_pool_forgot_holds_up_no_other(anvil, library, fresh_bytes, wait):
    with anvil.at_rest():
        digests = uploaded(library, fresh_bytes, 3)
        wait(lambda: in_pool(anvil) >= 3, "nothing is sent")
        anvil.forget()
    for digest in digests:
        library.registered(digest)
    assert library.audit().findings == []


def test_after_a_fork_that_lost_transactions_the_next_are_sent(anvil, library, fresh_bytes, wait):
    before = library.register(fresh_bytes())["digest"]
    grant = library.grant(before)["grant"]
    anvil.fork(3, kept=0)
    library.client("registrar").post(f"/grants/{grant}/revocation")
    [after] = uploaded(library, fresh_bytes, 1)
    wait(lambda: on_chain(library, after), "nothing is sent any more", 30)
    library.granted(grant, "revoked")
    assert library.audit().findings == []


def test_an_offer_that_became_too_low_is_raised(anvil, library, fresh_bytes, wait):
    with anvil.at_rest():
        digest, *_ = uploaded(library, fresh_bytes, 1)
        wait(lambda: in_pool(anvil) >= 1, "nothing is sent")
        anvil.set_base_fee(DEAR_WEI)

    def is_registered_at_that_price():
        anvil.set_base_fee(DEAR_WEI)
        return on_chain(library, digest)

    wait(is_registered_at_that_price, "nothing more is offered", 45)
    library.registered(digest)
    assert library.audit().findings == []


def test_what_a_node_has_already_may_be_sent_again(anvil, library, fresh_bytes, wait):
    with anvil.at_rest():
        uploaded(library, fresh_bytes, 1)
        wait(lambda: in_pool(anvil) >= 1, "nothing is sent")
        with library.opened.store.read() as transaction:
            [(_, [signed, *_]), *_] = transaction.jobs.submitted()
        library.opened.library.chain.send([signed])
        library.opened.library.chain.send([signed])
