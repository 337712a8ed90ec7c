"""Files that people give as Windows programs save them: read, or refused without showing a secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ledger_service import messages
from ledger_service.cli.output import remote
from ledger_service.cli.verification.trust import load_trust
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.foreign_text import BYTE_ORDER_MARK, parse, parse_token
from ledger_service.domain.printable_text import without_secrets

SECRET = "muhr_" + "aB-_9" * 8 + "xyz"
OTHER = "muhr_" + "q" * 43


@pytest.mark.parametrize(
    "data",
    [
        b"%s",
        b"%s\r\n",
        BYTE_ORDER_MARK + b"%s\n",
        b"  %s  ",
        b"registrar dilnoza\n%s\n",
        b"token: %s",
        b"token=%s\n",
        b'{"role": "reader", "subject": "00ff", "token": "%s"}',
        b"%s\n%s\n",
        "ўқувчи ".encode("cp1251", "replace") + b"%s",
    ],
)
def test_a_token_is_read_as_programs_save_it(data: bytes) -> None:
    assert parse_token(data.replace(b"%s", SECRET.encode())) == SECRET


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_token_is_read_as_powershell_redirects_it(encoding: str) -> None:
    assert parse_token(f"reader 00ff\r\n{SECRET}\r\n".encode(encoding)) == SECRET


@pytest.mark.parametrize(
    "data",
    [
        f"{SECRET}\n{OTHER}".encode(),
        f"{SECRET}x".encode(),
        f"x{SECRET}".encode(),
        SECRET[:-1].encode(),
        SECRET.removeprefix("muhr_").encode(),
        b"",
        b"\xff",
    ],
)
def test_what_is_no_token_is_refused_and_not_shown(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="no-token") as refused:
        parse_token(data)
    assert "aB" not in json.dumps(messages.error_json(refused.value))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"File '{SECRET}' does not exist.", "File 'muhr_…' does not exist."),
        (f"{SECRET[:30]} and {OTHER}", "muhr_… and muhr_…"),
        ("https://ann:secret@example.uz/x", "https://…@example.uz/x"),
        ("https://example.uz/@x and ann@example.uz", "https://example.uz/@x and ann@example.uz"),
        ("muhr_registrations", "muhr_registrations"),
    ],
)
def test_what_lets_somebody_in_is_taken_out_of_a_text(text: str, kept: str) -> None:
    assert without_secrets(text) == kept


def test_text_in_utf_16_is_refused_in_words() -> None:
    assert parse(BYTE_ORDER_MARK + "Ўзбек".encode()) == "Ўзбек"
    with pytest.raises(InvalidInput, match="file-not-utf-8"):
        parse("Ўзбек".encode("utf-16"))


def test_commands_read_tokens_and_deployments_so(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_bytes("{}".encode("utf-16"))
    with pytest.raises(InvalidInput, match="no-token"):
        remote("http://127.0.0.1:9", "reader", given)
    with pytest.raises(InvalidInput, match="file-not-utf-8"):
        load_trust(given, None, None)  # type: ignore[arg-type]
