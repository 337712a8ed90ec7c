"""A consortium by its commands: founded, joined by two universities, and acted for, on one chain."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from eth_account import Account

from ledger_service.adapters.evm.consortium.council_events import EvmCouncil
from ledger_service.adapters.evm.ganache import Ganache
from ledger_service.adapters.evm.node import Node
from ledger_service.domain.consortium.act import RIGHTS
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.consortium.council_state import CouncilState, ProposalState
from tests.simulators.hostile import BODIES, answering

MODULES = Path(__file__).parents[3] / "node_modules"
PASSWORD = "of the council"


class Council(NamedTuple):
    """A consortium's chain and its council. keys: names of key files in the folder."""

    folder: Path
    node: Node
    url: str
    accounts: dict[str, str]

    def charter(self) -> str:
        return str(self.folder / "consortium.json")

    def signed_by(self, who: str) -> list[str]:
        key, password = self.folder / f"{who}.json", self.folder / "password"
        return [
            "--key",
            str(key),
            "--password-file",
            str(password),
            "--yes",
            "--charter",
            self.charter(),
        ]

    def give(self, account: str) -> None:
        bank = self.node.request("eth_accounts")[0]
        payment = {"from": bank, "to": "0x" + account.removeprefix("0x"), "value": hex(10**20)}
        self.node.request("eth_sendTransaction", payment)

    def pass_time(self, seconds: int) -> None:
        self.node.request("evm_increaseTime", seconds)
        self.node.request("evm_mine")


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Council]:
    folder = tmp_path_factory.mktemp("council")
    chain = Ganache(MODULES, folder / "chain", 4242)
    found = Council(folder, Node(chain.url), chain.url, {})
    (folder / "password").write_text(PASSWORD)
    for who in ("payer", "first", "second", "stranger"):
        account = Account.from_key(secrets.token_bytes(32))
        document = Account.encrypt(account.key, PASSWORD, iterations=2**10)
        (folder / f"{who}.json").write_text(json.dumps(document))
        found.accounts[who] = account.address
        found.give(account.address)
    yield found
    chain.stop()


@pytest.fixture
def run(muhr: Callable[..., Any], council: Council, tmp_path: Path) -> Callable[..., Any]:
    """Return a function that runs `muhr` on the consortium's chain: run(*arguments, home=…)."""

    def run_there(*arguments: object, home: str = "none", **more: str) -> Any:
        settings = {
            "MUHR_HOME": str(council.folder / home),
            "MUHR_CHAIN_URL": council.url,
            "MUHR_CONFIRMATIONS": "1",
        }
        return muhr(settings | more, *arguments)

    return run_there


def join(run: Callable[..., Any], council: Council, who: str) -> Any:
    who_asks = ["--name", f"University {who}", "--uri", f"https://{who}.example/"]
    ledger = ["--origin", f"{who}.example/muhr", "--public-url", f"https://{who}.example"]
    return run("init", "--join", council.charter(), *who_asks, *ledger, home=who)


def proposals(run: Callable[..., Any], council: Council) -> list[dict[str, Any]]:
    found = run("consortium", "proposals", "--all", "--json", "--charter", council.charter())
    listed: list[dict[str, Any]] = json.loads(found.out)
    return listed


def test_a_council_founds_a_consortium_with_a_delay(
    run: Callable[..., Any], council: Council
) -> None:
    signed = council.signed_by("payer")[:-2]  # there is no charter yet
    members = [part for who in ("first", "second") for part in ("--member", council.accounts[who])]
    named = ["--name", "Universities", "--delay", "3600", "--out", council.charter()]
    found = run("consortium", "init", *named, *members, *signed)
    assert found.status == 0, found
    charter = Charter.parse(Path(council.charter()).read_text())
    assert charter.has_council
    assert charter.digest.hex() in found.out
    again = run("consortium", "init", *named, *members, *signed)
    assert again.status == 2  # a charter is written once


def test_a_library_asks_and_waits(run: Callable[..., Any], council: Council) -> None:
    found = join(run, council, "a")
    assert found.status == 3, found
    assert "has not accredited" in found.err
    assert "a.example/muhr is not open" in found.err
    assert "join-request.json" in found.out
    early = run("consortium", "members", home="a")
    assert (early.status, "init --join" in early.err) == (1, True)
    asked = json.loads((council.folder / "a" / "join-request.json").read_text())
    council.give(asked["relayer"])
    assert not (council.folder / "a" / "keys" / "admin.json").exists()


