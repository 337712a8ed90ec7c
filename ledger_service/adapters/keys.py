"""Keys at rest: secp256k1 keys in Web3 Secret Storage v3, the ledger's Ed25519 key in encrypted PKCS#8.

Created only by `KeyFolder.create` (that is, by `muhr init`); opening a key never makes one. One password,
random unless the operator sets one, protects them all; it is a file that only its owner may read.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from eth_account import Account

from ipfs.disk import locked_folder, sync_folder
from ledger_service.adapters.exchange import exchange_folders
from ledger_service.adapters.given_files import read_given
from ledger_service.adapters.signer import Ed25519Signer
from ledger_service.domain import foreign_json, foreign_text
from ledger_service.domain.chain.accounts.acting_accounts import MEMBER_ROLES
from ledger_service.domain.errors import HomeInUse, InvalidInput, InvalidJson, NotInitialized

ROLES = ("admin", *MEMBER_ROLES)
"""admin: accredits stewards; registrar: registers and grants; service: grants under self-service licenses
and takes grants back; anchorer: anchors; relayer: only pays."""

PEOPLE = "people"  # the key under which the library knows people again
_CONTENT_KEY = re.compile(r"content-([1-9][0-9]{0,8})-([0-9a-f]{40})\.json")
SCRYPT_ROUNDS = 2**15  # the password has 256 random bits; this only slows a guesser of weaker ones


class KeyFolder:
    """The keys of one library, a file each."""

    def __init__(self, folder: Path, password_file: Path) -> None:
        self._folder = folder
        self._password_file = password_file

    def create(self, roles: tuple[str, ...] = ROLES) -> None:
        """Make what is missing; a key that stands is never replaced. roles: of the accounts to make."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._password_file.exists():
            _write_private(self._password_file, secrets.token_hex(32).encode())
        for role in roles:
            if not self._path(role).exists():
                keystore = Account.encrypt(
                    secrets.token_bytes(32), self._password(), iterations=SCRYPT_ROUNDS
                )
                _write_private(self._path(role), json.dumps(keystore).encode())
        self._create_ed25519(self._ledger_path)
        if not self.content_keys():
            self.add_content_key()
        self.add_people_key()

    def has_people_key(self) -> bool:
        """Return whether the file of the people key is there."""
        return self._path(PEOPLE).exists()

    def add_people_key(self) -> None:
        """Make the people key, 32 random bytes, unless it stands; libraries of earlier versions have none.

        Raises:
            NotInitialized, HomeInUse: as `add_secp256k1`.
        """
        if not self._path(PEOPLE).exists():
            self.add_secp256k1(PEOPLE)

    def add_secp256k1(self, name: str) -> str:
        """Return the account (40 hex) of the key in NAME.json, which is made unless it stands.

        Raises:
            NotInitialized: there is no folder of keys, or no password.
            HomeInUse: another process adds a key, or changes the password.
        """
        with self._alone():
            if not self._path(name).exists():
                key, password = secrets.token_bytes(32), self._password()
                document = Account.encrypt(key, password, iterations=SCRYPT_ROUNDS)
                temporary = self._folder / f"{name}.new"
                temporary.unlink(missing_ok=True)  # of a process that was killed
                _write_private(temporary, json.dumps(document).encode())
                temporary.replace(self._path(name))
                sync_folder(self._folder)
        return self.address(name)

    def put_in_place(self, name: str, by: str, keep_as: str) -> None:
        """Let NAME.json be the file that is BY.json now, and keep what it was as KEEP_AS.json.

        NAME.json is there at every moment. Raises NotInitialized, HomeInUse as `add_secp256k1`.
        """
        with self._alone():
            if not self._path(by).exists():
                return
            if not self._path(keep_as).exists():
                os.link(self._path(name), self._path(keep_as))
            self._path(by).replace(self._path(name))
            sync_folder(self._folder)

    def set_aside(self, name: str, keep_as: str) -> None:
        """Keep what is NAME.json as KEEP_AS.json; raises NotInitialized, HomeInUse as `add_secp256k1`."""
        with self._alone():
            if self._path(name).exists():
                self._path(name).replace(self._path(keep_as))
                sync_folder(self._folder)

    def names(self, role: str) -> list[str]:
        """Return the names of the key files of a role: former ones, the present one, the next one."""
        former = sorted(path.stem for path in self._folder.glob(f"{role}.was-*.json"))
        return [name for name in (*former, role, next_of(role)) if self._path(name).exists()]

    def people_key(self) -> bytes:
        """Return the 32 bytes of the people key; raise NotInitialized, InvalidInput."""
        return self.secp256k1(PEOPLE)

    def content_keys(self) -> list[str]:
        """Return the names (40 hex) of the keys that wrap those of closed content, the newest last."""
        found = (_CONTENT_KEY.fullmatch(path.name) for path in self._folder.glob("content-*.json"))
        numbered = sorted((int(match[1]), match[2]) for match in found if match)
        return [name for _, name in numbered]

    def add_content_key(self) -> str:
        """Return the name of a new such key, 32 random bytes, which is the newest from now on.

        It is kept in Web3 Secret Storage, as other keys are, so that a new password and a backup take it
        along.

        Raises:
            NotInitialized: there is no folder of keys, or no password.
            HomeInUse: another process adds a key, or changes the password.
        """
        with self._alone():
            key, password = secrets.token_bytes(32), self._password()
            document = Account.encrypt(key, password, iterations=SCRYPT_ROUNDS)
            number, name = len(self.content_keys()) + 1, _account(str(document["address"]))
            temporary = self._folder / f"content-{name}.new"
            _write_private(temporary, json.dumps(document).encode())
            temporary.replace(self._folder / f"content-{number}-{name}.json")
            sync_folder(self._folder)
        return name

    def content_key(self, name: str) -> bytes:
        """Return the 32 bytes of such a key.

        Raises:
            InvalidInput: the password or the file does not open it.
            NotInitialized: it is not there.
        """
        for path in self._folder.glob(f"content-*-{name}.json"):
            self._read(self._password_file)
            key = open_keystore(path, self._password_file)
            if _account(Account.from_key(key).address) != name:
                raise InvalidInput("keystore-form", keystore=path.name)
            return key
        raise NotInitialized("key-file", file=f"content-{name}.json")

    def numbered_keys(self, kind: str) -> list[Path]:
        """Return the files of the keys of a kind that several are kept of, the newest last."""
        found = [path for path in self._folder.glob(f"{kind}-*.pem") if _number(path) is not None]
        return sorted(found, key=lambda path: _number(path) or 0)

    def add_numbered(self, kind: str, key: PrivateKeyTypes) -> None:
        """Keep a new key of such a kind; raise NotInitialized, HomeInUse as `add_content_key`."""
        with self._alone():
            kept = self.numbered_keys(kind)
            number = 1 + ((_number(kept[-1]) or 0) if kept else 0)
            temporary = self._folder / f"{kind}.new"
            temporary.unlink(missing_ok=True)  # of a process that was killed
            _write_private(temporary, _pem(key, self._password()))
            temporary.replace(self._folder / f"{kind}-{number}.pem")
            sync_folder(self._folder)

    def open_private(self, path: Path) -> PrivateKeyTypes:
        """Return the key in one of these files; raise InvalidInput for another password."""
        try:
            return load_pem_private_key(self._read(path), self._password().encode())
        except ValueError as exc:
            raise InvalidInput("password", keystore=path.name) from exc

    def secp256k1(self, role: str) -> bytes:
        """Return the 32-byte key of a role; raise NotInitialized if it was not created."""
        self._read(self._path(role))
        self._read(self._password_file)
        return open_keystore(self._path(role), self._password_file)

    def address(self, role: str) -> str:
        """Return the account of a role, 40 hex, without opening its key."""
        address: str = json.loads(self._read(self._path(role)))["address"]
        return _account(address)

    def ledger_signer(self, origin: str) -> Ed25519Signer:
        """Return the signer of the ledger with this origin."""
        return self._ed25519(self._ledger_path, origin)

    def create_witness(self, name: str) -> None:
        """Make a witness's key and note its name beside it, unless they stand."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._password_file.exists():
            _write_private(self._password_file, secrets.token_hex(32).encode())
        self._create_ed25519(self._folder / "witness.pem")
        if not (self._folder / "name").exists():
            _write_private(self._folder / "name", name.encode())

    def witness_signer(self) -> Ed25519Signer:
        """Return the signer of a witness, under the name that it was created with."""
        return self._ed25519(
            self._folder / "witness.pem", self._read(self._folder / "name").decode()
        )

    def change_password(self, new_file: Path | None) -> int:
        """Encrypt all keys under a new password, all at one moment or none; return how many.

        The new folder is written beside this one, and the two are exchanged. A password that is kept in
        the folder changes with it; one that is kept elsewhere is the operator's to put in place.

        Args:
            new_file: has the new password; None: a random one.

        Raises:
            InvalidInput: a key does not open, the new password is empty, or the file system exchanges no
                folders.
            NotInitialized: there are no keys.
            HomeInUse: another process adds a key, or changes the password.
        """
        with self._alone():
            return self._change_password(new_file)

    def _change_password(self, new_file: Path | None) -> int:
        new = secrets.token_hex(32) if new_file is None else _text(new_file)
        if not new:
            raise InvalidInput("empty-password")
        beside = self._folder.with_name(self._folder.name + ".new")
        if beside.exists():  # of a change that was broken off, before its end or after
            shutil.rmtree(beside)
        self._check_opens()
        beside.mkdir(mode=0o700)
        count = sum(self._write_anew(path, beside, new) for path in sorted(self._folder.iterdir()))
        sync_folder(beside)
        exchange_folders(self._folder, beside)
        sync_folder(self._folder.parent)
        shutil.rmtree(beside)
        return count

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let nobody else change the folder: a key added while all are encrypted anew would be lost."""
        if not self._folder.is_dir():
            raise NotInitialized("key-file", file=self._folder.name)
        with locked_folder(self._folder) as is_alone:
            if not is_alone:
                raise HomeInUse(home=str(self._folder))
            yield

    def _check_opens(self) -> None:
        """Check that there are keys, and that every one opens."""
        for role in ROLES if self._path("admin").exists() else MEMBER_ROLES:
            self.secp256k1(role)
        for name in self.content_keys():
            self.content_key(name)
        if self._path(PEOPLE).exists():
            self.people_key()
        for path in self._folder.glob("*-*.pem"):
            self.open_private(path)
        self._ed25519(self._ledger_path, "ledger")

    def _write_anew(self, path: Path, folder: Path, password: str) -> bool:
        """Write a file of the folder into another, a key under this password; return whether it is a key."""
        data, is_key = self._read(path), True
        if path == self._password_file:
            data, is_key = password.encode(), False
        elif path.suffix == ".json":
            key = open_keystore(path, self._password_file)
            data = json.dumps(Account.encrypt(key, password, iterations=SCRYPT_ROUNDS)).encode()
        elif path.suffix == ".pem":
            data = _pem(load_pem_private_key(data, self._password().encode()), password)
        else:
            is_key = False
        _write_private(folder / path.name, data)
        return is_key

    def _create_ed25519(self, path: Path) -> None:
        if not path.exists():
            _write_private(path, _pem(Ed25519PrivateKey.generate(), self._password()))

    def _ed25519(self, path: Path, name: str) -> Ed25519Signer:
        key = self.open_private(path)
        assert isinstance(key, Ed25519PrivateKey)
        return Ed25519Signer(name, key)

    @property
    def _ledger_path(self) -> Path:
        return self._folder / "ledger.pem"

    def _path(self, role: str) -> Path:
        return self._folder / f"{role}.json"

    def _password(self) -> str:
        return self._read(self._password_file).decode().strip()

    def _read(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as exc:
            raise NotInitialized("key-file", file=path.name) from exc


def next_of(role: str) -> str:
    """Return the name of the file of the key that is to follow a role's present one."""
    return f"{role}.next"


def former_of(role: str, account: str) -> str:
    """Return the name of the file in which a role's former key is kept."""
    return f"{role}.was-{account}"


def address_in(keystore: Path) -> str:
    """Return the account of a key file, 40 hex, without opening its key."""
    return _account(_field(keystore, "address"))


def open_keystore(keystore: Path, password_file: Path) -> bytes:
    """Return the 32-byte key of a key file; raise InvalidInput for another password."""
    password, document = _text(password_file), _document(keystore)
    try:
        return bytes(Account.decrypt(document, password))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as exc:
        raise InvalidInput("password", keystore=keystore.name) from exc


def _number(path: Path) -> int | None:
    """Return the number in the name of a numbered key's file; None if it is another file."""
    match = re.fullmatch(r"[a-z]+-([1-9][0-9]{0,8})\.pem", path.name)
    return None if match is None else int(match[1])


def _account(address: str) -> str:
    """Return an address as we write it, 40 lower-case hex digits."""
    return address.removeprefix("0x").lower()


def _field(keystore: Path, name: str) -> str:
    try:
        return str(_document(keystore)[name])
    except (TypeError, KeyError) as exc:
        raise InvalidInput("keystore-form", keystore=keystore.name) from exc


def _document(keystore: Path) -> Any:
    """Return the JSON of a key file, which may come from another program."""
    try:
        return foreign_json.parse(read_given(keystore))
    except InvalidJson as exc:
        raise InvalidInput("keystore-form", keystore=keystore.name) from exc


def _text(file: Path) -> str:
    return foreign_text.parse(read_given(file)).strip()


def _pem(key: PrivateKeyTypes, password: str) -> bytes:
    encryption = BestAvailableEncryption(password.encode())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def _write_private(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
