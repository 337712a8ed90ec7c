"""Key files: eth-account, which is not ours, reads what we write, and we read what it writes."""

import json
from itertools import product

import pytest
from eth_account import Account as Their

from ledger_service.adapters import keystores
from ledger_service.adapters.accounts import Account
from ledger_service.adapters.keys import address_in, open_keystore
from ledger_service.domain.errors import InvalidInput

KEY, PASSWORD = bytes(range(1, 33)), "a password – with letters"


@pytest.fixture
def files(tmp_path):
    """Return a function that puts a key file and its password beside one another."""

    def put(keystore, password=PASSWORD):
        (tmp_path / "key.json").write_text(json.dumps(keystore), "utf-8")
        (tmp_path / "password").write_text(password + "\n", "utf-8")
        return tmp_path / "key.json", tmp_path / "password"

    return put


def test_what_is_written_is_read_by_another_library():
    written = keystores.encrypt(KEY, PASSWORD)
    assert Their.decrypt(written, PASSWORD) == KEY
    assert written["address"] == Account(KEY).address


@pytest.mark.parametrize("kdf", ["scrypt", "pbkdf2"])
def test_what_another_library_writes_is_read(files, kdf):
    written = Their.encrypt(KEY, PASSWORD, kdf=kdf, iterations=2**10)
    assert open_keystore(*files(written)) == KEY
    assert open_keystore(*files({"Crypto": written.pop("crypto"), **written})) == KEY
    assert address_in(files(written)[0]) == Account(KEY).address


def test_another_password_opens_nothing(files):
    written = Their.encrypt(KEY, PASSWORD, iterations=2**10)
    with pytest.raises(InvalidInput) as found:
        open_keystore(*files(written, "another"))
    assert found.value.reason.name == "invalid-input.password"


@pytest.mark.parametrize("kdf", ["scrypt", "pbkdf2"])
def test_a_file_of_another_form_opens_nothing(files, kdf):
    written = Their.encrypt(KEY, PASSWORD, kdf=kdf, iterations=2**10)
    inner = written["crypto"]
    wrong = (None, -1, 0, 2**70, "zz", [], {})
    spoiled = [{**written, "crypto": {**inner, name: bad}} for name, bad in product(inner, wrong)]
    derived = inner["kdfparams"]
    spoiled += [
        {**written, "crypto": {**inner, "kdfparams": {**derived, name: bad}}}
        for name, bad in product(derived, wrong)
    ]
    for keystore in [*spoiled, [], {}, None, "text", {**written, "version": 4}]:
        with pytest.raises(InvalidInput):
            open_keystore(*files(keystore))


def test_a_file_that_asks_for_too_much_memory_opens_nothing(files):
    written = Their.encrypt(KEY, PASSWORD, iterations=2**10)
    written["crypto"]["kdfparams"] |= {"n": 2**24}  # 16 GiB
    with pytest.raises(InvalidInput):
        open_keystore(*files(written))