def test_the_council_accredits_after_its_delay(run: Callable[..., Any], council: Council) -> None:
    request = council.folder / "a" / "join-request.json"
    unsigned = run("consortium", "accredit", request, "--unsigned", "--charter", council.charter())
    assert unsigned.status == 0, unsigned
    told = json.loads(unsigned.out)
    assert "University a" in told["transactions"][0]["says"][1]
    found = run("consortium", "accredit", request, *council.signed_by("first"))
    assert found.status == 0, found
    [waiting] = proposals(run, council)
    assert waiting["state"] == "waits"
    assert waiting["proposal"][:12] in found.out  # computed here as the contract computes it
    asked = json.loads(request.read_text())
    assert not any(asked["uri"] in one for one in waiting["says"])  # nothing lies here that tells
    (council.folder / "of-a.json").write_text(request.read_text())
    [named] = proposals(run, council)
    assert asked["uri"] in named["says"][0]
    assert "a.example/muhr" in named["says"][3]
    of_home = run("consortium", "proposals", "--charter", council.charter(), home="a")
    assert asked["uri"] in of_home.out
    early = run("consortium", "carry-out", waiting["proposal"][:8], *council.signed_by("second"))
    assert (early.status, "may be carried out from" in early.err) == (1, True)
    assert join(run, council, "a").status == 3
    council.pass_time(3601)
    done = run("consortium", "carry-out", waiting["proposal"][:8], *council.signed_by("second"))
    assert done.status == 0, done
    joined = join(run, council, "a")
    assert (joined.status, "join-request.json" in joined.out) == (0, False)
    assert ("pays, and has money" in joined.out, "give it money" in joined.out) == (True, False)
    assert (council.folder / "a" / "consortium.json").read_text() == Path(
        council.charter()
    ).read_text()
    again = run("consortium", "carry-out", waiting["proposal"][:8], *council.signed_by("second"))
    assert (again.status, "was carried out" in again.err) == (1, True)
    assert "already" in join(run, council, "a").out.lower()


def unsigned_words(run: Callable[..., Any], council: Council, *arguments: str) -> str:
    found = run("consortium", *arguments, "--unsigned", "--charter", council.charter())
    assert found.status == 0, found
    [transaction] = json.loads(found.out)["transactions"]
    return " ".join(transaction["says"])


def test_a_stolen_key_is_closed_as_of_the_theft(run: Callable[..., Any], council: Council) -> None:
    asked = json.loads((council.folder / "a" / "join-request.json").read_text())
    account, theft = "0x" + asked["registrar"], "2026-11-01T10:20:30"
    close = ("consortium", "close", account, "--since", theft)
    assert theft in unsigned_words(run, council, *close[1:])
    asks = run(*close, *[one for one in council.signed_by("first") if one != "--yes"])
    assert asks.out.startswith("Propose this to the council")
    assert f"({asked['uri']})" in asks.out  # as the chain has whose account it is
    assert asks.status != 0  # nobody said yes
    new = council.accounts["stranger"]
    words = unsigned_words(run, council, "rotate", account, new, "--since", theft)
    assert words.count(theft) == 1
    assert new in words


def test_a_member_has_a_witness_and_no_alarm(run: Callable[..., Any], council: Council) -> None:
    assert run("consortium", "alarms", home="a").out == "There is no alarm.\n"
    found = run("consortium", "alarms", "--json", home="a")
    assert (found.status, json.loads(found.out)) == (0, [])
    assert (council.folder / "a" / "witness" / "name").read_text() == "a.example/muhr/witness"


def test_a_witness_is_begun_anew_by_members_only(run: Callable[..., Any], council: Council) -> None:
    key = (council.folder / "a" / "witness" / "witness.pem").read_bytes()
    unserved = run("consortium", "witness", home="a")  # what the chain tells was not read there yet
    assert (unserved.status, "As far as the chain was read" in unserved.err) == (2, True)
    assert (council.folder / "a" / "witness" / "witness.pem").read_bytes() == key
    assert run("consortium", "witness", home="b").status == 2  # it has only asked


def test_a_reader_sees_council_and_proposals_as_the_contract_tells(council: Council) -> None:
    charter = Charter.parse(Path(council.charter()).read_text())
    told = EvmCouncil(council.node).events(
        charter, charter.first_block, council.node.block().number
    )
    state = CouncilState.of(told)
    both = {council.accounts[who].lower().removeprefix("0x") for who in ("first", "second")}
    assert (set(state.members), state.delay) == (both, 3600)
    assert all(rights == frozenset(RIGHTS) for rights in state.members.values())
    assert state.proposals[0].state is ProposalState.CARRIED_OUT
    assert [act.function for act in state.proposals[0].acts if act] == [
        "accredit",
        "addRegistrar",
        "addService",
        "openLedger",
    ]


def test_a_proposal_is_called_back_by_another_member(
    run: Callable[..., Any], council: Council
) -> None:
    assert (
        run("consortium", "suspend", "https://a.example/", *council.signed_by("first")).status == 0
    )
    waiting = proposals(run, council)[-1]
    back = run("consortium", "call-back", waiting["proposal"][:10], *council.signed_by("second"))
    assert back.status == 0, back
    assert back.out.startswith(f"Call proposal {waiting['proposal']} back")
    council.pass_time(3601)
    late = run("consortium", "carry-out", waiting["proposal"][:10], *council.signed_by("first"))
    assert (late.status, "called back" in late.err) == (1, True)
    assert proposals(run, council)[-1]["state"] == "called-back"


