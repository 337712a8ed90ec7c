"""By what a person is known to be the same as last time: a card number, an account elsewhere, a wallet.

The library keeps none of them. It keeps a tag, which only its people key can make anew, so that who has the
database alone cannot try out names. See docs/adr/0111.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import StrEnum

from ledger_service.domain.errors import InvalidInput

PEOPLE_KEY_BYTES = 32
LONGEST_PART = 512  # bytes of an issuer or a subject
_PURPOSE = b"muhr: identity of a person\n"


class IdentityKind(StrEnum):
    """What the subject of an identity is."""

    CARD = "card"  # a card number or, of staff, a name for signing in; issuer: this library's
    PASSKEY = "passkey"  # the id of a credential; issuer: the host that it is bound to
    UNIVERSITY = "university"  # a pairwise subject; issuer: the OpenID provider's
    WALLET = "wallet"  # an account; issuer: the chain that it is on
    DISTRIBUTOR = (
        "distributor"  # another library's name for a reader of its own; issuer: that library
    )
    INVITATION = "invitation"  # the secret of a link by which somebody sets a passphrase, once


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as an issuer knows them."""

    kind: IdentityKind
    issuer: str
    subject: str


def tag(people_key: bytes, identity: Identity) -> bytes:
    """Return the 32 bytes by which an identity is kept.

    HMAC-SHA-256 under the people key, of 32 bytes, over a fixed line and the parts, each after its length.

    Raises:
        InvalidInput: a part is empty or longer than 512 bytes.
    """
    message = _PURPOSE
    for part in (identity.kind.value, identity.issuer, identity.subject):
        data = part.encode("utf-8", "surrogatepass")
        if not 1 <= len(data) <= LONGEST_PART:
            raise InvalidInput("identity-length", most=LONGEST_PART)
        message += len(data).to_bytes(4, "big") + data
    return hmac.digest(people_key, message, "sha256")
