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

SECRET = "muhr_abc.DEF-123"


@pytest.mark.parametrize("data", [b"%s", b"%s\r\n", BYTE_ORDER_MARK + b"%s\n", b"  %s  "])
def test_a_token_is_read_as_programs_save_it(data: bytes) -> None:
    assert parse_token(data % SECRET.encode()) == SECRET


@pytest.mark.parametrize(
    "data",
    [
        SECRET.encode("utf-16"),
        f"token: {SECRET}".encode(),
        f"{SECRET}\n{SECRET}".encode(),
        f"{SECRET}ў".encode(),
        b"",
        b"\xff",
    ],
)
def test_what_is_no_token_is_refused_and_not_shown(data: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_token(data)
    assert "abc" not in json.dumps(messages.error_json(refused.value))


def test_text_in_utf_16_is_refused_in_words() -> None:
    assert parse(BYTE_ORDER_MARK + "Ўзбек".encode()) == "Ўзбек"
    with pytest.raises(InvalidInput, match="file-not-utf-8"):
        parse("Ўзбек".encode("utf-16"))


def test_commands_read_tokens_and_deployments_so(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_bytes("{}".encode("utf-16"))
    with pytest.raises(InvalidInput, match="file-not-utf-8"):
        remote("http://127.0.0.1:9", "reader", given)
    with pytest.raises(InvalidInput, match="file-not-utf-8"):
        load_trust(given, None, None)  # type: ignore[arg-type]
