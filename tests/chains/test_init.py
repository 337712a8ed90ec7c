"""`muhr init` on a chain that somebody else runs: what it says before anything is sent."""

import json
import os
import pty
import subprocess

import pytest

from ledger_service.adapters.keys import KeyFolder
from scripts.chains.anvil import Anvil
from scripts.harness.processes import environment_of, free_port, muhr_command
from scripts.harness.setting_up import fund_accounts
from tests.simulators.node_proxy import NodeProxy, Refused

TOLD = ("--name", "A library", "--uri", "https://library.test/", "--origin", "library.test/a")


@pytest.fixture
def init(muhr, tmp_path):
    """Return a function that runs `muhr init` in one home: init(url, *options, **settings)."""

    def run(url, *options, **settings):
        told = {"MUHR_HOME": str(tmp_path / "home"), "MUHR_CHAIN_URL": url, **settings}
        return muhr(told, "init", *TOLD, *options)

    return run


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def lines(init):
    """Return a function that gives the checklist of a chain by subject."""

    def read(url, *options, **settings):
        answer = init(url, "--check", "--json", *options, **settings)
        return {line["subject"]: line for line in json.loads(answer.out)}

    return read


def address(home, role):
    return KeyFolder(home / "keys", home / "keys" / "password").address(role)


def sent(rpc, home):
    """Return how many transactions our accounts have sent."""
    return [
        int(rpc("eth_getTransactionCount", "0x" + address(home, role), "latest"), 16)
        for role in ("admin", "relayer")
    ]


def test_accounts_without_money_are_named_and_nothing_is_sent(anvil, init, home):
    answer = init(anvil.url, "--yes")
    assert answer.status == 1
    for role in ("admin", "relayer"):
        assert address(home, role) in answer.out
    assert answer.out.count("send it 0.") == 2
    assert sent(anvil.rpc, home) == [0, 0]
    assert not (home / "deployment.json").exists()


def test_what_the_checklist_asks_for_is_enough(anvil, init, home, lines):
    for subject, role in (("funds of admin", "admin"), ("funds of relayer", "relayer")):
        anvil.fund([address_of(lines, anvil, subject)], lines(anvil.url)[subject]["values"]["wei"])
        assert lines(anvil.url)[subject]["standing"] == "ok", role
    had = balance(anvil, address(home, "admin"))
    assert init(anvil.url, "--check").status == 0
    assert init(anvil.url, "--yes").status == 0
    spent = had - balance(anvil, address(home, "admin"))
    assert had / 8 < spent < had  # at twice the price of before and more gas than was used
    assert (home / "deployment.json").exists()


def address_of(lines, anvil, subject):
    return str(lines(anvil.url)[subject]["values"]["account"]).removeprefix("0x")


def balance(anvil, account):
    return int(anvil.rpc("eth_getBalance", "0x" + account, "latest"), 16)


def test_a_look_sends_nothing_and_can_be_taken_again(anvil, init, home):
    fund_accounts(anvil, home / "keys")
    for _ in range(2):
        answer = init(anvil.url, "--check")
        assert (answer.status, "to do" in answer.out) == (0, False)
    assert sent(anvil.rpc, home) == [0, 0]


def test_without_a_person_nothing_is_sent_unless_yes_is_said(anvil, init, home):
    fund_accounts(anvil, home / "keys")
    answer = init(anvil.url)
    assert (answer.status, "--yes" in answer.err) == (2, True)
    assert sent(anvil.rpc, home) == [0, 0]


@pytest.mark.parametrize(("said", "status"), [(b"n\n", 130), (b"y\n", 0)])
def test_a_person_is_asked_first(anvil, home, said, status):
    fund_accounts(anvil, home / "keys")
    keyboard, terminal = pty.openpty()
    os.write(keyboard, b"https://library.test\n" + said)
    done = subprocess.run(
        muhr_command("init", *TOLD),
        env=environment_of({"MUHR_HOME": str(home), "MUHR_CHAIN_URL": anvil.url}),
        stdin=terminal,
        capture_output=True,
        text=True,
        check=False,
    )
    os.close(keyboard)
    os.close(terminal)
    assert "Public address" in done.stdout
    assert "cannot be taken back" in done.stdout
    assert done.returncode == status, done.stderr
    assert (home / "deployment.json").exists() == (status == 0)
    assert (sent(anvil.rpc, home) == [0, 0]) == (status != 0)


