"""The chain node stops in the middle of the work and comes back: nothing is lost or done twice."""

import os
import signal
import time

import pytest

pytestmark = pytest.mark.slow


def register_all(library, digests):
    """Wait until each is registered, and check that the chain has each exactly once."""
    for digest in digests:
        library.registered(digest)
    on_chain = [event.subject for event in library.chain_events("ResourceRegistered")]
    assert sorted(on_chain) == sorted(digests)
    jobs = library.status()["jobs"]
    assert not jobs.get("rejected")


@pytest.fixture
def running(new_library):
    return new_library().start()


def accepted(library, fresh_bytes, count):
    answers = [library.upload(fresh_bytes()) for _ in range(count)]
    assert {answer.status_code for answer in answers} == {202}
    return [answer.json()["digest"] for answer in answers]


def test_uploads_go_on_while_the_chain_is_away(running, fresh_bytes, wait):
    digests = accepted(running, fresh_bytes, 3)
    held = running.registered(digests[0])["digest"]
    running.grant(held)
    running.anchored()
    reader = running.client("reader")
    digests += accepted(running, fresh_bytes, 4)
    running.stop_chain()
    digests += accepted(running, fresh_bytes, 4)
    wait(lambda: "problem" in running.status()["chain"], "nobody tells that the chain is away")
    verdict = reader.get(f"/resources/{held}/verdict")
    assert verdict.json()["authentic"]  # by the index, which says as of which block
    size = running.status()["ledger_size"]
    denied = reader.post("/openings", json={"digest": held})
    assert denied.status_code == 503
    assert int(denied.headers["retry-after"]) > 0
    assert running.status()["ledger_size"] == size
    running.start_chain()
    register_all(running, digests)
    wait(lambda: "problem" not in running.status()["chain"], "the chain stays away")
    assert reader.post("/openings", json={"digest": held}).status_code == 201
    report = running.audit()
    assert report.findings == []
    assert report.decisions.openings == 1


def test_a_chain_node_that_is_killed_comes_back_by_itself(running, fresh_bytes, wait):
    digests = accepted(running, fresh_bytes, 6)
    wait(lambda: running.chain_events("ResourceRegistered"), "nothing is registered")
    first = running.chain.process_id
    os.kill(first, signal.SIGKILL)
    digests += accepted(running, fresh_bytes, 6)
    wait(lambda: running.chain.process_id != first, "the chain does not come back")
    register_all(running, digests)
    assert running.audit().is_clean


def test_a_library_that_rested_for_days_registers_at_once(new_library, fresh_bytes):
    rested = new_library()
    three_days_ago = int(time.time()) - 3 * 86_400
    rested.opened.node.request("evm_mine", three_days_ago)
    rested.opened.node.request("evm_setTime", int(time.time() * 1000))  # else its clock stays back
    assert rested.opened.node.block().time == three_days_ago
    rested.start()
    found = rested.register(fresh_bytes())
    assert rested.grant(found["digest"])["state"] == "issued"
    opened = rested.client("reader").post("/openings", json={"digest": found["digest"]})
    assert opened.status_code == 201
