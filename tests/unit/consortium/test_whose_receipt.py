"""Whose receipt it is: a member's key is taken of what it announced, and pinned only by the chain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest

from ledger_service.cli.verification.trust import Trust
from ledger_service.cli.verification.whose import CHARTER as CHARTER_FILE
from ledger_service.cli.verification.whose import Trusts, given_charter
from ledger_service.domain.ledger.checkpoint import Checkpoint, sign_note
from ledger_service.domain.verification.receipt import Receipt
from tests.simulators.bench import STEWARD, signer_of
from tests.simulators.consortium import CHARTER, Institution

OTHER = Institution("b")
OWN = signer_of("ledger")
AT = 1_795_426_002


class MembersService:
    """A service that tells these announcements, whatever is asked of it."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts

    def get(self, path: str) -> Any:
        assert path == "/consortium/members"
        members = [{"announcement": json.loads(text), "counts": True} for text in self._texts]
        return {"members": members}


@pytest.fixture(autouse=True)
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[click.Context]:
    """Yield a command's context with the charter given as a file, away from any home."""
    monkeypatch.setenv("MUHR_HOME", str(tmp_path / "home"))
    path = tmp_path / "consortium.json"
    path.write_text(CHARTER.format(), "utf-8")
    with click.Context(click.Command("verify")) as context:
        context.meta[CHARTER_FILE] = path
        yield context


def trust(**changes: Any) -> Trust:
    pinned = CHARTER.deployment(STEWARD, OWN.key)
    return Trust(
        **{"key": OWN.key, "deployment": pinned, "is_pinned": True, "rpc": None, **changes}
    )


def receipt_signed_by(signer: Any) -> Receipt:
    text = Checkpoint(signer.key.name, 1, b"\x01" * 32).format()
    note = sign_note(text, signer.key, signer.sign)
    return Receipt(entry=b"{}", index=0, proof=(), checkpoint=note, anchor=None)


def found(*texts: str, signer: Any = OTHER.signer) -> Trust:
    return taken_by(trust(), signer, MembersService(*texts))


def taken_by(own: Trust, signer: Any, service: Any) -> Trust:
    return Trusts(own, service, given_charter()).of(receipt_signed_by(signer))


def test_a_receipt_of_the_library_itself_is_checked_as_ever() -> None:
    given = trust()
    assert taken_by(given, OWN, MembersService()) is given


def test_a_member_s_receipt_takes_its_key_and_is_not_pinned_without_a_node() -> None:
    taken = found(Institution("c").says(AT), OTHER.says(AT))
    assert taken.key == OTHER.signer.key
    assert not taken.is_pinned
    assert taken.deployment is not None
    assert taken.deployment.steward == OTHER.steward.hex()
    assert taken.deployment.contracts == CHARTER.contracts


def test_a_ledger_that_nobody_announced_keeps_the_library_s_key() -> None:
    assert found().key == OWN.key
    assert found(Institution("c").says(AT)).key == OWN.key


def test_an_announcement_with_a_signature_that_is_not_its_own_counts_for_nothing() -> None:
    text = json.loads(OTHER.says(AT))
    forged = {**text, "registrar": Institution("c").registrar}
    assert found(json.dumps(forged)).key == OWN.key
    assert found(json.dumps({**text, "name": "Another name"})).key == OWN.key
    assert found(json.dumps({"type": "muhr-member/1"})).key == OWN.key


def test_a_member_of_another_consortium_is_none_of_this_one(context: click.Context) -> None:
    path = context.meta[CHARTER_FILE]
    path.write_text(CHARTER.format().replace(CHARTER.name, "Another consortium"), "utf-8")
    assert found(OTHER.says(AT)).key == OWN.key


def test_a_service_that_answers_otherwise_tells_nothing() -> None:
    for answer in ({}, {"members": [{}]}, {"members": None}, []):
        service = SimpleNamespace(get=lambda _, answer=answer: answer)
        assert taken_by(trust(), OTHER.signer, service).key == OWN.key
