"""A file of signatures is checked offline: by whom, of what, and that the ledger attests it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ledger_service.adapters.evm.relaying import is_signed_by_key
from ledger_service.adapters.signer import check_ed25519
from ledger_service.cli.authorship.authors import authors
from ledger_service.domain import canonical_json
from ledger_service.domain.authorship.signed_statement import SignedBy
from ledger_service.domain.errors import InvalidAuthors
from ledger_service.domain.identifiers import Digest
from ledger_service.services.authorship import ask_for_wallet, sign_statement
from ledger_service.services.authorship.check_file import CheckedFile, check_file
from ledger_service.services.authorship.check_signatures import SignatureState
from ledger_service.services.authorship.show_signed import signed_works, statement_file
from tests.simulators.bench import Bench
from tests.simulators.parts.signed_intents import signature_by
from tests.simulators.people.writers import WORK, PasskeyWriter, Writer, accepted, signed


@pytest.fixture
def data(bench: Bench) -> bytes:
    """Return the file of what two have signed, with its proof."""
    signed(bench, Writer(bench, "Malika"), PasskeyWriter(bench, "Yusuf"))
    bench.registered()
    [work] = signed_works(bench.library, Digest.of(WORK))
    return statement_file(bench.library, work.digest).format()


def found(bench: Bench, data: bytes, work: bytes | None = WORK) -> CheckedFile:
    digest = None if work is None else Digest.of(work)
    return check_file(data, digest, is_signed_by_key, bench.library.key, check_ed25519)


def test_all_is_proved_with_the_work_and_the_key_of_the_ledger(bench: Bench, data: bytes) -> None:
    checked = found(bench, data)
    assert (checked.is_complete, checked.fails, checked.why) == (True, False, None)
    assert checked.entry is not None
    assert bench.entries()[checked.entry].text("statement") == checked.file.signed.digest.hex()


def test_another_work_fails(bench: Bench, data: bytes) -> None:
    assert found(bench, data, b"another").fails
    assert found(bench, data, None).is_complete


def test_without_a_key_or_a_proof_it_is_not_complete_and_says_why(
    bench: Bench, data: bytes
) -> None:
    bare = check_file(data, None, is_signed_by_key, None, check_ed25519)
    assert (bare.is_complete, bare.fails, bare.checked.is_signed_by_all) == (False, False, True)
    told = json.loads(data) | {"proof": None}
    early = found(bench, canonical_json.canonicalize(told))
    assert (early.is_complete, early.why is not None) == (False, True)


@pytest.mark.parametrize(
    "change",
    [
        lambda proof: proof.update(index=0),
        lambda proof: proof.update(index="x"),
        lambda proof: proof.pop("entry"),
        lambda proof: proof["proof"].append("00" * 32),
        lambda proof: proof.update(entry=proof["entry"].replace("cosignature", "report")),
        lambda proof: proof.update(checkpoint=proof["checkpoint"].replace("\n", "\n1", 1)),
    ],
)
def test_a_proof_that_was_changed_proves_nothing(
    bench: Bench, data: bytes, change: Callable[[dict[str, Any]], object]
) -> None:
    told = json.loads(data)
    change(told["proof"])
    checked = found(bench, canonical_json.canonicalize(told))
    assert (checked.entry, checked.is_complete) == (None, False)


def test_the_proof_of_another_statement_proves_nothing(bench: Bench, data: bytes) -> None:
    signed(bench, Writer(bench, "Somebody else"), work=b"%PDF another")
    [other] = signed_works(bench.library, Digest.of(b"%PDF another"))
    bench.registered(b"a further book", title="later")
    later = json.loads(statement_file(bench.library, other.digest).format())
    told = json.loads(data) | {"proof": later["proof"]}
    assert found(bench, canonical_json.canonicalize(told)).entry is None


def test_a_contracts_approval_is_not_checked_offline(bench: Bench) -> None:
    writer = Writer(bench, "A contract")
    statement = accepted(bench, writer)
    fixed_digest = _wallet_digest(bench, writer, statement)
    account = bytes.fromhex(writer.account.address[2:])
    answer = "0x" + (signature_by(account) + fixed_digest).hex()
    assert sign_statement(bench.library, writer.caller, statement, answer)
    [work] = signed_works(bench.library, Digest.of(WORK))
    assert (work.states, work.is_signed_by_all) == ((SignatureState.NOT_CHECKED,), False)
    assert work.signed.signatures[0].by is SignedBy.CONTRACT
    checked = found(bench, statement_file(bench.library, work.digest).format())
    assert (checked.is_complete, checked.fails) == (False, False)


def _wallet_digest(bench: Bench, writer: Writer, statement: str) -> bytes:
    from eth_account.messages import _hash_eip191_message, encode_typed_data

    asked = json.loads(ask_for_wallet(bench.library, writer.caller, statement))
    return _hash_eip191_message(encode_typed_data(full_message=asked))


def run(*arguments: str, home: Path) -> Result:
    environment = {"MUHR_HOME": str(home), "MUHR_LANGUAGE": "en"}
    return CliRunner().invoke(authors, arguments, env=environment)


def test_the_command_says_who_signed(data: bytes, tmp_path: Path) -> None:
    statement, work, other = (tmp_path / name for name in ("authors.json", "work", "other"))
    statement.write_bytes(data)
    work.write_bytes(WORK)
    other.write_bytes(b"other")
    told = run(str(statement), str(work), home=tmp_path)
    assert (told.exit_code, "Signed by all of its 2 authors." in told.output) == (3, True)
    assert "1. Malika: signature holds (0x" in told.output
    assert "2. Yusuf: signature holds (passkey)" in told.output
    assert run(str(statement), str(other), home=tmp_path).exit_code == 1
    answer = run(str(statement), "--json", home=tmp_path)
    assert json.loads(answer.output)["signed_by_all"] is True
    changed = json.loads(data)
    changed["signed"]["signatures"][0]["signature"] = "11" * 65
    statement.write_bytes(canonical_json.canonicalize(changed))
    refused = run(str(statement), home=tmp_path)
    assert (refused.exit_code, "Not signed by all" in refused.output) == (1, True)


def test_a_name_that_was_changed_is_refused(bench: Bench, data: bytes) -> None:
    told = json.loads(data)
    told["names"][0]["name"] = "Somebody Else"
    with pytest.raises(InvalidAuthors):
        found(bench, canonical_json.canonicalize(told))
