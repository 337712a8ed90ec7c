"""By which way a person was let in."""

from __future__ import annotations

from enum import StrEnum


class Way(StrEnum):
    """How whoever holds a token or a session came by it."""

    TOKEN = "token"  # it was made for them, by a command or by a token of theirs
    BY_TOKEN = "by-token"  # signed in by a token
    CARD = "card"  # by card number and passphrase, and so are staff by their name
    PASSKEY = "passkey"
    UNIVERSITY = "university"
    WALLET = "wallet"
