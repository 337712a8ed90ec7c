"""Files that people name: a pipe is read, one without a writer ends, and nothing is read without end."""

from __future__ import annotations

import ast
import json
import os
import threading
from pathlib import Path

import pytest

from ledger_service.adapters.given_files import read_given, write_given
from ledger_service.adapters.keys import address_in, open_keystore
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.foreign_json import LARGEST_DEPTH
from tests.unit.test_house_rules import PROJECT


def test_a_pipe_that_nobody_writes_to_is_empty(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert read_given(tmp_path / "pipe") == b""


def test_a_pipe_of_another_program_is_waited_for() -> None:
    reading, writing = os.pipe()
    written = threading.Timer(0.05, lambda: (os.write(writing, b"late"), os.close(writing)))
    written.start()
    assert read_given(Path(f"/dev/fd/{reading}")) == b"late"
    written.join()
    os.close(reading)


def test_a_pipe_that_nobody_reads_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="No such device"):
        write_given(tmp_path / "pipe", b"a receipt")


def test_a_pipe_to_another_program_is_written() -> None:
    reading, writing = os.pipe()
    write_given(Path(f"/dev/fd/{writing}"), b"a receipt")
    os.close(writing)
    assert os.read(reading, 100) == b"a receipt"
    os.close(reading)


def test_what_stood_in_a_file_is_replaced(tmp_path: Path) -> None:
    write_given(tmp_path / "file", b"a long one")
    write_given(tmp_path / "file", b"short")
    assert (tmp_path / "file").read_bytes() == b"short"


def test_no_more_is_read_than_the_bound_and_a_byte() -> None:
    assert len(read_given(Path("/dev/zero"), 1000)) == 1001


def test_commands_open_what_people_name_by_this_function_only() -> None:
    found = []
    for path in sorted((PROJECT / "ledger_service" / "cli").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            called = ast.unparse(node) if isinstance(node, ast.Call) else ""
            if called.endswith((".read_bytes()", ".read_text()", "open('rb')", "open('wb')")):
                found.append(f"{path.name}: {called}")
            if ".write_bytes(" in called or ".write_text(" in called or "open('w'" in called:
                found.append(f"{path.name}: {called}")
    assert found == []


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", b"[]", b"7", b"[" * (LARGEST_DEPTH + 1), b'{"address": NaN}', b'{"a": 1}'],
)
def test_a_key_file_that_is_none_is_refused(tmp_path: Path, data: bytes) -> None:
    keystore, password = tmp_path / "key.json", tmp_path / "password"
    keystore.write_bytes(data)
    password.write_text("x")
    with pytest.raises(InvalidInput):
        address_in(keystore)
    with pytest.raises(InvalidInput):
        open_keystore(keystore, password)


def test_a_password_that_is_no_text_is_refused(tmp_path: Path) -> None:
    keystore, password = tmp_path / "key.json", tmp_path / "password"
    keystore.write_text(json.dumps({"crypto": {}}))
    password.write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidInput):
        open_keystore(keystore, password)
