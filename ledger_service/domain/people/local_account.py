"""What an account of the library's own is: a card number or a name for signing in, and a passphrase."""

from __future__ import annotations

import unicodedata

from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.people.identity import Identity, IdentityKind

OWN_ISSUER = "library"
LONGEST_CARD = 64  # characters
SHORTEST_PASSPHRASE = 15  # characters, where it alone lets somebody in (NIST SP 800-63B-4 §3.1.1.2)
LONGEST_PASSPHRASE = 256
LEAST_LETTERS = 5  # different ones in a passphrase
_LEFT_OUT = frozenset(" -\u2010\u2011\u2012\u2013")  # between groups of digits on a card


def card_identity(typed: str) -> Identity:
    """Return the identity of a card number or a name for signing in, however it is typed.

    Capital and small letters are the same, and blanks and dashes are left out.

    Raises:
        InvalidInput: nothing is left, or more than 64 characters.
    """
    text = unicodedata.normalize("NFKC", typed).casefold()
    kept = "".join(letter for letter in text if letter not in _LEFT_OUT)
    if not 1 <= len(kept) <= LONGEST_CARD or not kept.isprintable():
        raise InvalidInput("card-number", most=LONGEST_CARD)
    return Identity(IdentityKind.CARD, OWN_ISSUER, kept)


def normal_passphrase(typed: str) -> str:
    """Return a passphrase in the one form in which it is hashed, whatever keyboard it comes from."""
    return unicodedata.normalize("NFKC", typed[: 4 * LONGEST_PASSPHRASE])


def check_passphrase(passphrase: str, card: Identity) -> None:
    """Check that a new passphrase may be taken. passphrase: in its normal form.

    Raises:
        InvalidInput: it is too short or too long, of too few letters, or little more than the card number.
    """
    if not SHORTEST_PASSPHRASE <= len(passphrase) <= LONGEST_PASSPHRASE:
        raise InvalidInput("passphrase-length", least=SHORTEST_PASSPHRASE, most=LONGEST_PASSPHRASE)
    left = passphrase.casefold().replace(card.subject, "")
    if len(set(left)) < LEAST_LETTERS:
        raise InvalidInput("passphrase-simple", least=LEAST_LETTERS)
