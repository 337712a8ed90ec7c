"""The checklist of a chain: what each thing that a node tells asks of a person."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from ledger_service.adapters.evm.deploy import SET_UP_GAS
from ledger_service.services.chain.check_chain import Account, ChainSeen, check_chain, to_do
from ledger_service.services.limits import Limits

GWEI = 10**9
RICH = 10**21
GOOD = ChainSeen(
    chain_id=70_001,
    client="Geth/v1.17.10",
    head=1000,
    head_age=2,
    is_syncing=False,
    has_fees=True,
    rules="shanghai",
    refusal="",
    block_gas=30_000_000,
    largest_gas=5_000_000,
    state_blocks=128,
    gives_logs=True,
    proves_state=True,
    finalized=990,
    price=GWEI,
    cap=3 * GWEI,
    admin=Account("aa" * 20, RICH, 12_000_000),
    relayer=Account("bb" * 20, RICH, 26_250),
)
LIMITS = Limits(confirmations=None)


def line(seen, subject, limits=LIMITS):
    [found] = [item for item in check_chain(seen, limits) if item.subject == subject]
    return found.standing.value, found.reason.name


def test_a_chain_that_has_everything_is_ok():
    checks = check_chain(GOOD, LIMITS)
    assert {check.standing.value for check in checks} == {"ok"}
    assert to_do(checks) == 0


@pytest.mark.parametrize(
    ("changed", "subject", "told"),
    [
        ({"chain_id": 1337}, "chain id", ("to do", "check-chain-id.test")),
        ({"client": "anvil/v1"}, "client", ("warning", "check-client.test")),
        ({"client": "besu/v1"}, "client", ("warning", "check-client.not-tried")),
        ({"is_syncing": True}, "newest block", ("to do", "check-head.syncing")),
        ({"head_age": 9999}, "newest block", ("warning", "check-head.old")),
        ({"rules": None}, "rules", ("to do", "check-rules.no-calls")),
        ({"has_fees": False}, "rules", ("to do", "check-rules.before-london")),
        ({"refusal": "code too large"}, "rules", ("to do", "check-rules.refused")),
        ({"block_gas": 4_999_999}, "rules", ("to do", "check-rules.small-blocks")),
        ({"rules": "london"}, "rules", ("ok", "check-rules.london")),
        ({"gives_logs": False}, "state kept", ("to do", "check-state.no-logs")),
        ({"state_blocks": 1}, "state kept", ("to do", "check-state.few")),
        ({"state_blocks": 1001}, "state kept", ("ok", "check-state.all")),
        ({"head": 9, "state_blocks": 10}, "state kept", ("ok", "check-state.young")),
        ({"head": 9, "state_blocks": 1}, "state kept", ("to do", "check-state.few")),
        ({"proves_state": False}, "state proofs", ("warning", "check-proofs.none")),
        ({"finalized": None}, "finalized", ("warning", "check-finality.unknown")),
        ({"finalized": 1000}, "finalized", ("warning", "check-finality.newest")),
        ({"finalized": 800}, "finalized", ("warning", "check-finality.far")),
        ({"price": 501 * GWEI}, "gas price", ("to do", "check-price.dear")),
        ({"refusal": "no"}, "funds of admin", ("warning", "check-funds.unknown")),
    ],
)
def test_what_is_otherwise_is_told(changed, subject, told):
    assert line(replace(GOOD, **changed), subject) == told


@pytest.mark.parametrize(("blocks", "standing"), [(1, "ok"), (128, "warning")])
def test_confirmations_that_the_operator_set_count(blocks, standing):
    found = line(GOOD, "finalized", Limits(confirmations=blocks))
    assert found == (standing, "check-finality.set")


def test_a_well_known_id_is_a_warning_to_whoever_wants_it():
    checks = check_chain(replace(GOOD, chain_id=31_337), LIMITS, allows_test_chain=True)
    assert (checks[0].standing.value, to_do(checks)) == ("warning", 0)


def test_the_admin_needs_all_that_setting_up_takes():
    needed = 12_000_000 * 3 * GWEI
    for balance, told in ((needed, "ok"), (needed - 1, "to do")):
        seen = replace(GOOD, admin=replace(GOOD.admin, balance=balance))
        assert line(seen, "funds of admin")[0] == told


def test_the_relayer_may_begin_with_little_and_is_warned():
    enough, least = 55_026_250 * 3 * GWEI, 136_250 * 3 * GWEI
    for balance, told in (
        (enough, "ok"),
        (enough - 1, "warning"),
        (least, "warning"),
        (least - 1, "to do"),
    ):
        seen = replace(GOOD, relayer=replace(GOOD.relayer, balance=balance))
        assert line(seen, "funds of relayer")[0] == told


def test_what_lacks_is_told_in_coins_and_in_wei_rounded_up():
    poor = replace(GOOD, cap=GWEI + 1, admin=Account("aa" * 20, 5, 1_000_000))
    [found] = [
        check.reason.values
        for check in check_chain(poor, LIMITS)
        if check.subject == "funds of admin"
    ]
    assert (found["account"], found["held"]) == ("0x" + "aa" * 20, "0")
    assert (found["lacking"], found["wei"]) == ("0.001001", 1_001_000_000_000_000)
    assert (found["gas"], found["cap"]) == (1_000_000, "1")


def test_what_is_sent_after_the_deployments_costs_what_the_page_of_gas_says():
    page = (Path(__file__).parents[3] / "docs" / "gas.md").read_text("utf-8")
    calls = ("accredit", "addRegistrar", "addService", "openLedger")
    figures = [re.search(rf"^\| {call} \| ([\d,]+) \|$", page, re.MULTILINE) for call in calls]
    assert sum(int(figure[1].replace(",", "")) for figure in figures) == SET_UP_GAS
