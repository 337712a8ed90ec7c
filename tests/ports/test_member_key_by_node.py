"""Whose receipt it is, by a real node: a member's key is pinned, whichever way the node is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest

from ledger_service.adapters.consortium.announcing import KeyAnnouncer
from ledger_service.cli.verification.trust import Trust
from ledger_service.cli.verification.whose import Trusts
from ledger_service.domain.consortium.member import Announcement, Member
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.checkpoint import Checkpoint, sign_note
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.services.resources.find_resources import list_stewards
from tests.simulators.bench import signer_of

STUDENTS = signer_of("ledger of the student's library", "library.student.example/muhr")
"""The library that the student asks; the member is another on the same contracts."""


@pytest.fixture(autouse=True)
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[click.Context]:
    """Yield a command's context in an empty home."""
    monkeypatch.setenv("MUHR_HOME", str(tmp_path / "home"))
    with click.Context(click.Command("verify")) as context:
        yield context


def trust_in(bench: Any, *, is_complete: bool, **changes: Any) -> Trust:
    """Return by what a receipt of the bench's library is checked at another library.

    changes: of what the bench's library says of itself.
    """
    library = bench.running.opened.library
    [own] = [row for row in list_stewards(library) if row.id == library.steward]
    announcer = KeyAnnouncer(bench.running.opened.keys, library.key.name)
    named = Digest.of(b"a charter"), "A library", own.uri, "https://library.example"
    member = replace(
        Member(*named, library.key, "", announcer.registrar, bench.chain.head().time), **changes
    )
    signatures = announcer.sign(member.message), announcer.sign_digest(member.account_digest)
    told = json.loads(Announcement(member, *signatures).format())
    service = SimpleNamespace(get=lambda _: {"members": [{"announcement": told, "counts": True}]})
    text = Checkpoint(library.key.name, 1, b"\x01" * 32).format()
    note = sign_note(text, library.key, announcer.sign)
    receipt = Receipt(entry=b"{}", index=0, proof=(), checkpoint=note, anchor=None)
    asked = Trust(
        STUDENTS.key, bench.deployment, True, bench.running.chain.url, is_complete=is_complete
    )
    return Trusts(asked, service).of(receipt)  # type: ignore[arg-type]


@pytest.mark.parametrize("is_complete", [False, True])
def test_a_member_s_key_is_pinned_by_the_node(bench: Any, is_complete: bool) -> None:
    found = trust_in(bench, is_complete=is_complete)
    assert found.key == bench.running.opened.library.key
    assert found.is_pinned


@pytest.mark.parametrize("is_complete", [False, True])
def test_a_key_that_the_chain_gives_to_nobody_is_not_pinned(bench: Any, is_complete: bool) -> None:
    found = trust_in(bench, is_complete=is_complete, uri="https://another.example/")
    assert found.key == bench.running.opened.library.key
    assert not found.is_pinned
