"""Commands for a registrar whose key the library never sees: draft, sign, relay, or send by oneself.

A draft is a signed intent (docs/formats.md §6) that may leave out signature, signer, nonce and deadline.
"""

from __future__ import annotations

import secrets
import sys
import time
from pathlib import Path
from typing import Any

import click

from ledger_service.adapters.given_files import read_given
from ledger_service.cli.output import (
    Command,
    api_option,
    as_json,
    finish,
    print_json,
    remote,
    token_option,
)
from ledger_service.cli.resources.named import digest_argument, digest_named
from ledger_service.cli.verification.trust import load_trust
from ledger_service.domain import canonical_json
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.signed_intent import SignedIntent
from ledger_service.domain.content.content_id import ContentId
from ledger_service.domain.errors import InvalidIntent, ResourceNotFound
from ledger_service.domain.foreign_json import LARGEST_BYTES

DEFAULT_MINUTES = 60
Path_ = click.Path(path_type=Path, exists=True, dir_okay=False)

draft_argument = click.argument("draft", type=click.Path(path_type=Path, allow_dash=True))
minutes_option = click.option(
    "--minutes",
    type=click.IntRange(1, 24 * 60),
    default=DEFAULT_MINUTES,
    help="How long it is good for, unless the draft says it.",
)
deployment_option = click.option(
    "--deployment", "deployment_file", type=Path_, help="Default: the pinned one."
)


@click.group()
def intent() -> None:
    """Act with a registrar's key that the library never sees; see docs/signatures.md."""


@intent.command(cls=Command)
@digest_argument
@api_option
@token_option
def draft(digest: str, api: str | None, token_file: Path | None) -> None:
    """Print the draft that registers a file sent with `muhr register --signed-elsewhere`."""
    service = remote(api, "registrar", token_file)
    steward = service.get("/deployment")["steward"]
    found = service.get(f"/resources/{digest_named(service, digest)}")
    mine = next((row for row in found if row["steward"] == steward), None)
    if mine is None:
        raise ResourceNotFound(digest=digest)
    cid = ContentId.parse_base32(mine["cid"])
    message = {
        "digest": mine["digest"],
        "steward": steward,
        "license": mine["license"],
        "cidCodec": cid.codec,
        "cidDigest": cid.digest.hex(),
        "metadata": mine["metadata_digest"],
    }
    print_json({"type": "Register", "message": message})


@intent.command("typed-data", cls=Command)
@draft_argument
@click.option("--signer", required=True, help="The registrar's account, 40 hex.")
@minutes_option
@deployment_option
@api_option
def typed_data(
    draft: Path, signer: str, minutes: int, deployment_file: Path | None, api: str | None
) -> None:
    """Print the intent, and what a wallet signs with eth_signTypedData_v4.

    Add the wallet's answer as `signature` to the intent, in lower case and without 0x.
    """
    from ledger_service.adapters.evm.relaying import typed_data_of, wallet_json

    filled = _filled(draft, signer.lower().removeprefix("0x"), minutes)
    typed = typed_data_of(_deployment(deployment_file, api), filled)
    print_json({"intent": filled.to_json(), "typed_data": wallet_json(typed)})


@intent.command(cls=Command)
@draft_argument
@click.option("--key", required=True, type=Path_, help="Web3 Secret Storage of the registrar.")
@click.option("--password-file", required=True, type=Path_)
@minutes_option
@deployment_option
@api_option
def sign(
    draft: Path,
    key: Path,
    password_file: Path,
    minutes: int,
    deployment_file: Path | None,
    api: str | None,
) -> None:
    """Sign a draft with a key file, and print the signed intent."""
    from ledger_service.adapters.evm.signing import sign_elsewhere
    from ledger_service.adapters.keys import address_in, open_keystore

    filled = _filled(draft, address_in(key), minutes)
    deployment = _deployment(deployment_file, api)
    print_json(sign_elsewhere(deployment, filled, open_keystore(key, password_file)).to_json())


@intent.command(cls=Command)
@draft_argument
@deployment_option
@api_option
def call(draft: Path, deployment_file: Path | None, api: str | None) -> None:
    """Print the contract call that carries a signed intent, to send it without a relayer."""
    from ledger_service.adapters.evm.relaying import carrying_call

    contract, data = carrying_call(SignedIntent.from_json(_read(draft)))
    deployment = _deployment(deployment_file, api)
    to = "0x" + deployment.contracts[contract]
    print_json({"chain_id": deployment.chain_id, "to": to, "data": "0x" + data.hex()})


@intent.command(cls=Command)
@draft_argument
@click.option("--wait/--no-wait", default=True, help="Until the chain has it.")
@api_option
@token_option
@as_json
def relay(draft: Path, wait: bool, api: str | None, token_file: Path | None, as_json: bool) -> None:
    """Let the library carry a signed intent to the chain."""
    service = remote(api, "registrar", token_file)
    asked = service.post("/intents", _read(draft))

    def again() -> Any:
        return service.get(f"/intents/{asked['intent']}")

    finish(asked, again, f"{asked['intent']} {asked['type']}", wait=wait, as_json=as_json)


def _read(path: Path) -> dict[str, Any]:
    data = sys.stdin.buffer.read(LARGEST_BYTES + 1) if str(path) == "-" else read_given(path)
    value = canonical_json.parse(data)
    if not isinstance(value, dict):
        raise InvalidIntent("form")
    return value


def _filled(path: Path, signer: str, minutes: int) -> SignedIntent:
    """Return the intent of a draft, with a random nonce and a deadline if it has none."""
    value = _read(path)
    own = value.get("message")
    if not isinstance(own, dict):
        raise InvalidIntent("message")
    rest = {
        "signer": signer,
        "nonce": str(secrets.randbits(192) << 64 | 1),  # never below 2^53, where it is a number
        "deadline": int(time.time()) + 60 * minutes,
    }
    return SignedIntent.from_json({**value, "message": {**rest, **own}, "signature": ""})


def _deployment(path: Path | None, api: str | None) -> Deployment:
    found = load_trust(path, None, remote(api)).deployment
    assert found is not None  # without a receipt there is one, or an error
    return found


commands = (intent,)
