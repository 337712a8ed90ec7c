"""A signature has one form, though other libraries take more of them."""

from eth_keys.datatypes import PrivateKey

from ledger_service.adapters.evm.relaying import recovered

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of secp256k1 (SEC 2)
KEY = PrivateKey((7).to_bytes(32))
DIGEST = b"\x2a" * 32


def test_a_signature_has_one_form_alone() -> None:
    given = KEY.sign_msg_hash(DIGEST)
    r, s, v = given.r.to_bytes(32), given.s, given.v
    twin = r + (ORDER - s).to_bytes(32) + bytes([28 - v])  # the same account's, by the curve
    signature = r + s.to_bytes(32) + bytes([27 + v])
    assert recovered(DIGEST, signature) == KEY.public_key.to_canonical_address().hex()
    for other in (twin, signature[:64] + bytes([v]), signature[:64], signature + b"\0"):
        assert recovered(DIGEST, other) is None
