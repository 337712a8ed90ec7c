"""Our checkpoints and proofs before a checker that is not ours: golang.org/x/mod, as Debian has it."""

import base64
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger_service.adapters.remote_tiles import RemoteTiles
from ledger_service.adapters.signer import Ed25519Signer, check_ed25519
from ledger_service.domain.errors import (
    InvalidCheckpoint,
    InvalidCheckpointSignature,
    InvalidConsistencyProof,
    InvalidInclusionProof,
)
from ledger_service.domain.ledger import merkle
from ledger_service.domain.ledger.checkpoint import (
    Checkpoint,
    VerifierKey,
    open_checkpoint,
    sign_note,
)
from ledger_service.domain.ledger.tiled_ledger import entries_of_bundle, nodes_in_tiles, tiles_at
from scripts.harness.served_library import ServedLibrary

ORIGIN = "library.test/muhr"
ALL_PROOFS_UP_TO = 70
LARGE_SIZES = (127, 128, 129, 1000, 4096, 4097, 65_537, 2**18 + 1)
SIGNER = Ed25519Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))

Job = dict[str, Any]
Item = dict[str, Any]
Answer = tuple[int, list[str]]
Check = Callable[[Job], Answer]


@pytest.fixture(scope="module")
def ledger(new_ledger: Callable[[int], Any]) -> Any:
    """Return a ledger in memory of the largest size."""
    return new_ledger(max(LARGE_SIZES))


def signed(ledger: Any, size: int) -> str:
    return sign_note(Checkpoint(ORIGIN, size, ledger.root(size)).format(), SIGNER.key, SIGNER.sign)


def job(checkpoint: str, **parts: Any) -> Job:
    empty: Job = {"included": [], "consistent": [], "whole_ledger": None, "witnesses": []}
    return {
        **empty,
        "tiles": "",
        "verifier_key": SIGNER.key.format(),
        "checkpoint": checkpoint,
        **parts,
    }


def included(ledger: Any, index: int, size: int) -> Item:
    return included_item(ledger.entries[index], index, ledger.inclusion_proof(index, size))


def included_item(entry: bytes, index: int, proof: Iterable[bytes]) -> Item:
    hashes = [item.hex() for item in proof]
    return {"entry": base64.b64encode(entry).decode(), "index": index, "proof": hashes}


def consistent(ledger: Any, old_size: int, size: int) -> Item:
    proof = ledger.consistency_proof(old_size, size)
    return consistent_item(old_size, ledger.root(old_size), proof)


def consistent_item(old_size: int, old_root: bytes, proof: Iterable[bytes]) -> Item:
    hashes = [item.hex() for item in proof]
    return {"old_size": old_size, "old_root": old_root.hex(), "proof": hashes}


def accepted(answer: Answer, parts: int) -> bool:
    """Return whether the checkpoint and every one of so many parts is ok."""
    status, lines = answer
    good = [line for line in lines if line.endswith(": ok")]
    return status == 0 and len(lines) == len(good) == parts + 1


def parts_refused(answer: Answer, parts: int) -> bool:
    """Return whether the checkpoint is ok and every one of so many parts is refused."""
    status, lines = answer
    bad = [line for line in lines if ": refused: " in line]
    return status == 1 and lines[0] == "checkpoint: ok" and len(bad) == len(lines) - 1 == parts


def other_proofs(proof: list[str]) -> Iterator[list[str]]:
    """Yield what a proof must not be: two hashes swapped, one more, one less, one bit changed."""
    for place in range(len(proof)):
        yield [*proof[:place], *proof[place + 1 :]]
        yield [*proof[:place], proof[place], *proof[place:]]
        flipped = bytearray.fromhex(proof[place])
        flipped[place % 32] ^= 1 << place % 8
        yield [*proof[:place], flipped.hex(), *proof[place + 1 :]]
        for other in range(place):
            swapped = list(proof)
            swapped[place], swapped[other] = swapped[other], swapped[place]
            yield swapped
    yield [*proof, "00" * 32]
    yield ["00" * 32, *proof]


def other_inclusions(ledger: Any, index: int, size: int) -> Iterator[Item]:
    good = included(ledger, index, size)
    entry = bytearray(ledger.entries[index])
    entry[index % len(entry)] ^= 1
    yield {**good, "entry": base64.b64encode(entry).decode()}
    yield {**good, "entry": base64.b64encode(ledger.entries[index] + b"\n").decode()}
    yield {**good, "entry": ""}
    for other in (index - 1, index + 1, size, -1, index + 2**40):
        if other != index:
            yield {**good, "index": other}
    for proof in other_proofs(good["proof"]):
        yield {**good, "proof": proof}


