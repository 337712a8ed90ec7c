"""A consortium by its commands: founded, joined by two universities, and acted for, on one chain."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from eth_account import Account

from ledger_service.adapters.evm.ganache import Ganache
from ledger_service.adapters.evm.node import Node
from ledger_service.domain.consortium.charter import Charter

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

    def run_there(*arguments: object, home: str = "none") -> Any:
        settings = {
            "MUHR_HOME": str(council.folder / home),
            "MUHR_CHAIN_URL": council.url,
            "MUHR_CONFIRMATIONS": "1",
        }
        return muhr(settings, *arguments)

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
    asked = json.loads((council.folder / "a" / "join-request.json").read_text())
    council.give(asked["relayer"])
    assert not (council.folder / "a" / "keys" / "admin.json").exists()


def test_the_council_accredits_after_its_delay(run: Callable[..., Any], council: Council) -> None:
    request = council.folder / "a" / "join-request.json"
    unsigned = run("consortium", "accredit", request, "--unsigned", "--charter", council.charter())
    told = json.loads(unsigned.out)
    assert "University a" in told["transactions"][0]["says"][0]
    found = run("consortium", "accredit", request, *council.signed_by("first"))
    assert found.status == 0, found
    [waiting] = proposals(run, council)
    assert waiting["state"] == "waits"
    early = run("consortium", "carry-out", waiting["proposal"][:8], *council.signed_by("second"))
    assert (early.status, "may be carried out from" in early.err) == (1, True)
    assert join(run, council, "a").status == 3
    council.pass_time(3601)
    done = run("consortium", "carry-out", waiting["proposal"][:8], *council.signed_by("second"))
    assert done.status == 0, done
    assert join(run, council, "a").status == 0
    again = run("consortium", "carry-out", waiting["proposal"][:8], *council.signed_by("second"))
    assert (again.status, "was carried out" in again.err) == (1, True)
    assert "already" in join(run, council, "a").out.lower()


def test_a_proposal_is_called_back_by_another_member(
    run: Callable[..., Any], council: Council
) -> None:
    assert (
        run("consortium", "suspend", "https://a.example/", *council.signed_by("first")).status == 0
    )
    waiting = proposals(run, council)[-1]
    back = run("consortium", "call-back", waiting["proposal"][:10], *council.signed_by("second"))
    assert back.status == 0, back
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


def test_a_mistyped_account_is_noticed(run: Callable[..., Any], council: Council) -> None:
    account = council.accounts["first"]
    wrong = account[:-1] + ("0" if account[-1] != "0" else "1")
    found = run("consortium", "close", wrong, *council.signed_by("first"))
    assert found.status == 2, found


def test_a_node_that_answers_nonsense_is_told(
    muhr: Callable[..., Any], council: Council, tmp_path: Path
) -> None:
    from tests.simulators.hostile import BODIES, answering

    for body in ("too deep within", "a list", "all forged", "nothing"):
        with answering(BODIES[body]) as node:
            settings = {"MUHR_HOME": str(tmp_path), "MUHR_CHAIN_URL": node}
            found = muhr(settings, "consortium", "proposals", "--charter", council.charter())
        assert found.status in (1, 2, 3, 4), found
        assert "Traceback" not in found.err