def test_an_id_that_test_nodes_share_is_taken_only_if_that_is_said(tmp_path, init, home, lines):
    anvil = Anvil(tmp_path, chain_id=31_337)
    try:
        fund_accounts(anvil, home / "keys")
        assert lines(anvil.url)["chain id"]["standing"] == "to do"
        assert init(anvil.url, "--yes").status == 1
        assert sent(anvil.rpc, home) == [0, 0]
        assert lines(anvil.url, "--test-chain")["chain id"]["standing"] == "warning"
        assert init(anvil.url, "--yes", "--test-chain").status == 0
    finally:
        anvil.stop()


def test_rules_are_found_by_trying(older_anvil, lines):
    rules = lines(older_anvil.url)["rules"]
    assert (rules["standing"], rules["reason"]) == ("ok", "check-rules.london")


def test_rules_before_london_are_told(tmp_path, lines, init):
    anvil = Anvil(tmp_path, rules="berlin")
    try:
        rules = lines(anvil.url)["rules"]
        assert (rules["standing"], rules["reason"]) == ("to do", "check-rules.before-london")
        assert init(anvil.url, "--yes").status == 1
    finally:
        anvil.stop()


def test_gas_that_is_dearer_than_may_be_offered_is_told(anvil, lines):
    price = lines(anvil.url, MUHR_MAX_FEE_GWEI="1")["gas price"]
    assert (price["standing"], price["reason"]) == ("to do", "check-price.dear")


@pytest.mark.nightly
def test_a_consortium_of_clique_is_taken_as_it_is(clique, init, home, lines):
    fund_accounts(clique, home / "keys")
    found = lines(clique.url)
    assert found["rules"]["reason"] == "check-rules.london"
    assert found["finalized"]["reason"] == "check-finality.unknown"
    assert {line["standing"] for line in found.values()} == {"ok", "warning"}
    assert init(clique.url, "--yes").status == 0


def test_geth_is_found_to_keep_little_and_enough(geth, home, lines):
    fund_accounts(geth, home / "keys")
    geth.mine(200)
    found = lines(geth.url)
    assert found["rules"]["reason"] == "check-rules.shanghai"
    assert found["state kept"]["reason"] == "check-state"
    assert found["finalized"]["reason"] == "check-finality"
    assert {line["standing"] for line in found.values()} <= {"ok", "warning"}


@pytest.mark.parametrize(
    ("method", "subject", "reason"),
    [
        ("eth_call", "rules", "check-rules.no-calls"),
        ("eth_estimateGas", "rules", "check-rules.refused"),
        ("eth_getLogs", "state kept", "check-state.no-logs"),
        ("eth_getProof", "state proofs", "check-proofs.none"),
        ("web3_clientVersion", "client", "check-client.not-tried"),
    ],
)
def test_what_a_node_refuses_is_a_line_of_the_checklist(anvil, lines, method, subject, reason):
    def refuse(asked, _parameters, result):
        if asked == method:
            raise Refused(f"{method} is not served here")
        return result

    with NodeProxy(anvil.url) as node:
        node.change = refuse
        assert lines(node.url)[subject]["reason"] == reason


def test_a_node_that_refuses_everything_has_answered(anvil, init):
    def refuse(*_):
        raise Refused("nothing is served here")

    with NodeProxy(anvil.url) as node:
        node.change = refuse
        answer = init(node.url, "--yes")
    assert (answer.status, "nothing is served here" in answer.err) == (1, True)
    assert "does not answer" not in answer.err


def test_where_nothing_listens_nobody_answers(init):
    assert init(f"http://127.0.0.1:{free_port()}", "--yes").status == 4