def other_consistencies(ledger: Any, old_size: int, size: int) -> Iterator[Item]:
    good = consistent(ledger, old_size, size)
    root = bytearray(ledger.root(old_size))
    root[old_size % 32] ^= 0x80
    yield {**good, "old_root": root.hex()}
    for other in (old_size - 1, old_size + 1, size + 1):
        if other > 0:
            yield {**good, "old_size": other}
    for proof in other_proofs(good["proof"]):
        yield {**good, "proof": proof}


def ours_refuses_inclusion(item: Item, size: int, root: bytes) -> bool:
    leaf = merkle.leaf_hash(base64.b64decode(item["entry"]))
    proof = [bytes.fromhex(text) for text in item["proof"]]
    try:
        merkle.check_inclusion(leaf, item["index"], size, proof, root)
    except InvalidInclusionProof:
        return True
    return False


def ours_refuses_consistency(item: Item, size: int, root: bytes) -> bool:
    proof = [bytes.fromhex(text) for text in item["proof"]]
    old_root = bytes.fromhex(item["old_root"])
    try:
        merkle.check_consistency(item["old_size"], old_root, size, root, proof)
    except InvalidConsistencyProof:
        return True
    return False


def samples(size: int) -> list[int]:
    """Return both ends, the borders of powers of two, and some between; each from 0 to size - 1."""
    borders = {1 << level for level in range(size.bit_length())}
    chosen = {0, 1, size // 3, size // 2, size - 2, size - 1}
    chosen |= borders | {item - 1 for item in borders} | {item + 1 for item in borders}
    return sorted(item for item in chosen if 0 <= item < size)


def test_go_accepts_every_proof_of_every_small_size(check: Check, ledger: Any) -> None:
    for size in range(1, ALL_PROOFS_UP_TO + 1):
        whole = [base64.b64encode(entry).decode() for entry in ledger.entries[:size]]
        parts = {
            "included": [included(ledger, index, size) for index in range(size)],
            "consistent": [consistent(ledger, old, size) for old in range(1, size + 1)],
            "whole_ledger": whole,
        }
        assert accepted(check(job(signed(ledger, size), **parts)), 2 * size + 1), size


@pytest.mark.parametrize("size", LARGE_SIZES)
def test_go_accepts_sampled_proofs_of_large_sizes(check: Check, ledger: Any, size: int) -> None:
    chosen = samples(size)
    older = [item for item in [*chosen, size] if item > 0]
    parts = {
        "included": [included(ledger, index, size) for index in chosen],
        "consistent": [consistent(ledger, old, size) for old in older],
        "whole_ledger": [base64.b64encode(entry).decode() for entry in ledger.entries[:size]],
    }
    answer = check(job(signed(ledger, size), **parts))
    assert accepted(answer, len(chosen) + len(older) + 1)


def test_go_and_we_refuse_every_changed_inclusion(check: Check, ledger: Any) -> None:
    for size in [*range(1, 34), 70, 1000, 4097]:
        indexes = range(size) if size < 34 else samples(size)
        items = [item for index in indexes for item in other_inclusions(ledger, index, size)]
        assert parts_refused(check(job(signed(ledger, size), included=items)), len(items)), size
        root = ledger.root(size)
        assert all(ours_refuses_inclusion(item, size, root) for item in items), size


def test_go_and_we_refuse_every_changed_consistency(check: Check, ledger: Any) -> None:
    for size in [*range(2, 34), 70, 1000, 4097]:
        older = range(1, size + 1) if size < 34 else samples(size)[1:]
        items = [item for old in older for item in other_consistencies(ledger, old, size)]
        assert parts_refused(check(job(signed(ledger, size), consistent=items)), len(items)), size
        root = ledger.root(size)
        assert all(ours_refuses_consistency(item, size, root) for item in items), size


def test_go_and_we_refuse_every_proof_for_another_root(check: Check, ledger: Any) -> None:
    for size in range(1, 34):
        root = bytearray(ledger.root(size))
        root[size % 32] ^= 1
        note = sign_note(Checkpoint(ORIGIN, size, bytes(root)).format(), SIGNER.key, SIGNER.sign)
        parts = {
            "included": [included(ledger, index, size) for index in range(size)],
            "consistent": [consistent(ledger, old, size) for old in range(1, size + 1)],
            "whole_ledger": [base64.b64encode(item).decode() for item in ledger.entries[:size]],
        }
        assert parts_refused(check(job(note, **parts)), 2 * size + 1)
        assert all(ours_refuses_inclusion(item, size, bytes(root)) for item in parts["included"])
        changed = bytes(root)
        assert all(ours_refuses_consistency(item, size, changed) for item in parts["consistent"])


def test_go_refuses_an_entry_list_that_is_not_the_whole_ledger(check: Check, ledger: Any) -> None:
    whole = [base64.b64encode(entry).decode() for entry in ledger.entries[:10]]
    for wrong in (whole[:-1], [*whole, whole[0]], [whole[1], whole[0], *whole[2:]], []):
        assert parts_refused(check(job(signed(ledger, 10), whole_ledger=wrong)), 1)


def test_go_accepts_the_checkpoint_of_an_empty_ledger(check: Check, ledger: Any) -> None:
    assert accepted(check(job(signed(ledger, 0))), 0)


def with_flipped_bit(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def wrong_checkpoints(ledger: Any) -> dict[str, str]:
    """Return notes that are almost the signed checkpoint of size 10, by what is wrong with them."""
    good = signed(ledger, 10)
    text, _, signature = good.partition("\n\n")
    text += "\n"
    decoded = base64.b64decode(signature.split(" ")[2])
    other_key = Ed25519Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    elsewhere = Ed25519Signer(
        "elsewhere.test/muhr", Ed25519PrivateKey.from_private_bytes(bytes(32))
    )

    def with_signature(data: bytes) -> str:
        return f"{text}\n\u2014 {ORIGIN} {base64.b64encode(data).decode()}\n"

    def signed_text(changed: str) -> str:
        return sign_note(changed, SIGNER.key, SIGNER.sign)

    assert with_signature(decoded) == good
    flipped = (with_flipped_bit(decoded, bit) for bit in range(0, 8 * len(decoded), 5))
    return {f"flipped bit {n}": with_signature(data) for n, data in enumerate(flipped)} | {
        "another size": good.replace("\n10\n", "\n11\n"),
        "another root": good.replace(text.split("\n")[2], signed(ledger, 9).split("\n")[2]),
        "another origin, not signed": good.replace(ORIGIN, "elsewhere.test/muhr", 1),
        "another origin, signed": signed_text(text.replace(ORIGIN, "elsewhere.test/muhr")),
        "another library's note": sign_note(text, elsewhere.key, elsewhere.sign),
        "another key": sign_note(text, other_key.key, other_key.sign),
        "another key under our id": with_signature(decoded[:4] + other_key.sign(text.encode())),
        "a signature of something else": with_signature(decoded[:4] + SIGNER.sign(b"else\n")),
        "a hyphen for the dash": good.replace("\u2014", "-"),
        "an en dash": good.replace("\u2014", "\u2013"),
        "two spaces": good.replace("\u2014 ", "\u2014  "),
        "carriage returns": good.replace("\n", "\r\n"),
        "no blank line": good.replace("\n\n", "\n"),
        "no last newline": good[:-1],
        "no signature": f"{text}\n",
        "a short signature": with_signature(decoded[:-1]),
        "a long signature": with_signature(decoded + b"\0"),
        "a size with a leading zero": signed_text(text.replace("\n10\n", "\n010\n")),
        "a size with a plus sign": signed_text(text.replace("\n10\n", "\n+10\n")),
        "a negative size": signed_text(text.replace("\n10\n", "\n-10\n")),
        "a root in hexadecimal": signed_text(f"{ORIGIN}\n10\n{ledger.root(10).hex()}\n"),
        "a root of 31 bytes": signed_text(
            f"{ORIGIN}\n10\n{base64.b64encode(ledger.root(10)[1:]).decode()}\n"
        ),
        "an empty line": signed_text(text + "\nmore\n"),
        "a size that is not a number": signed_text(text.replace("\n10\n", "\n0x\n")),
        "no root": signed_text(f"{ORIGIN}\n10\n"),
    }


def test_go_and_we_refuse_every_changed_checkpoint(check: Check, ledger: Any) -> None:
    for wrong, note in wrong_checkpoints(ledger).items():
        assert note != signed(ledger, 10)
        status, lines = check(job(note, included=[included(ledger, 3, 10)]))
        assert status == 1, wrong
        assert len(lines) == 1, wrong
        assert lines[0].startswith("checkpoint: refused: "), wrong
        with pytest.raises((InvalidCheckpoint, InvalidCheckpointSignature)):
            open_checkpoint(note, SIGNER.key, check_ed25519)


def test_go_and_we_ignore_signatures_of_keys_not_known(check: Check, ledger: Any) -> None:
    witness = Ed25519Signer("witness.test", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    good = signed(ledger, 10)
    theirs = sign_note(good.partition("\n\n")[0] + "\n", witness.key, witness.sign)
    note = good + theirs.partition("\n\n")[2]
    assert accepted(check(job(note, included=[included(ledger, 3, 10)])), 1)
    assert open_checkpoint(note, SIGNER.key, check_ed25519).size == 10


def test_go_and_we_ignore_extension_lines(check: Check, ledger: Any) -> None:
    text = Checkpoint(ORIGIN, 10, ledger.root(10)).format() + "an extension\n"
    note = sign_note(text, SIGNER.key, SIGNER.sign)
    assert accepted(check(job(note, included=[included(ledger, 3, 10)])), 1)
    assert open_checkpoint(note, SIGNER.key, check_ed25519).size == 10


def test_go_refuses_a_key_whose_id_does_not_fit(check: Check, ledger: Any) -> None:
    good = signed(ledger, 10)
    name, key_id, encoded = SIGNER.key.format().split("+", 2)
    for vkey in (f"{name}+00000000+{encoded}", f"other+{key_id}+{encoded}", name, ""):
        assert check({**job(good), "verifier_key": vkey})[0] == 1
        with pytest.raises(InvalidCheckpoint):
            VerifierKey.parse(vkey)


def test_go_accepts_the_ledger_of_a_library_that_is_served(check: Check, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.txt", "two.txt", "three.bin")]
    for number, file in enumerate(files):
        file.write_bytes(f"resource {number}\n".encode() * 10**number)
    with ServedLibrary(tmp_path, ORIGIN) as library:
        older = library.at_rest()["ledger_size"]
        earlier = library.get_public("/api/v1/ledger/checkpoint").decode()
        for file in files:
            library.muhr("register", str(file), "--license", "CC0-1.0", "--json")
        size = library.at_rest()["ledger_size"]
        assert size >= older + 2 * len(files)
        checkpoint = library.get_public("/api/v1/ledger/checkpoint").decode()
        assert checkpoint.split("\n")[1] == str(size)
        key = library.get("/deployment")["key"]
        tiles = RemoteTiles(library.url + "/muhr")
        bundles = tiles_at(None, size)
        entries = [body for name in bundles for body in entries_of_bundle(name, tiles.tile(name))]
        read = nodes_in_tiles(size, tiles.tile)
        digests = [row["digest"] for row in library.get("/resources")["items"]]
        receipts = [library.get(f"/resources/{digest}/receipt") for digest in digests]
        inclusions = [
            included_item(entry, index, merkle.inclusion_proof(index, size, read))
            for index, entry in enumerate(entries)
        ]
        old_root = base64.b64decode(earlier.split("\n")[2])
        proof = merkle.consistency_proof(older, size, read)
        tiles.close()

    assert VerifierKey.parse(key).name == ORIGIN
    assert len(receipts) == len(files)
    whole = {
        "included": inclusions,
        "consistent": [consistent_item(older, old_root, proof)],
        "whole_ledger": [base64.b64encode(entry).decode() for entry in entries],
    }
    assert accepted(check(job(checkpoint, **whole) | {"verifier_key": key}), size + 2)
    assert accepted(check(job(earlier) | {"verifier_key": key}), 0)
    assert check(job(checkpoint))[1][0].startswith("checkpoint: refused: ")
    for receipt in receipts:
        hashes = [base64.b64decode(text) for text in receipt["proof"]]
        item = included_item(receipt["entry"].encode(), receipt["index"], hashes)
        received = job(receipt["checkpoint"], included=[item]) | {"verifier_key": key}
        assert accepted(check(received), 1)
        item["index"] += 1
        assert parts_refused(check(received), 1)
