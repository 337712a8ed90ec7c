"""A node that keeps the state of its newest 128 blocks only, as geth does when nobody tells it otherwise."""

import pytest

from scripts.chains.geth import GethNetwork


@pytest.fixture
def geth_of_one(tmp_path):
    network = GethNetwork(tmp_path, nodes=1)
    yield network
    network.stop()


def test_a_worker_that_fell_far_behind_goes_on(geth_of_one, library_on, fresh_bytes):
    library = library_on(geth_of_one)
    before = library.register(fresh_bytes())["digest"]
    library.stop_worker()
    answer = library.upload(fresh_bytes())
    assert answer.status_code == 202
    geth_of_one.mine(2200)
    library.start_worker()
    library.registered(answer.json()["digest"])
    assert library.audit().findings == []
    assert library.registered(before)["state"] == "registered"


def test_a_verifier_with_such_a_node_is_told_nothing_false(
    geth_of_one, library_on, verified, fresh_bytes
):
    library = library_on(geth_of_one)
    book = fresh_bytes()
    library.register(book)
    library.anchored()
    library.stop_worker()  # so that the newest anchor becomes old
    geth_of_one.mine(200)
    assert verified(library, book) in (0, 3)
