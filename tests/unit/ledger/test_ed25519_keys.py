"""Keys under which anybody can sign, and second spellings of a key, are refused when they are read."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger_service.domain.errors import InvalidCheckpoint
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.ledger.ed25519_keys import PRIME, SMALL_ORDER, is_sound_key
from ledger_service.domain.publication.cosignature import WitnessKey
from tests.mutations import NODE
from tests.unit.test_house_rules import PROJECT

NOTE_JS = (PROJECT / "ledger_service/web/static/verifier/ledger/note.js").as_uri()
D = -121_665 * pow(121_666, -1, PRIME) % PRIME
SIGN = 1 << 255
WEAK = [y | sign for y in SMALL_ORDER for sign in (0, SIGN)]
SECOND_SPELLINGS = [y | sign for y in range(PRIME, 2**255) for sign in (0, SIGN)]


def vkey(key: bytes, kind: bytes = b"\x01") -> str:
    """Return the text of a key that nobody has checked."""
    key_id = hashlib.sha256(b"name\n" + kind + key).hexdigest()[:8]
    return f"name+{key_id}+{base64.b64encode(kind + key).decode()}"


def sound_keys() -> list[bytes]:
    seeds = [hashlib.sha256(bytes([number])).digest() for number in range(50)]
    return [
        Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw() for seed in seeds
    ]


def times_eight(y: int) -> tuple[int, int]:
    """Return eight times a point of this y, by the curve's own addition (RFC 8032 §5.1)."""
    x_squared = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    x = pow(x_squared, (PRIME + 3) // 8, PRIME)
    if (x * x - x_squared) % PRIME:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    assert (x * x - x_squared) % PRIME == 0
    for _ in range(3):
        product = D * x * x * y * y % PRIME
        x, y = (
            2 * x * y * pow(1 + product, -1, PRIME) % PRIME,
            (y * y + x * x) * pow(1 - product, -1, PRIME) % PRIME,
        )
    return x, y


def test_the_list_is_of_the_points_of_small_order() -> None:
    assert len(SMALL_ORDER) == 5
    assert {times_eight(y) for y in SMALL_ORDER} == {(0, 1)}


@pytest.mark.parametrize("number", WEAK + SECOND_SPELLINGS)
def test_a_weak_key_or_a_second_spelling_is_refused(number: int) -> None:
    key = number.to_bytes(32, "little")
    assert not is_sound_key(key)
    for read, kind in ((VerifierKey, b"\x01"), (WitnessKey, b"\x04")):
        with pytest.raises(InvalidCheckpoint, match=r"invalid-checkpoint.key-weak"):
            read.parse(vkey(key, kind))


def test_keys_that_people_make_are_taken() -> None:
    for key in sound_keys():
        assert VerifierKey.parse(vkey(key)).public_key == key


def test_javascript_takes_and_refuses_the_same() -> None:
    weak = [vkey(number.to_bytes(32, "little")) for number in WEAK + SECOND_SPELLINGS]
    good = [vkey(key) for key in sound_keys()]
    script = (
        f"import {{ parseKey }} from {json.dumps(NOTE_JS)};"
        "const read = (text) => { try { parseKey(text); return 'taken'; }"
        " catch (error) { return error.reason.reason; } };"
        "console.log(JSON.stringify(JSON.parse(process.argv[1]).map(read)));"
    )
    command = [NODE, "--input-type=module", "--eval", script, json.dumps(weak + good)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    expected = ["invalid-checkpoint.key-weak"] * len(weak) + ["taken"] * len(good)
    assert json.loads(done.stdout) == expected