def test_a_stranger_proposes_nothing(run: Callable[..., Any], council: Council) -> None:
    before = proposals(run, council)
    found = run("consortium", "suspend", "https://a.example/", *council.signed_by("stranger"))
    assert found.status != 0
    assert "Traceback" not in found.err
    assert proposals(run, council) == before


def test_whoever_cannot_pay_is_told_so(run: Callable[..., Any], council: Council) -> None:
    account = Account.from_key(secrets.token_bytes(32))
    document = Account.encrypt(account.key, PASSWORD, iterations=2**10)
    (council.folder / "poor.json").write_text(json.dumps(document))
    signed = council.signed_by("poor")[:-2]
    named = ["--name", "Poor", "--admin", account.address, "--out", council.folder / "poor-charter"]
    found = run("consortium", "init", *named, *signed)
    assert (found.status, account.address in found.err) == (1, True), found


def test_a_mistyped_institution_is_told_before_the_delay(
    run: Callable[..., Any], council: Council
) -> None:
    right = run("consortium", "suspend", "https://a.example/", *council.signed_by("first"))
    assert (right.status, "would refuse" in right.err) == (0, False), right
    wrong = run("consortium", "suspend", "https://a.example", *council.signed_by("first"))
    assert (wrong.status, "would refuse" in wrong.err) == (0, True), wrong
    for one in proposals(run, council):
        if one["state"] == "waits":
            called = ("consortium", "call-back", one["proposal"][:12])
            assert run(*called, *council.signed_by("second")).status == 0


def test_a_charter_is_no_deployment_file(
    run: Callable[..., Any], council: Council, tmp_path: Path
) -> None:
    (tmp_path / "book").write_text("a book")
    found = run("verify", tmp_path / "book", "--deployment", council.charter(), home="a")
    assert (found.status, "charter of a consortium" in found.err) == (2, True), found


def test_a_request_for_another_consortium_is_refused(
    run: Callable[..., Any], council: Council, tmp_path: Path
) -> None:
    other = json.loads(Path(council.charter()).read_text()) | {"name": "Others"}
    charter = tmp_path / "others.json"
    charter.write_text(json.dumps(other))
    request = council.folder / "a" / "join-request.json"
    signed = council.signed_by("first")[:-1]
    found = run("consortium", "accredit", request, *signed, charter)
    assert (found.status, "another consortium" in found.err) == (2, True)


def test_a_member_takes_new_rules_of_the_same_charter(
    run: Callable[..., Any], council: Council, tmp_path: Path
) -> None:
    rules, kept = tmp_path / "rules.json", council.folder / "a" / "consortium.json"
    told = json.loads(kept.read_text())
    rules.write_text(json.dumps(told | {"quorum": 1, "members": ["http://127.0.0.1:9"]}))
    found = run("consortium", "charter", rules, home="a")
    assert (found.status, "must cosign: 1." in found.out) == (0, True)
    assert Charter.parse(kept.read_text()).digest.hex() in found.err
    assert Charter.parse(kept.read_text()).quorum == 1
    rules.write_text(json.dumps(told | {"name": "Others"}))
    assert run("consortium", "charter", rules, home="a").status == 2
    assert Charter.parse(kept.read_text()).name == "Universities"
    listed = run("consortium", "members", "--json", home="a")
    assert (listed.status, json.loads(listed.out)) == (0, [])
    away = run("consortium", "meet", "http://127.0.0.1:9", home="a")
    assert (away.status, "MUHR_TOLD_HOSTS" in away.err) == (2, True)
    told = {"own": "11" * 32, "members": []}
    with answering(json.dumps(told).encode()) as other:
        early = run("consortium", "meet", other, home="a", MUHR_TOLD_HOSTS="127.0.0.1")
    assert (early.status, "has not said yet who it is" in early.err) == (2, True), early


def test_a_mistyped_account_is_noticed(run: Callable[..., Any], council: Council) -> None:
    account = council.accounts["first"]
    wrong = account[:-1] + ("0" if account[-1] != "0" else "1")
    found = run("consortium", "close", wrong, *council.signed_by("first"))
    assert found.status == 2, found


def test_a_node_that_answers_nonsense_is_told(
    muhr: Callable[..., Any], council: Council, tmp_path: Path
) -> None:
    for body in ("too deep within", "a list", "all forged", "nothing"):
        with answering(BODIES[body]) as node:
            settings = {"MUHR_HOME": str(tmp_path), "MUHR_CHAIN_URL": node}
            found = muhr(settings, "consortium", "proposals", "--charter", council.charter())
        assert found.status in (1, 2, 3, 4), found
        assert "Traceback" not in found.err
