"""What counts under faults: a load that fails must be told, so faults are planted in what it looks at."""

import httpx
import pytest

from ledger_service.domain.chain.history import ChainEvent
from scripts.faults.__main__ import is_kept
from scripts.faults.afterwards import lost_entries, lost_imports
from scripts.faults.asking import Patient
from scripts.faults.tally import Tally
from scripts.harness.acknowledged import Acknowledged

LEDGER = [
    {"kind": "accepted", "digest": "aa"},
    {"kind": "opened"},
    {"kind": "accepted", "digest": "bb"},
]
CLEAN = {
    "read_share": 1.0,
    "write_share": 1.0,
    "lost": [],
    "failures": [],
    "readers_found_in": [],
    "audit": "clean",
}


def asked(*answers: httpx.Response) -> Tally:
    """Return the tally of a GET that is answered so, one try after the other; right is a status of 200."""
    left = list(answers)
    transport = httpx.MockTransport(lambda _: left.pop(0))
    client = httpx.Client(transport=transport, base_url="http://library.test")
    reads = Tally()
    Patient(client, reads, Tally()).get("/", lambda found: str(found.status_code - 200 or ""))
    return reads


def test_a_right_answer_counts_at_the_first_try():
    tally = asked(httpx.Response(200))
    assert (tally.asked, tally.at_once, tally.answered) == (1, 1, 1)


def test_an_honest_503_is_waited_for_and_told():
    tally = asked(httpx.Response(503, headers={"Retry-After": "0"}), httpx.Response(200))
    assert (tally.asked, tally.at_once, tally.answered) == (1, 0, 1)
    assert tally.told_to_wait == {"503": 1}


@pytest.mark.parametrize("status", [500, 502, 503, 404])
def test_any_other_failure_is_wrong(status):
    tally = asked(httpx.Response(status))
    assert (tally.answered, len(tally.wrong)) == (0, 1)


def test_a_503_that_asks_for_more_than_patience_is_wrong():
    tally = asked(httpx.Response(503, headers={"Retry-After": "600"}))
    assert (tally.answered, len(tally.wrong)) == (0, 1)


def test_an_entry_that_is_gone_or_another_is_lost():
    assert lost_entries(LEDGER, {0: ("accepted", "aa"), 1: ("opened", None)}) == []
    assert len(lost_entries(LEDGER, {3: ("opened", None)})) == 1
    assert len(lost_entries(LEDGER, {0: ("accepted", "bb"), 2: ("opened", None)})) == 2


def test_a_line_of_an_import_is_lost_if_it_stands_not_once():
    assert lost_imports(LEDGER, {"one": ["aa", "bb"]}) == []
    assert len(lost_imports(LEDGER, {"one": ["cc"]})) == 1
    assert len(lost_imports([*LEDGER, LEDGER[0]], {"one": ["aa"]})) == 1


def test_a_registration_or_a_grant_that_is_not_on_chain_once_is_lost():
    states = {"/resources/aa": [{"state": "registered"}], "/grants/01": {"state": "issued"}}
    transport = httpx.MockTransport(lambda asked: httpx.Response(200, json=states[asked.url.path]))
    registrar = httpx.Client(transport=transport, base_url="http://library.test")
    taken = Acknowledged()
    taken.books["aa"], taken.grants["01"] = b"", False
    registered = event("ResourceRegistered", "aa")
    issued = event("GrantIssued", "01")
    assert taken.lost(registrar, [registered, issued]) == []
    assert len(taken.lost(registrar, [registered, registered, issued])) == 1
    assert len(taken.lost(registrar, [])) == 2
    taken.grants["01"] = True
    assert len(taken.lost(registrar, [registered, issued])) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"read_share": 0.9989},
        {"write_share": 0.9949},
        {"lost": ["entry 7"]},
        {"audit": "exit status 1"},
        {"readers_found_in": ["entries"]},
        {"failures": ["Traceback"]},
    ],
)
def test_each_broken_promise_ends_the_run_with_a_failure(fault):
    assert is_kept(CLEAN)
    assert not is_kept(CLEAN | fault)


def event(name: str, subject: str) -> ChainEvent:
    return ChainEvent(
        **{**dict.fromkeys(ChainEvent.__dataclass_fields__), "name": name, "subject": subject}
    )
