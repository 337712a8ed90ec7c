"""Every way here to spoil a signed intent, in the manner of Wycheproof; and some that leave it whole.

All that there are to enumerate (each bit of each signature and of each word of a call, each v, each
length, each odd number, each answer of a wallet) are in `enumerated`; the rest are drawn.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

from ledger_service.adapters.evm.intents import TYPES
from ledger_service.domain.chain.signed_intent import SignedIntent
from tests.signatures.ground import IS_VALID, MAGIC_WORD, Ground
from tests.signatures.maker import DAY, Maker, Mutation, Vector
from tests.signatures.spoiled_messages import (
    DEADLINES,
    OTHERS,
    flip_word,
    paths,
    set_deadline,
    stranger_for_self,
)
from tests.signatures.spoiled_signatures import (
    FORMS,
    LONGEST,
    NUMBERS,
    flip_signature,
    join,
    reform,
    set_length,
    set_number,
    set_v,
)

SHOWN: dict[str, Callable[[Maker], bytes]] = {
    "nothing": lambda _: b"",
    "the magic value": lambda _: IS_VALID,
    "the magic word": lambda _: MAGIC_WORD,
    "the magic word and a byte": lambda _: MAGIC_WORD + b"\0",
    "two magic words": lambda _: MAGIC_WORD + MAGIC_WORD,
    "the magic word, a byte short": lambda _: MAGIC_WORD[:31],
    "the magic word, its last bit set": lambda _: MAGIC_WORD[:31] + b"\1",
    "the magic value at the end": lambda _: bytes(28) + IS_VALID,
    "another value": lambda _: bytes.fromhex("ffffffff") + bytes(28),
    "true": lambda _: bytes(31) + b"\1",
    "zeros": lambda _: bytes(32),
    "a signature's length": lambda maker: maker.rng.randbytes(65),
    "much": lambda maker: MAGIC_WORD + maker.rng.randbytes(4000),
    "a random word": lambda maker: maker.rng.randbytes(32),
}


def _by_wallet(wallet: str, shown: Callable[[Maker], bytes]) -> Mutation:
    def make(maker: Maker) -> SignedIntent:
        intent = maker.intent(signer=bytes.fromhex(maker.ground.wallets[wallet]))
        return replace(intent, signature=shown(maker))

    return make


def _random_signature(maker: Maker) -> SignedIntent:
    numbers = maker.rng.getrandbits(256), maker.rng.getrandbits(255)
    return replace(maker.intent(), signature=join(*numbers, maker.rng.choice([27, 28])))


def _for_whom_it_recovers(maker: Maker) -> SignedIntent:
    """A random signature with a deadline, claimed for the account of another one by the same key."""
    right = maker.signed()
    return replace(maker.intent(nonce=right.nonce), signature=maker.signed().signature)


def _bits(maker: Maker) -> SignedIntent:
    def flip(signature: bytes) -> bytes:
        spoiled = bytearray(signature)
        for _ in range(maker.rng.randint(2, 8)):
            spoiled[maker.rng.randrange(65)] ^= 1 << maker.rng.randrange(8)
        return bytes(spoiled)

    return maker.with_signature(flip)


def _bytes_moved(maker: Maker) -> SignedIntent:
    def move(signature: bytes) -> bytes:
        start, length = maker.rng.randrange(65), maker.rng.randint(1, 16)
        cut = signature[:start] + signature[start + length :]
        place = maker.rng.randrange(len(cut) + 1)
        return (
            cut[:place] + maker.rng.randbytes(maker.rng.choice([length, length, 0])) + cut[place:]
        )

    return maker.with_signature(move)


def _valid_at_random(maker: Maker) -> SignedIntent:
    deadline = maker.now + maker.rng.randint(0, DAY)
    return maker.signed(maker.intent(deadline=deadline))


def _used_again(maker: Maker) -> SignedIntent:
    contract = TYPES[maker.kind].contract
    used = sorted(nonce for name, nonce in maker.ground.used if name == contract)
    return maker.signed(maker.intent(nonce=maker.rng.choice(used)))


def _out_of_time(maker: Maker) -> SignedIntent:
    late = maker.now - maker.rng.randint(1, 2**20)
    early = maker.now + DAY + maker.rng.randint(1, 2**20)
    return maker.signed(maker.intent(deadline=maker.rng.choice([late, early])))


def _echoed_at_random(maker: Maker) -> SignedIntent:
    answer = bytearray(MAGIC_WORD)
    if maker.rng.random() < 0.8:
        answer[maker.rng.randrange(32)] ^= 1 << maker.rng.randrange(8)
    intent = maker.intent(signer=bytes.fromhex(maker.ground.wallets["echo"]))
    return replace(intent, signature=bytes(answer))


DRAWN: dict[str, Mutation] = {
    "numbers": _random_signature,
    "signature of another nonce": _for_whom_it_recovers,
    "bits": _bits,
    "bytes": _bytes_moved,
    "signature that holds": _valid_at_random,
    "signature by anyone": stranger_for_self,
    "nonce that is used": _used_again,
    "deadline": _out_of_time,
    "answer of a wallet": _echoed_at_random,
}


def enumerated(ground: Ground) -> Iterator[Vector]:
    """Yield all vectors of the classes that can be counted."""
    for kind in ground.accepted:
        for bit in range(65 * 8):
            yield Vector(f"signature bit {bit}", kind, flip_signature(bit))
        for path in paths(ground.accepted[kind], kind):
            for bit in range(256):
                yield Vector(f"message {path} bit {bit}", kind, flip_word(path, bit))
        for v in range(256):
            yield Vector(f"v {v}", kind, set_v(v))
        for length in range(LONGEST + 1):
            yield Vector(f"length {length}", kind, set_length(length))
        for place in (0, 1):
            for name, number in NUMBERS.items():
                yield Vector(f"{'rs'[place]} {name}", kind, set_number(place, number))
        for name, form in FORMS.items():
            yield Vector(f"form {name}", kind, reform(form))
        for name, moved in DEADLINES.items():
            yield Vector(f"deadline {name}", kind, set_deadline(moved))
        for name, other in OTHERS.items():
            yield Vector(f"other {name}", kind, other)
        for wallet in ground.wallets:
            for name, shown in SHOWN.items():
                yield Vector(f"wallet {wallet} shown {name}", kind, _by_wallet(wallet, shown))


def drawn(ground: Ground, rng: random.Random) -> Iterator[Vector]:
    """Yield vectors of the classes without end, for ever."""
    kinds = list(ground.accepted)
    while True:
        name, other = rng.choice(list(DRAWN.items()))
        yield Vector(f"drawn {name}", rng.choice(kinds), other)
