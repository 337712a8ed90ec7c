"""The library's own persistent names: ARKs that follow from digests, so that nobody keeps a list of them.

The name is the first 96 bits of the digest in base 29, 20 letters, and a check letter. Whoever types one
letter wrongly, or changes two that stand beside each other, gets no other resource. Two files that begin
alike are told apart by their digests, which decide. Sources: draft-kunze-ark-40; NOID, check digit algorithm.
"""

from __future__ import annotations

import re

from ledger_service.domain.identifiers import Digest

LETTERS = "0123456789bcdfghjkmnpqrstvwxz"
DIGEST_BYTES = 12  # of a digest that a name tells
NAME_LETTERS = 20  # 29 ** 20 > 2 ** 96
_NAAN = re.compile(r"[0-9bcdfghjkmnpqrstvwxz]{5,9}\Z")


def is_naan(text: str) -> bool:
    """Return whether a text can be the number of an authority that assigns names."""
    return _NAAN.match(text) is not None


def check_letter(text: str) -> str:
    """Return the letter that stands at the end of NAAN/name; letters that it does not know count as 0."""
    total = sum(place * max(0, LETTERS.find(letter)) for place, letter in enumerate(text, 1))
    return LETTERS[total % len(LETTERS)]


def ark_of(digest: Digest, naan: str) -> str:
    """Return the ARK of a resource, such as ark:99999/…; naan: as `is_naan` has it."""
    number = int.from_bytes(digest.value[:DIGEST_BYTES], "big")
    letters = ""
    for _ in range(NAME_LETTERS):
        number, place = divmod(number, len(LETTERS))
        letters = LETTERS[place] + letters
    told = f"{naan}/{letters}"
    return f"ark:{told}{check_letter(told)}"


def digest_begins(ark: str, naan: str) -> str | None:
    """Return how the digest begins that an ARK of ours names, 24 hex; None if it is none of ours.

    ark: as `work_identifier.ark` gives it. None is also given for a wrong check letter.
    """
    own, _, name = ark.removeprefix("ark:").partition("/")
    name = name.lower()
    if not naan or own != naan or len(name) != NAME_LETTERS + 1:
        return None
    if check_letter(f"{own}/{name[:-1]}") != name[-1] or not set(name) <= set(LETTERS):
        return None
    number = 0
    for letter in name[:-1]:
        number = number * len(LETTERS) + LETTERS.index(letter)
    if number >> (8 * DIGEST_BYTES):
        return None
    return number.to_bytes(DIGEST_BYTES, "big").hex()
