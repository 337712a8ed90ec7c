"""Acts of a council that are signed on a machine without a network, and roles that are handed over."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account

from ledger_service.adapters.evm.deploy import ADMIN_DELAY_SECONDS
from ledger_service.adapters.evm.ganache import Ganache
from ledger_service.adapters.evm.node import Node
from ledger_service.domain.consortium.charter import Charter

MODULES = Path(__file__).parents[3] / "node_modules"
PASSWORD = "of the council"
URI = "https://a.example/"


class Bench:
    """A chain with a council of one, whose acts wait for a minute, and key files in a folder."""

    def __init__(self, folder: Path, muhr: Callable[..., Any], node: Node, url: str) -> None:
        self.folder, self._muhr, self.node, self._url = folder, muhr, node, url
        self.accounts: dict[str, str] = {}
        (folder / "password").write_text(PASSWORD)

    def make(self, who: str) -> None:
        account = Account.from_key(secrets.token_bytes(32))
        document = Account.encrypt(account.key, PASSWORD, iterations=2**10)
        (self.folder / f"{who}.json").write_text(json.dumps(document))
        self.accounts[who] = account.address
        bank = self.node.request("eth_accounts")[0]
        payment = {"from": bank, "to": account.address, "value": hex(10**20)}
        self.node.request("eth_sendTransaction", payment)

    def run(self, *arguments: object, has_network: bool = True) -> Any:
        home = {"MUHR_HOME": str(self.folder / "none")}
        chain = {"MUHR_CHAIN_URL": self._url if has_network else "http://127.0.0.1:9"}
        charter = [] if arguments[0] == "init" else ["--charter", self.folder / "consortium.json"]
        return self._muhr(home | chain, "consortium", *arguments, *charter)

    def key(self, who: str) -> list[object]:
        return ["--key", self.folder / f"{who}.json", "--password-file", self.folder / "password"]

    def write(self, name: str, who: str, *arguments: object) -> Path:
        out = self.folder / name
        offline = ["--offline", out, "--signer", self.accounts[who]]
        found = self.run(*arguments, *offline)
        assert found.status == 0, found
        return out

    def sign(self, file: Path, who: str = "member") -> Any:
        return self.run("sign", file, *self.key(who), "--yes", has_network=False)

    def pass_time(self, seconds: int) -> None:
        self.node.request("evm_increaseTime", seconds)
        self.node.request("evm_mine")


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ganache]:
    found = Ganache(MODULES, tmp_path_factory.mktemp("chain"), 4243)
    yield found
    found.stop()


@pytest.fixture
def bench(chain: Ganache, muhr: Callable[..., Any], tmp_path: Path) -> Bench:
    found = Bench(tmp_path, muhr, Node(chain.url), chain.url)
    for who in ("payer", "member", "next"):
        found.make(who)
    named = ["--name", "Universities", "--out", tmp_path / "consortium.json", "--delay", "60"]
    member = ["--member", found.accounts["member"]]
    assert found.run("init", *named, *member, *found.key("payer"), "--yes").status == 0
    return found


def test_an_act_is_signed_without_a_network_and_sent_once(bench: Bench) -> None:
    file = bench.write("act.json", "member", "suspend", URI)
    changed = json.loads(file.read_text()) | {"says": ["Accredit everybody."]}
    file.write_text(json.dumps(changed))  # words beside the bytes are nobody's
    signed = bench.sign(file)
    assert signed.status == 0, signed
    assert f"Suspend the institution {URI} (" in signed.out
    assert "Accredit" not in signed.out
    assert "after 60 seconds" in signed.out
    sent = bench.run("send", f"{file}.signed")
    assert (sent.status, "in block" in sent.out) == (0, True), sent
    assert "`muhr consortium proposals` shows" in sent.out
    [waiting] = json.loads(bench.run("proposals", "--json").out)
    assert waiting["state"] == "waits"
    assert bench.run("send", f"{file}.signed").status == 0  # it stands there already
    bench.pass_time(61)
    both = bench.run("carry-out", waiting["proposal"], "--unsigned", *bench.key("member"))
    assert both.status == 2
    nobody = bench.run(
        "carry-out",
        waiting["proposal"],
        "--offline",
        bench.folder / "x",
        "--signer",
        "0x" + "1" * 40,
    )
    assert (nobody.status, (bench.folder / "x").exists()) == (1, False)  # the chain refuses it


def test_a_proposal_is_carried_out_off_line(bench: Bench) -> None:
    add = ["member", "add", bench.accounts["next"]]
    assert bench.run(*add, *bench.key("member"), "--yes").status == 0
    [waiting] = json.loads(bench.run("proposals", "--json").out)
    bench.pass_time(61)
    file = bench.write("out.json", "member", "carry-out", waiting["proposal"])
    told = bench.sign(file)
    assert "Carry out what was proposed" in told.out
    assert told.out.count(bench.accounts["next"]) == 1  # all three rights are one act
    assert f"Make {bench.accounts['next']} a member of the council" in told.out
    sent = bench.run("send", f"{file}.signed")
    assert (sent.status, "Done." in sent.out, "It is proposed" in sent.out) == (0, True, False)
    assert bench.run("proposals").out == ""


def test_a_number_that_was_used_meanwhile_is_told(bench: Bench) -> None:
    file = bench.write("act.json", "member", "suspend", URI)
    assert bench.sign(file).status == 0
    other = bench.run("reinstate", URI, *bench.key("member"), "--yes")
    assert other.status == 0, other
    late = bench.run("send", f"{file}.signed")
    assert (late.status, "for something else meanwhile" in late.err) == (1, True), late


def _changed(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    value = json.loads(file.read_text())
    change(value)
    file.write_text(json.dumps(value))


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "more behind the call": lambda v: v["calls"][-1].update(data=v["calls"][-1]["data"] + "00"),
    "another function": lambda v: v["calls"][-1].update(data="deadbeef"),
    "another contract": lambda v: v["calls"][-1].update(to="11" * 20),
    "another chain": lambda v: v.update(chain_id=1),
    "another charter": lambda v: v.update(charter="00" * 32),
    "another signer": lambda v: v.update(signer="22" * 20),
    "value": lambda v: v["calls"][-1].update(value=1),
    "dear": lambda v: v["calls"][-1].update(gas=10**9),
    "numbers": lambda v: v["calls"][-1].update(nonce=77),
    "no calls": lambda v: v.update(calls=[]),
    "a list": lambda v: v.update(calls=["x"]),
    "a truth": lambda v: v.update(chain_id=True),
}


def test_what_cannot_be_told_is_not_signed(bench: Bench) -> None:
    for number, (name, change) in enumerate(CHANGES.items()):
        file = bench.write(f"act{number}.json", "member", "suspend", URI)
        _changed(file, change)
        found = bench.sign(file)
        assert found.status == 2, (name, found)
        assert "Traceback" not in found.err
        assert not (bench.folder / f"act{number}.json.signed").exists(), name


def test_only_what_was_asked_for_is_sent(bench: Bench) -> None:
    asked = bench.write("act.json", "member", "suspend", URI)
    other = bench.write("other.json", "member", "reinstate", URI)
    assert bench.sign(other).status == 0
    found = bench.run("send", f"{other}.signed", "--asked", asked)
    assert (found.status, "not what was asked for" in found.err) == (2, True), found
    _changed(Path(f"{other}.signed"), lambda value: value.update(signed=["00"] * 2))
    assert bench.run("send", f"{other}.signed").status == 2
    assert bench.run("proposals").out == ""


def test_a_name_is_shown_only_for_its_own_hash(bench: Bench) -> None:
    file = bench.write("act.json", "member", "suspend", URI)
    _changed(file, lambda value: value.update(names=["https://liar.example/"]))
    signed = bench.sign(file)
    assert signed.status == 0
    assert "example" not in signed.out


def test_roles_are_handed_over_accepted_or_kept(bench: Bench) -> None:
    following = bench.accounts["next"]
    accept = ["accept-admin", following, "--out", bench.folder / "following.json"]
    signed = [*bench.key("next"), "--yes"]
    unnamed = bench.run(*accept, *signed)
    assert (unnamed.status, "was not named" in unnamed.err) == (1, True), unnamed

    def carried(*arguments: object) -> None:
        found = bench.run(*arguments, *bench.key("member"), "--yes")
        assert found.status == 0, found
        [waiting] = json.loads(bench.run("proposals", "--json").out)
        bench.pass_time(61)
        done = bench.run("carry-out", waiting["proposal"], *bench.key("member"), "--yes")
        assert done.status == 0, done

    carried("hand-over", following)
    early = bench.run(*accept, *signed)
    assert (early.status, "can be accepted after" in early.err) == (1, True), early
    carried("keep-admin")
    assert bench.run(*accept, *signed).status == 1
    carried("hand-over", following)
    bench.pass_time(ADMIN_DELAY_SECONDS + 1)
    file = bench.write("accept.json", "next", *accept)
    charter = Charter.parse((bench.folder / "following.json").read_text())
    assert (charter.admin, charter.has_council) == (following[2:].lower(), False)
    (bench.folder / "consortium.json").write_text(charter.format())
    told = bench.sign(file, "next")
    assert "Accept the admin role of the registry" in told.out, told
    assert bench.run("send", f"{file}.signed").status == 0
    again = bench.run("suspend", URI, *bench.key("member"), "--yes")
    assert again.status == 1  # whose council it was has no right now
    mine = bench.run("reinstate", URI, *signed)
    assert "AccessControl" not in mine.err, mine
