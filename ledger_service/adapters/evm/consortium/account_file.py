"""An account of somebody of the council, in a file of its own; no library's folder of keys has it."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from eth_account import Account

from ledger_service.adapters.given_files import read_given
from ledger_service.adapters.keys import SCRYPT_ROUNDS, open_keystore
from ledger_service.domain import foreign_text
from ledger_service.domain.errors import InvalidInput


def make_account_file(file: Path, password_file: Path) -> str:
    """Return the account (40 hex) of a new key in Web3 Secret Storage, which only its owner may read.

    password_file: with the password; written with a random one of 256 bits if it is missing.

    Raises:
        InvalidInput: the file is there already, or the password file has no password.
    """
    if file.exists():
        raise InvalidInput("account-file-exists", file=str(file))
    if not password_file.exists():
        _write(password_file, secrets.token_hex(32))
    password = foreign_text.parse(read_given(password_file)).strip()
    if not password:
        raise InvalidInput("account-password-empty", file=str(password_file))
    account = Account.from_key(secrets.token_bytes(32))
    document = Account.encrypt(account.key, password, iterations=SCRYPT_ROUNDS)
    _write(file, json.dumps(document))
    open_keystore(file, password_file)  # what was written opens, or nobody relies on it
    return str(account.address)[2:].lower()


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
