"""`muhr verify` against a member's service: one answer over all ledgers, and members' receipts checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ledger_service.cli import main
from ledger_service.cli.verification.trust import Trust
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.reasons import Reason
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.consortium.list_members import find_member
from ledger_service.services.verification.make_receipt import receipt_of
from tests.simulators.bench import BOOK, SECOND, Bench
from tests.simulators.chain import DEPLOYED_AT
from tests.simulators.consortium import CHARTER, Institution
from tests.simulators.parts.served_members import copy_ledgers, served, settled

A, B = map(Institution, "ab")
Verify = Callable[..., Result]
STRANGER = b"nobody has it"


@pytest.fixture
def members(consortium: list[Bench]) -> list[Bench]:
    """Return three, of whom A copies B: B has the book, and A and after it B the second edition."""
    a, b, _ = consortium
    b.register(BOOK)
    b.settle()
    a.register(SECOND)
    a.settle()
    a.clock.advance(60)
    b.register(SECOND)
    settled(consortium)
    copy_ledgers(a, [b])
    return consortium


@pytest.fixture
def verify(members: list[Bench], tmp_path: Path) -> Iterator[Verify]:
    """Yield a function that runs the command against A, in a home that has nothing but the charter."""
    home = tmp_path / "student"
    home.mkdir()
    (home / "consortium.json").write_text(CHARTER.format(), "utf-8")
    with served(members[0]) as url:

        def run(data: bytes, *options: str) -> Result:
            (tmp_path / "book").write_bytes(data)
            settings = {"MUHR_HOME": str(home), "MUHR_API": url}
            return CliRunner().invoke(
                main, ["verify", str(tmp_path / "book"), *options], env=settings
            )

        yield run


def told_of(result: Result) -> dict[str, Any]:
    [told] = json.loads(result.stdout)
    return dict(told)


def outcome(told: dict[str, Any], axis: str) -> tuple[str, str]:
    [found] = [item for item in told["axes"] if item["axis"] == axis]
    return found["outcome"], found["reason"]


def test_what_only_another_member_has_is_verified_by_its_receipt(verify: Verify) -> None:
    told = told_of(verify(BOOK, "--json"))
    assert told["steward"] == told["first"] == B.steward.hex()
    assert outcome(told, "bytes") == ("pass", "digest-of-entry")
    assert outcome(told, "ledger") == ("not checked", "key-from-service")  # no node was asked
    assert [one["name"] for one in told["holders"]] == ["University b"]
    result = verify(BOOK)
    assert result.exit_code == 3
    assert "The receipt is of another library: University b" in result.stderr
    assert "First of the ledgers that could be asked: University b, since" in result.stdout


def test_who_was_first_and_who_else_and_whom_nobody_could_ask(verify: Verify) -> None:
    result = verify(SECOND)
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert [
        line.partition(",")[0].partition(" of the 2")[0] for line in lines if "University" in line
    ] == [
        "First of the ledgers that could be asked: University a",
        "Also held by University b",
        "Asked: the ledger of University a",
        "Asked: the ledger of University b",
        "Not asked: the ledger of University c: the copy of its ledger that is kept here has 0",
    ]
    told = told_of(verify(SECOND, "--json"))
    assert told["steward"] == A.steward.hex()  # by its own receipt; nobody else's is needed
    assert [one["steward"] for one in told["holders"]] == [A.steward.hex(), B.steward.hex()]
    assert [one["reason"] is None for one in told["asked"]] == [True, True, False]


def test_nothing_is_not_registered_for_sure_while_a_ledger_was_missed(
    members: list[Bench], verify: Verify
) -> None:
    told = told_of(verify(STRANGER, "--json"))
    assert (told["verdict"], told["first"]) == ("not_checked", None)
    assert outcome(told, "bytes") == ("not checked", "not-found-not-all-asked")
    assert verify(STRANGER).exit_code == 3
    a, _, c = members
    copy_ledgers(a, [c])
    assert told_of(verify(STRANGER, "--json"))["verdict"] == "not_registered"
    assert verify(STRANGER).exit_code == 1


def test_a_key_is_nobody_s_once_the_account_that_announced_it_was_closed(
    members: list[Bench], verify: Verify
) -> None:
    a, _, _ = members
    steward = B.steward.hex()
    a.chain.act(lambda state: state.close_registrar(steward, B.registrar, 1))
    follow_chain(a.library, DEPLOYED_AT)
    known = find_member(a.library, B.steward)
    assert (known.counts, known.unanswered_because) == (False, None)
    result = verify(BOOK)
    assert "What University b said of its key counts no more" in result.stderr
    assert result.exit_code == 3
    told = told_of(verify(BOOK, "--json"))
    assert (told["steward"], told["verdict"]) == (None, "not_checked")


NOBODY = "http://127.0.0.1:9"


def test_a_receipt_of_a_member_whom_nobody_here_names_speaks_neither_for_nor_against_a_file(
    members: list[Bench], verify: Verify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt, deployment = tmp_path / "receipt.json", tmp_path / "deployment.json"
    receipt.write_bytes(receipt_of(members[1].library, Digest.of(BOOK)).format())
    deployment.write_text(CHARTER.deployment(A.steward, A.signer.key).format())
    asked = "--receipt", str(receipt), "--api", NOBODY
    result = verify(BOOK, *asked, "--deployment", str(deployment))
    assert "no service answers that could name its key" in result.stderr
    assert result.exit_code == 3
    told = told_of(verify(BOOK, *asked, "--deployment", str(deployment), "--json"))
    assert told["verdict"] == "not_checked"
    assert outcome(told, "ledger") == ("not checked", "receipt-of-other-ledger")
    named = "--deployment", str(deployment), "--rpc", NOBODY
    monkeypatch.setattr(Trust, "view", pytest.fail)  # no node can tell more
    unasked = told_of(verify(BOOK, *asked, *named, "--complete", "--json"))
    assert outcome(unasked, "ledger") == ("not checked", "receipt-of-other-ledger")
    by_charter = told_of(verify(BOOK, *asked, "--json"))  # which names the contracts
    assert outcome(by_charter, "bytes") == ("pass", "digest-of-entry")
    assert outcome(by_charter, "ledger") == ("not checked", "key-from-service")
    assert outcome(by_charter, "anchor") == ("not checked", "no-node-asked")


def test_a_member_that_does_not_answer_keeps_its_key(members: list[Bench], verify: Verify) -> None:
    a, _, _ = members
    with a.store.write() as transaction:
        transaction.members.note(B.steward, Reason("member-address-of-other", {"url": B.url}))
    known = find_member(a.library, B.steward)
    assert known.counts
    assert known.fault is not None
    assert outcome(told_of(verify(BOOK, "--json")), "bytes")[0] == "pass"
