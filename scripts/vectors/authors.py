"""Makes tests/vectors/authors: files of what authors signed, good and bad, and what a verifier must find.

Wallets sign by eth-account, passkeys by `cryptography`, with keys that follow from a word. What is expected
is written down with each case, never taken from a verifier.

    python -m scripts.vectors.authors            write the vectors
    python -m scripts.vectors.authors --check    exit 1 if the committed ones are stale
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from eth_account import Account
from eth_account.messages import encode_typed_data
from webauthn.helpers import bytes_to_base64url, encode_cbor

from ledger_service.domain import canonical_json
from ledger_service.domain.authorship.author import Author, AuthorKey, KeyKind, Name
from ledger_service.domain.authorship.authors_statement import AuthorsStatement
from ledger_service.domain.authorship.credit import CreditRole
from ledger_service.domain.authorship.signed_statement import (
    AuthorSignature,
    SignedBy,
    SignedStatement,
    StatementFile,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import Entry
from scripts.vectors.sample_receipt import AT, DIGEST, ORIGIN, OTHER, SIGNER, STEWARD, receipt

FILE = Path(__file__).resolve().parents[2] / "tests" / "vectors" / "authors" / "authors.json"
SITE = "https://library.example.uz"
INDEX = 4  # of the entry, in the ledger that receipts of vectors speak of
HOLDS, FAILS, OPEN = "holds", "fails", "not-checked"
_PRESENT_AND_VERIFIED = 5
_P = int(
    "ec872adc92536e32bff8acad30e77ea129d35a843d804421fe44ce7c1b71f888e1cf90f2e2c9e20efdc06c91d5e2"
    "ab5d3f42d255487473a851952274be9175c7d87cc82cc4148b49d8720d3aaab932f4a6ae5d9ef76be0a9814be9a4"
    "946727315ed863a45063f977dec99622fcd6ca065593a7be9b8714b1b09b95762f937d29",
    16,
)
_Q = int(
    "c77673e326ab858514a84b038f359ac5af23970305ae74ff0c54c2175098d5b4fce833b9c5a057cd5e51e6da8311"
    "a17c9ca93292f3ab62ed5eb65800d7d690c9cc1e0a396760996023b6cfc25c6c8f2b3119345378166550a6855df6"
    "d3fe2ec1548312992f1bd8940f705037f2330e39cf53e54a6a9030ee59f7cd2630287fb3",
    16,
)
Sign = Callable[[AuthorsStatement, Sequence[Name]], AuthorSignature]


@dataclass(frozen=True)
class Writer:
    """An author: name, key and roles, and what makes the signature."""

    name: Name
    key: AuthorKey
    roles: tuple[CreditRole, ...]
    sign: Sign
    share: int | None = None

    @property
    def author(self) -> Author:
        """Return what a statement says of them."""
        return Author.of(self.name, self.key, self.roles, self.share)


def seed(word: str) -> bytes:
    """Return 32 bytes that follow from a word."""
    return hashlib.sha256(word.encode()).digest()


def wallet(name: str, *roles: CreditRole) -> Writer:
    """Return an author with the key of an account."""
    account = Account.from_key(seed(name))

    def sign(statement: AuthorsStatement, names: Sequence[Name]) -> AuthorSignature:
        asked = encode_typed_data(full_message=statement.typed_data(names))
        return AuthorSignature(SignedBy.KEY, bytes(account.sign_message(asked).signature), AT)

    key = AuthorKey(KeyKind.WALLET, account.address[2:].lower())
    return Writer(Name(name, seed("salt of " + name)), key, roles, sign)


def passkey(
    name: str,
    public: dict[int, Any],
    make: Callable[[bytes], bytes],
    *,
    flags: int = _PRESENT_AND_VERIFIED,
    asked_by: str = SITE,
) -> Writer:
    """Return an author with a passkey. public: the COSE key; make: signs bytes."""

    def sign(statement: AuthorsStatement, _: Sequence[Name]) -> AuthorSignature:
        told = {"type": "webauthn.get", "challenge": bytes_to_base64url(statement.hash)}
        client = json.dumps({**told, "origin": asked_by, "crossOrigin": False}).encode()
        host = urlsplit(SITE).hostname or ""
        said = hashlib.sha256(host.encode()).digest() + bytes([flags, 0, 0, 0, 9])
        made = make(said + hashlib.sha256(client).digest())
        return AuthorSignature(SignedBy.PASSKEY, made, AT, client, said)

    key = AuthorKey(KeyKind.PASSKEY, encode_cbor(public).hex(), SITE)
    roles = (CreditRole.SOFTWARE, CreditRole.WRITING_REVIEW_EDITING)
    return Writer(Name(name, seed("salt of " + name)), key, roles, sign, 250)


def es256(name: str, **changes: Any) -> Writer:
    """Return an author with a passkey on P-256."""
    key = ec.derive_private_key(int.from_bytes(seed(name)) >> 8, ec.SECP256R1())
    way = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    point = key.public_key().public_numbers()
    public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
    return passkey(name, public, lambda data: key.sign(data, way), **changes)


def eddsa(name: str) -> Writer:
    """Return an author with a passkey of Ed25519."""
    key = Ed25519PrivateKey.from_private_bytes(seed(name))
    public = {1: 1, 3: -8, -1: 6, -2: key.public_key().public_bytes_raw()}
    return passkey(name, public, key.sign)


def rs256(name: str) -> Writer:
    """Return an author with a passkey of RSA."""
    numbers = rsa.RSAPublicNumbers(65537, _P * _Q)
    d = pow(65537, -1, (_P - 1) * (_Q - 1))
    rest = rsa.rsa_crt_dmp1(d, _P), rsa.rsa_crt_dmq1(d, _Q), rsa.rsa_crt_iqmp(_P, _Q)
    key = rsa.RSAPrivateNumbers(_P, _Q, d, *rest, numbers).private_key()
    public = {1: 3, 3: -257, -1: numbers.n.to_bytes(256), -2: numbers.e.to_bytes(3)}
    make = lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA256())  # noqa: E731
    return passkey(name, public, make)


def file_of(*writers: Writer, by: Sequence[Writer] | None = None) -> StatementFile:
    """Return what authors signed, attested and proved. by: who signs in their places, else they."""
    names = [one.name for one in writers]
    authors = tuple(one.author for one in writers)
    title = "Suvning xotirasi: “o‘n” yil"
    statement = AuthorsStatement(DIGEST, title, authors, ORIGIN, AT, seed("salt"))
    signatures = tuple(one.sign(statement, names) for one in by or writers)
    signed = SignedStatement(statement, signatures)
    return StatementFile(signed, tuple(names), proof_of(signed.digest.hex()))


def proof_of(statement: str, kind: str = "cosignature") -> dict[str, Any]:
    """Return what proves that the ledger attests a digest."""
    facts: dict[str, str | int] = {"type": kind, "statement": statement, "attester": STEWARD.hex()}
    kept = receipt(index=INDEX, body=Entry("attested", AT, facts).format())
    return {
        "block": 6,
        "checkpoint": kept.checkpoint,
        "entry": kept.entry.decode(),
        "index": kept.index,
        "proof": [item.hex() for item in kept.proof],
        "transaction": "55" * 32,
    }


def row(
    name: str,
    file: StatementFile | str,
    *states: str,
    work: Digest = DIGEST,
    entry: int | None = INDEX,
    error: str | None = None,
) -> dict[str, Any]:
    """Return one case. states: of each signature; work: what is at hand; error: the slug of one."""
    text = file if isinstance(file, str) else file.format().decode()
    found = {"signatures": list(states), "is_this_file": work == DIGEST, "entry": entry}
    return {"name": name, "digest": work.hex(), "file": text, "expect": error or found}


def good_cases() -> Iterator[dict[str, Any]]:
    """Yield files that hold."""
    one, other = wallet("Malika", CreditRole.CONCEPTUALIZATION), wallet("Юсуф")
    both = file_of(one, other)
    yield row("two wallets", both, HOLDS, HOLDS)
    for name, writer in (("ES256", es256("Zulfiya")), ("EdDSA", eddsa("Aziz"))):
        yield row(f"a passkey, {name}", file_of(writer), HOLDS)
    yield row("a passkey, RS256", file_of(rs256("Nodira")), HOLDS)
    many = [wallet(f"Author {place}", *CreditRole) for place in range(8)]
    yield row("eight with all roles", file_of(*many), *[HOLDS] * 8)
    for numbers in range(12):
        writer = wallet(f"Key {numbers}", CreditRole.VALIDATION)
        yield row(f"key {numbers}", file_of(writer), HOLDS)
    yield row("a name taken away", replace(both, names=(None, other.name)), HOLDS, HOLDS)
    yield row("not anchored yet", replace(both, proof=None), HOLDS, HOLDS, entry=None)
    yield row("another work", both, HOLDS, HOLDS, work=OTHER)


def bad_signatures() -> Iterator[dict[str, Any]]:
    """Yield files in which a signature does not hold, or cannot be checked."""
    one, other = wallet("Malika"), es256("Zulfiya")
    both = file_of(one, other)
    yield row("one signs for the other", file_of(one, other, by=(other, one)), FAILS, FAILS)
    yield row("by another key", file_of(one, other, by=(wallet("Thief"), other)), FAILS, HOLDS)
    yield row("a passkey of another", file_of(one, other, by=(one, es256("Thief"))), HOLDS, FAILS)
    for name, changes in (
        ("for another site", {"asked_by": "https://elsewhere.example"}),
        ("without its user", {"flags": 4}),
        ("its user not verified", {"flags": 1}),
    ):
        writer = replace(es256("Zulfiya", **changes), name=other.name)
        yield row(f"a passkey {name}", file_of(one, writer), HOLDS, FAILS)
    [first, second] = both.signed.signatures
    for name, signature in (
        ("high s", _high(first.signature)),
        ("v of 0", first.signature[:64] + bytes([first.signature[64] - 27])),
        ("a byte more", first.signature + b"\0"),
        ("r of 0", bytes(32) + first.signature[32:]),
        ("s of 0", first.signature[:32] + bytes(32) + first.signature[64:]),
        ("r beyond the curve", b"\xff" * 32 + first.signature[32:]),
        ("nothing", b""),
    ):
        changed = replace(first, signature=signature)
        yield row(f"a wallet, {name}", resigned(both, changed, second), FAILS, HOLDS)
    for name, changed in (
        ("signature cut", replace(second, signature=second.signature[:-1])),
        ("signature of nothing", replace(second, signature=b"")),
        ("authenticator cut", replace(second, authenticator_data=b"\0" * 36)),
        ("client data no JSON", replace(second, client_data=b"{")),
    ):
        yield row(f"a passkey, {name}", resigned(both, first, changed), HOLDS, FAILS)
    contract = replace(first, by=SignedBy.CONTRACT)
    yield row("a contract", resigned(both, contract, second), OPEN, HOLDS)


def resigned(file: StatementFile, *signatures: AuthorSignature) -> StatementFile:
    """Return a file with other signatures, proved as well."""
    signed = replace(file.signed, signatures=signatures)
    return StatementFile(signed, file.names, proof_of(signed.digest.hex()))


def _high(signature: bytes) -> bytes:
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    high = order - int.from_bytes(signature[32:64])
    return signature[:32] + high.to_bytes(32) + bytes([55 - signature[64]])


def bad_proofs() -> Iterator[dict[str, Any]]:
    """Yield files whose proof does not hold; the signatures do."""
    file = file_of(wallet("Malika"))
    digest = file.signed.digest.hex()
    good = proof_of(digest)
    for name, proof in {
        "of another statement": proof_of("77" * 32),
        "of another type": proof_of(digest, "report"),
        "another index": {**good, "index": 3},
        "an index that is none": {**good, "index": "x"},
        "one hash short": {**good, "proof": good["proof"][:-1]},
        "a hash that is none": {**good, "proof": ["x", *good["proof"][1:]]},
        "another checkpoint": {**good, "checkpoint": good["checkpoint"].replace("\n7\n", "\n8\n")},
        "nothing": {},
    }.items():
        yield row(f"proof, {name}", replace(file, proof=proof), HOLDS, entry=None)


def bad_files() -> Iterator[dict[str, Any]]:
    """Yield what is no such file."""
    both = file_of(wallet("Malika", CreditRole.SOFTWARE), es256("Zulfiya"))
    changes: dict[str, Callable[[dict[str, Any]], object]] = {
        "another name": lambda told: told["names"][0].update(name="Somebody Else"),
        "another salt": lambda told: told["names"][0].update(salt="00" * 32),
        "a name of two lines": lambda told: told["names"][0].update(name="Ma\nlika"),
        "a name too few": lambda told: told["names"].pop(),
        "other roles": lambda told: told["signed"]["statement"]["authors"][0].update(roles=[]),
        "a role that is none": lambda told: told["signed"]["statement"]["authors"][0].update(
            roles=["author"]
        ),
        "a signature too few": lambda told: told["signed"]["signatures"].pop(),
        "a member more": lambda told: told.update(more=1),
        "another format": lambda told: told.update(format="muhr-authors-file/2"),
        "one key twice": lambda told: told["signed"]["statement"]["authors"].__setitem__(
            1, told["signed"]["statement"]["authors"][0]
        ),
        "no author": lambda told: told["signed"]["statement"].update(authors=[]),
        "a share of more than all": lambda told: told["signed"]["statement"]["authors"][1].update(
            share=1001
        ),
        "letters in capitals": lambda told: told["signed"]["statement"].update(digest="AB" * 32),
        "a key of no origin": lambda told: told["signed"]["statement"]["authors"][1]["key"].update(
            origin="library.example.uz"
        ),
    }
    for name, change in changes.items():
        told = json.loads(both.format())
        change(told)
        yield row(name, canonical_json.canonicalize(told).decode(), error="invalid-authors")
    for name, text in (("nothing", ""), ("no JSON", "{"), ("a list", "[]")):
        yield row(name, text, error="invalid-authors")


def main(arguments: list[str]) -> int:
    """Write or check; return the exit status."""
    cases = [*good_cases(), *bad_signatures(), *bad_proofs(), *bad_files()]
    told = {"key": SIGNER.key.format(), "cases": cases}
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    if "--check" in arguments:
        if not FILE.exists() or FILE.read_text("utf-8") != text:
            print(f"{FILE.name} is stale: run `make vectors`", file=sys.stderr)
            return 1
        return 0
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
