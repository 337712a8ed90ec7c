"""Answers questions about a ledger with aics-tlog, which is not ours. Run by test_aics_tlog.py, with a
Python of its own; knows nothing of Muhr. Reads a list from standard input, writes a list of texts: empty
for what holds, else why it does not.
"""

import base64
import json
import sys

from aics_tlog.checkpoint import verify_checkpoint
from aics_tlog.hashing import leaf_hash
from aics_tlog.note import parse_note, parse_vkey
from aics_tlog.remote import HttpTileReader
from aics_tlog.tree import verify_consistency, verify_inclusion
from aics_tlog.verified import audit_tiles


def checkpoint(note: str, key: str, witnesses: list[str], origin: str) -> str:
    """Check a note's signature and that all these witnesses have cosigned."""
    held = verify_checkpoint(
        parse_note(note),
        parse_vkey(key),
        [parse_vkey(item) for item in witnesses],
        len(witnesses),
        expected_origin=origin,
    )
    return "" if held.ok else held.error or "refused"


def inclusion(entry: str, index: int, size: int, proof: list[str], root: str) -> str:
    """Check an inclusion proof; entry in base64, hashes in hexadecimal."""
    hashes = [bytes.fromhex(item) for item in proof]
    leaf = leaf_hash(base64.b64decode(entry))
    held = verify_inclusion(leaf, index, size, hashes, bytes.fromhex(root))
    return "" if held else "refused"


def consistency(old_size: int, old_root: str, size: int, root: str, proof: list[str]) -> str:
    """Check a consistency proof; hashes in hexadecimal."""
    hashes = [bytes.fromhex(item) for item in proof]
    old, new = bytes.fromhex(old_root), bytes.fromhex(root)
    return "" if verify_consistency(old_size, size, old, new, hashes) else "refused"


def tiles(prefix: str, key: str, witnesses: list[str], origin: str) -> str:
    """Check the checkpoint at a prefix, and every tile and bundle below it."""
    reader = HttpTileReader([prefix], proxies={})
    note = reader.read_checkpoint().decode()
    refused = checkpoint(note, key, witnesses, origin)
    if refused:
        return refused
    held = verify_checkpoint(parse_note(note), parse_vkey(key))
    audit_tiles(reader, held.size, held.root)
    return ""


def answer(question: dict) -> str:
    """Return the answer to one question, `what` being a function of this module."""
    what = {f.__name__: f for f in (checkpoint, inclusion, consistency, tiles)}
    try:
        return what[question.pop("what")](**question)
    except (ValueError, OSError) as exc:
        return f"{type(exc).__name__}: {exc}"


json.dump([answer(question) for question in json.load(sys.stdin)], sys.stdout)
