"""The normative page's examples are what the code makes and accepts."""

from __future__ import annotations

import hashlib
import json
import re

from eth_utils.crypto import keccak

from ledger_service.adapters.evm.intents import ANCHOR, TYPES
from ledger_service.adapters.evm.relaying import recovered, signed_digest, typed_data_of
from ledger_service.adapters.signer import check_ed25519
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.chain.signed_intent import (
    AUTHORIZATION,
    MEMBERS,
    NESTED,
    Members,
    SignedIntent,
)
from ledger_service.domain.content import sealing
from ledger_service.domain.identifiers import Digest, StewardId
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.ledger.entry import TEMPLATES, Entry
from ledger_service.domain.lending.commitment import commit, pseudonym
from ledger_service.domain.people.erasure import erasure_tag
from ledger_service.domain.people.look import Look
from ledger_service.domain.verification.absence import Absence
from ledger_service.domain.verification.compact_receipt import compact
from ledger_service.domain.verification.receipt import Receipt
from tests.unit.test_house_rules import PROJECT

STEWARD = "9ef01717662780f79197694ee222784dbdd24be8563bb18e8d338fd74e1a67ca"
IN_2026 = 1_795_426_002
PAGE = (PROJECT / "docs" / "formats.md").read_text(encoding="utf-8")
ENTRIES = {
    Entry.parse(line.encode()).kind: line
    for line in PAGE.splitlines()
    if line.startswith('{"at"') and "grant_salt" not in line
}


def encoded(name: str, members: Members) -> str:
    """Return an EIP-712 type as it is hashed."""
    inner = {kind.removesuffix("[]") for _, kind in members} & set(NESTED)
    own = f"{name}({','.join(f'{kind} {member}' for member, kind in members)})"
    return own + "".join(encoded(nested, NESTED[nested]) for nested in sorted(inner))


def test_every_kind_of_entry_has_an_example() -> None:
    assert ENTRIES.keys() == TEMPLATES.keys()


def test_the_leaf_hash_of_an_entry_is_as_told() -> None:
    entry = ENTRIES["registered"].encode()
    told = f"{len(entry):,} bytes, is `{merkle.leaf_hash(entry).hex()}`"
    assert told in PAGE


def test_a_reader_has_the_names_of_the_example() -> None:
    key, salt = bytes(range(32)), bytes(range(32, 64))
    name = pseudonym(key, StewardId.parse(STEWARD), IN_2026)
    assert f"`{name.hex()}`; with the salt" in PAGE
    told = f"`{commit(salt, name).hex()}`. Its erasure tag is `{erasure_tag(key).hex()}`."
    assert told in PAGE


def test_the_private_part_is_what_its_entry_commits_to() -> None:
    body = next(
        line for line in PAGE.splitlines() if line.startswith('{"actor"') and "salt" in line
    )
    before = PAGE[: PAGE.index(body)]
    salt = bytes.fromhex(re.findall(r"`([0-9a-f]{64})`", before)[-1])
    commitment = hashlib.sha256(salt + body.encode()).hexdigest()
    assert Entry.parse(ENTRIES["opened"].encode()).text("commitment") == commitment
    part = json.loads(body)
    opened = bytes.fromhex(part["grant_salt"] + part["reader"])
    assert f"give the grantee `{hashlib.sha256(opened).hexdigest()}`" in PAGE


def test_the_private_part_of_a_look_is_what_its_entry_commits_to() -> None:
    body = next(
        line for line in PAGE.splitlines() if line.startswith('{"actor"') and "case" in line
    )
    commitment = hashlib.sha256(bytes(range(0x40, 0x60)) + body.encode()).hexdigest()
    entry = Entry.parse(ENTRIES["looked"].encode())
    assert entry.text("commitment") == commitment
    look = Look.of(json.loads(body))
    assert json.loads(body) == look.private_part()
    assert look.at - look.at % 3600 == entry.at


def test_what_keys_of_content_are_bound_to_is_as_told() -> None:
    bound = sealing.bound_to("library.example.uz/muhr", Digest(bytes(32)), 1)
    assert f"`{bound.decode()}`" in PAGE
    stream = json.loads(sealing.stream_bound_to("…"))
    assert stream == {"origin": "…", "sealed": "content", "v": 1}


def test_the_receipt_holds_and_is_of_the_registration() -> None:
    line = next(line for line in PAGE.splitlines() if line.startswith('{"anchor"'))
    receipt = Receipt.parse(line.encode())
    assert receipt.entry == ENTRIES["registered"].encode()
    assert json.loads(line)["checkpoint"] in PAGE
    told = compact(receipt, VerifierKey.parse(receipt.keys[-1].key))
    assert f"\n{told}\n" in PAGE


def test_the_evidence_of_absence_holds_and_is_of_the_map_line() -> None:
    section = PAGE[PAGE.index("## §13") :]
    line = next(line for line in section.splitlines() if line.startswith('{"digest"'))
    evidence = Absence.parse(line.encode())
    key = VerifierKey.parse(re.findall(r"`(\S+\+[0-9a-f]{8}\+\S+)`", section)[0])
    evidence.check(key, check_ed25519)
    assert evidence.format() == line.encode()
    assert evidence.receipt.entry == ENTRIES["map"].encode()
    assert evidence.digest == Digest.of(b"")


def test_the_types_of_intents_and_their_hashes_are_as_told() -> None:
    for name, kind in TYPES.items():
        text = encoded(name, [*MEMBERS[name], *AUTHORIZATION])
        line = f"{text}\n  {keccak(text=text).hex()}   {kind.contract}.{kind.function}\n"
        assert line in PAGE, name
    anchor = encoded("Anchor", ANCHOR)
    assert f"{anchor}\n  {keccak(text=anchor).hex()}   CheckpointAnchor.anchorBySignature" in PAGE


def test_the_accumulator_is_folded_as_told() -> None:
    word, shown = bytes(32), PAGE[PAGE.index("## §7") : PAGE.index("## §8")]
    steps = re.split(r"accumulator of \d+ +([0-9a-f]{64})", shown)
    for count, (told, total) in enumerate(zip(steps[0::2], steps[1::2], strict=False), 1):
        words = re.findall(r"[0-9a-f]{64}", told)
        inner = keccak(bytes.fromhex("".join(words[:-1])))
        assert inner.hex() == words[-1]
        word = keccak(word + inner)[:26] + count.to_bytes(6)
        assert word.hex() == total
    assert count == 3


def test_the_deployment_is_one() -> None:
    found = re.search(r"```json\n(.*?)\n```", PAGE, re.DOTALL)
    assert found is not None
    deployment = Deployment.parse(found[1])
    assert f"signed by `{deployment.key}`" in PAGE


def test_the_policy_and_the_proof_of_seven_entries_are_the_golden_ones() -> None:
    golden = json.loads((PROJECT / "tests/vectors/c2sp/ledger_of_seven.json").read_text("utf-8"))
    assert f"```\n{golden['policy']}```" in PAGE
    assert f"```\n{golden['tlog_proof']}```" in PAGE


def test_the_signed_intent_is_read_and_its_signature_is_the_signers() -> None:
    found = re.search(r"```json\n(.*?)\n```", PAGE, re.DOTALL)
    assert found is not None
    line = next(line for line in PAGE.splitlines() if line.startswith('{"type"'))
    intent = SignedIntent.from_json(json.loads(line))
    digest = signed_digest(typed_data_of(Deployment.parse(found[1]), intent))
    assert recovered(digest, intent.signature) == intent.signer
