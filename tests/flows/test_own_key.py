"""A registrar with a key of its own, by `muhr intent`: the library never sees the key."""

from __future__ import annotations

import json
import secrets

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from ledger_service.adapters.evm.deploy import Sender
from ledger_service.domain.chain.history import FOR_EVER
from scripts.harness.running_library import RunningLibrary

pytestmark = pytest.mark.slow

PASSWORD = "a password of the registrar's own"


@pytest.fixture(scope="module")
def library(blank_home, tmp_path_factory):
    """Return a library of these tests' own: what is sent past it is a finding of its audits for ever."""
    running = RunningLibrary(tmp_path_factory.mktemp("own library") / "home", blank_home)
    try:
        running.start()
        running.register()  # so that its license is on chain
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def registrar_key(library, tmp_path_factory):
    """Return key, key file and password file of one more registrar of the library."""
    folder, key = tmp_path_factory.mktemp("own key"), secrets.token_bytes(32)
    account = Account.from_key(key)
    keystore, password = folder / "registrar.json", folder / "password"
    keystore.write_text(json.dumps(Account.encrypt(key, PASSWORD, iterations=2**10)))
    password.write_text(PASSWORD + "\n")
    opened = library.opened
    admin = Sender(opened.node, opened.keys.secp256k1("admin"))
    registry, steward = (
        opened.deployment.contracts["StewardRegistry"],
        bytes.fromhex(opened.deployment.steward),
    )
    agent = (steward, bytes.fromhex(account.address[2:]), 0, FOR_EVER)
    admin.call("StewardRegistry", registry, "addRegistrar", *agent)
    return key, keystore, password


@pytest.fixture
def settings(library):
    return {**library.environment, "MUHR_TOKEN": library.token("registrar")}


@pytest.fixture
def saved(tmp_path):
    """Return a function that writes a value as JSON into a file and returns its path."""

    def save(value, name="intent.json"):
        path = tmp_path / name
        path.write_text(json.dumps(value))
        return path

    return save


def draft_of_withdrawal(library, digest):
    place = {"digest": digest, "steward": library.opened.deployment.steward}
    return {"type": "Withdraw", "message": {**place, "reason": 1}}


def test_a_file_is_taken_in_signed_with_a_key_file_and_relayed(
    library, settings, muhr, saved, registrar_key, tmp_path
):
    book = tmp_path / "book.txt"
    book.write_bytes(b"signed elsewhere " * 100_000)  # more than one block, so its CID differs
    registered = muhr(
        settings, "register", book, "--license", "CC-BY-4.0", "--signed-elsewhere", "--json"
    )
    [accepted] = registered.json
    assert (registered.status, accepted["state"]) == (0, "accepted")
    waiting = muhr(settings, "verify", book, "--json")
    assert (waiting.status, waiting.json[0]["verdict"]) == (3, "waiting")
    assert "signature" in waiting.json[0]["axes"][0]["because"]
    draft = muhr(settings, "intent", "draft", accepted["digest"]).json
    assert draft["message"]["cidCodec"] == 0x70
    _, keystore, password = registrar_key
    secret = ("--key", keystore, "--password-file", password)
    signed = muhr(settings, "intent", "sign", saved(draft), *secret).json
    relayed = muhr(settings, "intent", "relay", saved(signed, "signed.json"), "--json")
    assert relayed.status == 0, (relayed.out, relayed.err)
    assert relayed.json["state"] == "done"
    assert library.registered(accepted["digest"])["state"] == "registered"


def test_a_wallet_signs_what_typed_data_says(library, settings, muhr, saved, registrar_key):
    key, _, _ = registrar_key
    draft = saved(draft_of_withdrawal(library, library.register()["digest"]))
    signer = Account.from_key(key).address
    told = muhr(settings, "intent", "typed-data", draft, "--signer", signer).json
    message = encode_typed_data(full_message=told["typed_data"])  # as the wallet reads it
    signature = Account.sign_message(message, key).signature.hex()
    signed = saved({**told["intent"], "signature": signature}, "signed.json")
    relayed = muhr(settings, "intent", "relay", signed)
    assert relayed.status == 0
    assert "Withdraw: done" in relayed.out
    again = muhr(settings, "intent", "relay", signed)
    assert again.out == relayed.out


def test_the_call_can_be_sent_without_the_relayer(library, settings, muhr, saved, registrar_key):
    digest = library.register()["digest"]
    _, keystore, password = registrar_key
    secret = ("--key", keystore, "--password-file", password)
    draft = saved(draft_of_withdrawal(library, digest))
    signed = muhr(settings, "intent", "sign", draft, *secret, "--minutes", 5).json
    call = muhr(settings, "intent", "call", saved(signed, "signed.json")).json
    assert call["chain_id"] == library.opened.deployment.chain_id
    payer = Sender(library.opened.node, library.opened.keys.secp256k1("admin"))
    payer.send(call["to"].removeprefix("0x"), bytes.fromhex(call["data"].removeprefix("0x")))
    names = [each.name for each in library.chain_events() if each.subject == digest]
    assert names == ["ResourceRegistered", "ResourceWithdrawn"]


def test_what_cannot_be_signed_is_told_in_one_line(library, settings, muhr, saved, registrar_key):
    _, keystore, password = registrar_key
    secret = ("--key", keystore, "--password-file", password)
    draft = draft_of_withdrawal(library, "ab" * 32)

    def refused(status, word, *arguments):
        answer = muhr(settings, "intent", *arguments)
        assert (answer.status, word in answer.err) == (status, True), answer

    other = saved({**draft, "message": {**draft["message"], "signer": "11" * 20}})
    refused(2, "signer", "sign", other, *secret)
    missing = saved({**draft, "message": {"digest": "ab" * 32}})
    refused(2, "/message/reason is missing", "sign", missing, *secret)
    refused(2, "/message is missing", "sign", saved({"type": "Withdraw"}), *secret)
    refused(2, "object", "relay", saved([]))
    refused(2, "password", "sign", saved(draft), "--key", keystore, "--password-file", keystore)
    refused(
        2, "Secret Storage", "sign", saved(draft), "--key", password, "--password-file", password
    )
    refused(1, "not registered", "draft", "ab" * 32)
    signed = muhr(settings, "intent", "sign", saved(draft), *secret).json
    refused(1, "not registered", "relay", saved(signed))
