"""A node that is behind says less, and nothing false; validators that are away hold up, and no more."""

import pytest

from scripts.chains.behind import NodeBehind


@pytest.fixture
def other_node(anvil):
    """Return a node of the same chain, which can be behind."""
    node = NodeBehind(anvil)
    yield node
    node.stop()


def test_a_node_that_is_level_says_the_same(anvil, other_node, library_on, verified, fresh_bytes):
    library = library_on(anvil)
    book = fresh_bytes()
    library.register(book)
    library.anchored()
    assert verified(library, book) == verified(library, book, other_node.url) == 0


@pytest.mark.parametrize("blocks", [1, 5])
def test_a_node_that_lacks_the_newest_blocks_says_nothing_false(
    anvil, other_node, library_on, verified, fresh_bytes, blocks
):
    library = library_on(anvil)
    book = fresh_bytes()
    library.register(book)
    library.anchored()
    library.stop_worker()
    anchor = max(event.block for event in library.chain_events())
    other_node.stay_at(anchor - blocks)
    assert verified(library, book, other_node.url) == 3
    other_node.catch_up()
    assert verified(library, book, other_node.url) == 0


def test_a_node_that_is_behind_says_nothing_false(geth, library_on, verified, fresh_bytes):
    library = library_on(geth)
    geth.beacon.held = {3}
    book = fresh_bytes()
    library.register(book)
    library.anchored()
    assert verified(library, book) == 0
    assert verified(library, book, geth.nodes[3].url) == 3
    geth.beacon.held = set()
    geth.mine(1)
    assert verified(library, book, geth.nodes[3].url) == 0


def test_validators_that_are_away_make_it_wait_and_no_more(geth, library_on, fresh_bytes, wait):
    library = library_on(geth)
    first = library.register(fresh_bytes())["digest"]
    geth.nodes[2].kill()
    geth.nodes[3].kill()
    second = library.upload(fresh_bytes()).json()["digest"]
    assert library.registered(first)
    geth.nodes[2].start()
    geth.nodes[3].start()
    geth.connect()
    library.registered(second)
    assert library.audit().findings == []
