"""Events are complete or not believed: a node that omits, forges or changes one is found out."""

import copy

import pytest

from ledger_service.adapters.evm.node import Node
from ledger_service.adapters.evm.reader import EvmReader
from ledger_service.domain.chain.history import ChainHistory
from ledger_service.domain.errors import ChainEvidenceMissing, ChainUnavailable
from ledger_service.services.chain.complete_events import complete_events


class LyingNode(Node):
    """A real node whose answers to eth_getLogs are changed on the way."""

    def __init__(self, url, change):
        super().__init__(url)
        self._change = change

    def request(self, method, *parameters):
        answer = super().request(method, *parameters)
        if method == "eth_getLogs":
            answer = copy.deepcopy(answer)
            self._change(answer)
        return answer


@pytest.fixture(scope="module")
def span(bench):
    """Return the first and the last block of a history with registrations and grants."""
    for _ in range(2):
        assert bench.carry_out(bench.grant(bench.registered())).succeeded
    return bench.deployment.first_block, bench.chain.head().number


@pytest.fixture
def read(bench, span):
    """Return a function that reads all events through a node whose logs are changed."""

    def through(change):
        node = LyingNode(bench.running.chain.url, change)
        return complete_events(EvmReader(node, bench.deployment), *span, {})

    return through


def test_the_whole_history_is_read_in_order(bench, span, read):
    events, totals = read(lambda _: None)
    positions = [event.position for event in events]
    assert positions == sorted(positions)
    names = {event.name for event in events}
    assert {"StewardAccredited", "AgentAdded", "LedgerOpened", "LicenseDefined"} <= names
    assert {"ResourceRegistered", "GrantIssued"} <= names
    assert sum(count for count, _ in totals.values()) == len(events)
    assert ChainHistory.of(events).registrations


def test_reading_in_parts_gives_the_same(bench, span, read):
    whole, totals = read(lambda _: None)
    first, last = span
    parts, running = [], {}
    for block in range(first, last + 1, 3):
        for events, after in bench.chain.read_events(block, min(block + 2, last), running):
            parts += events
            running = after
    assert (parts, running) == (whole, totals)


def test_each_single_event_left_out_is_noticed(read):
    told = []
    read(lambda logs: told.extend(place_of(log) for log in logs))  # in one answer or in several
    assert len(told) > 10
    for left_out in told:

        def drop(logs, left_out=left_out):
            logs[:] = [log for log in logs if place_of(log) != left_out]

        with pytest.raises(ChainEvidenceMissing):
            read(drop)


def place_of(log):
    return log["blockNumber"], log["logIndex"]


def forge_twin(logs):
    logs.append(copy.deepcopy(logs[-1]))


def change_data(logs):
    log = next(log for log in reversed(logs) if len(log["data"]) > 66)
    log["data"] = log["data"][:-1] + ("0" if log["data"][-1] != "0" else "1")


def change_topic(logs):
    topic = logs[-1]["topics"][1]
    logs[-1]["topics"][1] = topic[:-1] + ("0" if topic[-1] != "0" else "1")


def swap_places(logs):
    same = [log for log in logs if log["address"] == logs[-1]["address"]]
    first, last = same[0], same[-1]
    first["blockNumber"], last["blockNumber"] = last["blockNumber"], first["blockNumber"]


def leave_all_out(logs):
    logs.clear()


@pytest.mark.parametrize(
    "change", [forge_twin, change_data, change_topic, swap_places, leave_all_out]
)
def test_forged_and_changed_events_are_noticed(read, change):
    with pytest.raises(ChainEvidenceMissing):
        read(change)


def from_a_stranger(logs):
    logs[-1]["address"] = "0x" + "11" * 20


def of_another_kind(logs):
    logs[-1]["topics"][0] = "0x" + "11" * 32


def without_topics(logs):
    logs[-1]["topics"] = []


def cut_short(logs):
    logs[-1]["data"] = logs[-1]["data"][:20]


def not_hex(logs):
    logs[-1]["data"] = "0xzz"


def without_number(logs):
    del logs[-1]["blockNumber"]


def no_object(logs):
    logs[-1:] = [None]


@pytest.mark.parametrize(
    "change",
    [
        from_a_stranger,
        of_another_kind,
        without_topics,
        cut_short,
        not_hex,
        without_number,
        no_object,
    ],
)
def test_malformed_events_are_no_evidence_and_no_crash(read, change):
    with pytest.raises((ChainEvidenceMissing, ChainUnavailable)):
        read(change)
