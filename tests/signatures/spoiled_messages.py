"""Ways to spoil what is signed, under which domain and type, by whom, until when."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from eth_keys.datatypes import PrivateKey
from eth_utils.crypto import keccak

from ledger_service.adapters.evm.relaying import signed_digest, typed_data_of
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.signed_intent import (
    AUTHORIZATION,
    MEMBERS,
    UNSIGNED,
    SignedIntent,
    cohort_id,
)
from tests.signatures.maker import DAY, Maker, Mutation
from tests.signatures.signing import signature_of

Path = tuple[str | int, ...]


def paths(values: dict[str, Any], kind: str) -> Iterator[Path]:
    """Yield where each word of a call is; the id of a cohort is in none, since it is computed."""
    carried = [] if kind == "CloseCohort" else MEMBERS[kind]
    for name, member in [*carried, *UNSIGNED.get(kind, []), *AUTHORIZATION]:
        if member.startswith("Registration"):
            for place, item in enumerate(values[name]):
                yield from ((name, place, inner) for inner in item)
        elif not member.endswith("[]"):
            yield (name,)


def flip_word(path: Path, bit: int) -> Mutation:
    def flip(maker: Maker) -> SignedIntent:
        signed = maker.signed()
        if path[0] not in signed.unsigned:
            return replace(signed, message=_replaced(signed.message, path, 1 << bit))
        unsigned = _replaced(signed.unsigned, path, 1 << bit)
        cohort = {"cohort": cohort_id(unsigned)} if maker.kind == "CloseCohort" else {}
        return replace(signed, message={**signed.message, **cohort}, unsigned=unsigned)

    return flip


def _replaced(value: Any, path: Path, mask: int) -> Any:
    if path:
        inner = _replaced(value[path[0]], path[1:], mask)
        if isinstance(value, list):
            return [*value[: path[0]], inner, *value[path[0] + 1 :]]
        return {**value, path[0]: inner}
    if isinstance(value, int):
        return value ^ mask
    number = int.from_bytes(value, "big") ^ mask
    return number.to_bytes(len(value) if number < 2 ** (8 * len(value)) else 32, "big")


DEADLINES: dict[str, Callable[[int], int]] = {
    "now": lambda now: now,
    "now - 1": lambda now: now - 1,
    "now + 1": lambda now: now + 1,
    "an hour ago": lambda now: now - 3600,
    "0": lambda _: 0,
    "1": lambda _: 1,
    "in 24 hours": lambda now: now + DAY,
    "in 24 hours - 1": lambda now: now + DAY - 1,
    "in 24 hours + 1": lambda now: now + DAY + 1,
    "in a year": lambda now: now + 365 * DAY,
    "in milliseconds": lambda now: now * 1000,
    "2^53": lambda _: 2**53,
    "2^63": lambda _: 2**63,
    "2^64 - 1": lambda _: 2**64 - 1,
}


def set_deadline(moved: Callable[[int], int]) -> Mutation:
    return lambda maker: maker.signed(maker.intent(deadline=moved(maker.now)))


def _under(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Mutation:
    """Return what signs the right message in an object that is changed elsewhere."""

    def sign(maker: Maker) -> SignedIntent:
        intent = maker.intent()
        digest = signed_digest(change(typed_data_of(maker.ground.deployment, intent)))
        return replace(intent, signature=signature_of(maker.ground.key, digest))

    return sign


def _domain(**members: Any) -> Mutation:
    return _under(lambda typed: {**typed, "domain": {**typed["domain"], **members}})


def _without(member: str) -> Mutation:
    def change(typed: dict[str, Any]) -> dict[str, Any]:
        domain = {name: value for name, value in typed["domain"].items() if name != member}
        listed = [item for item in typed["types"]["EIP712Domain"] if item["name"] != member]
        return {**typed, "domain": domain, "types": {**typed["types"], "EIP712Domain": listed}}

    return _under(change)


def _other_contract(maker: Maker) -> SignedIntent:
    ours = maker.ground.deployment.contracts
    turned = {"ResourceRegistry": "AccessGrants", "AccessGrants": "ResourceRegistry"}
    contracts = {**ours, **{name: ours[other] for name, other in turned.items()}}
    return _elsewhere(maker, replace(maker.ground.deployment, contracts=contracts))


def _other_chain(maker: Maker) -> SignedIntent:
    chain_id = maker.ground.deployment.chain_id + 1
    return _elsewhere(maker, replace(maker.ground.deployment, chain_id=chain_id))


def _elsewhere(maker: Maker, deployment: Deployment) -> SignedIntent:
    intent = maker.intent()
    digest = maker.digest(intent, deployment)
    return replace(intent, signature=signature_of(maker.ground.key, digest))


def _renamed(maker: Maker) -> SignedIntent:
    """Sign the same members under the name of another type: ReturnGrant is RevokeGrant but for it."""
    other = {"ReturnGrant": "RevokeGrant", "RevokeGrant": "ReturnGrant"}.get(maker.kind, "Signed")

    def change(typed: dict[str, Any]) -> dict[str, Any]:
        types = {**typed["types"]}
        types[other] = types.pop(maker.kind)
        return {**typed, "types": types, "primaryType": other}

    return _under(change)(maker)


def _of(digest_of: Callable[[bytes], bytes]) -> Mutation:
    def sign(maker: Maker) -> SignedIntent:
        intent = maker.intent()
        digest = digest_of(maker.digest(intent))
        return replace(intent, signature=signature_of(maker.ground.key, digest))

    return sign


def _by_stranger(maker: Maker) -> SignedIntent:
    return maker.signed(key=maker.rng.randbytes(32))


def stranger_for_self(maker: Maker) -> SignedIntent:
    """A right signature by an account that is no agent: refused, but not for its signature."""
    key = maker.rng.randbytes(32)
    signer = bytes.fromhex(PrivateKey(key).public_key.to_address()[2:])
    return maker.signed(maker.intent(signer=signer), key)


def _claimed_for(account: Callable[[Maker], bytes]) -> Mutation:
    return lambda maker: maker.signed(maker.intent(signer=account(maker)))


OTHERS: dict[str, Mutation] = {
    "nonce that is used": lambda maker: maker.signed(maker.intent(nonce=1)),
    "nonce of another word": lambda maker: maker.signed(maker.intent(nonce=257)),
    "nonce 0": lambda maker: maker.signed(maker.intent(nonce=0)),
    "nonce 2^256 - 1": lambda maker: maker.signed(maker.intent(nonce=2**256 - 1)),
    "name": _domain(name="Muhr"),
    "version": _domain(version="2"),
    "salt": _domain(salt=bytes(32)),
    "chain id 1": _domain(chainId=1),
    "chain": _other_chain,
    "contract": _other_contract,
    **{
        f"domain without {name}": _without(name)
        for name in ("name", "version", "chainId", "verifyingContract", "salt")
    },
    "type": _renamed,
    "personal message": _of(lambda digest: keccak(b"\x19Ethereum Signed Message:\n32" + digest)),
    "digest hashed again": _of(keccak),
    "digest of SHA-256": _of(lambda digest: hashlib.sha256(digest).digest()),
    "digest reversed": _of(lambda digest: digest[::-1]),
    "digest of zeros": _of(lambda _: bytes(32)),
    "signer": _by_stranger,
    "signer of no steward": stranger_for_self,
    "account 0": _claimed_for(lambda _: bytes(20)),
    "account of the contract": _claimed_for(
        lambda maker: bytes.fromhex(maker.ground.deployment.contracts["ResourceRegistry"])
    ),
    **{
        f"account of precompile {number}": _claimed_for(
            (lambda fixed: lambda _: fixed.to_bytes(20, "big"))(number)
        )
        for number in range(1, 11)
    },
}
