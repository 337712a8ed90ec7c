"""Sign in by a wallet: a message is shown, the wallet signs it, and what comes back is judged (ERC-4361).

An account is kept only as a tag under the people key. A wallet makes a reader of somebody, and nothing more.
"""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

from ledger_service.domain.chain.account import checksummed, parse_account
from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.errors import SignInRefused
from ledger_service.domain.instant import instant
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.identity import Identity, IdentityKind
from ledger_service.domain.people.sign_in_message import (
    LIFE_SECONDS,
    LONGEST_MESSAGE,
    Asked,
    SignInMessage,
    check_message,
)
from ledger_service.services.library import Library
from ledger_service.services.people.identities import find_or_enroll
from ledger_service.services.people.sign_in.by_university import LetIn
from ledger_service.services.people.sign_in.carry_flow import begin_flow, read_flow, spend

WAY = "wallet"
PAGE = "/sign-in/wallet"
STATEMENT = "Sign in to this library. Nothing is paid, and the library keeps no address."
"""ASCII, since wallets' libraries refuse other letters; the page says it in the language of the reader."""
LONGEST_SIGNATURE_BYTES = 8192  # contract wallets have long ones
LONGEST_FIELD = 2 * LONGEST_MESSAGE
_SIGNATURE = re.compile(r"0x(?:[0-9A-Fa-f]{2})+")
_OLD_V = 65  # bytes of an account's own signature
NONCE_BYTES = 16


def check_wallets(library: Library) -> None:
    """Check that wallets sign in here; raise SignInRefused otherwise."""
    if not library.limits.takes_wallets:
        raise SignInRefused("wallet-off")


def begin_by_wallet(library: Library, then: str) -> str:
    """Return what the browser keeps while the wallet signs. then: the page that is wanted."""
    nonce = secrets.token_hex(NONCE_BYTES)
    return begin_flow(library, WAY, {"nonce": nonce, "then": then})


def message_for(library: Library, url: str, account: str, sealed: str) -> str:
    """Return the text that the wallet of an account is to sign.

    Args:
        url: this library's public address, without a slash at its end.
        account: as a person wrote it, 0x and 40 digits.
        sealed: what the browser keeps.

    Raises:
        InvalidAccount: it is none, or mistyped.
        SignInRefused: the sign-in was not begun in this browser, or has ended.
    """
    asked = _asked(library, url, read_flow(library, WAY, sealed)["nonce"])
    message = SignInMessage(
        asked.domain,
        checksummed(parse_account(account)),
        asked.uri,
        asked.chain_id,
        asked.nonce,
        issued_at=instant(asked.now),
        statement=STATEMENT,
        expires_at=instant(asked.now + LIFE_SECONDS),
    )
    return message.format()


def account_in(text: str) -> str:
    """Return the account for which a message is, as it stands there; raise SignInRefused for no message."""
    return SignInMessage.parse(text.replace("\r\n", "\n")).address


def end_by_wallet(library: Library, url: str, text: str, signature: str, sealed: str) -> LetIn:
    """Return who is let in by a signed message.

    Args:
        text: what was signed; a form may have written its lines' ends otherwise.
        signature: 0x and hexadecimal digits, by the account's key, or whatever a contract wallet approves.
        url, sealed: as above.

    Raises:
        SignInRefused: the message is none of ERC-4361, not what this library asked this browser for, was
            used before, is not of now, or the account did not sign it.
        ChainUnavailable: whether a contract approves it cannot be asked; nobody is let in.
    """
    check_wallets(library)
    flow = read_flow(library, WAY, sealed)
    signed = text.replace("\r\n", "\n")
    message = SignInMessage.parse(signed)
    check_message(message, _asked(library, url, flow["nonce"]))
    account = message.address[2:].lower()
    if message.address != checksummed(account):
        raise SignInRefused("wallet-account")
    if not library.chain.is_signed_by(account, _digest(signed), _signature(signature)):
        raise SignInRefused("wallet-signature")
    spend(library, flow["id"])
    issuer = f"eip155:{library.chain.chain_id}"
    identity = Identity(IdentityKind.WALLET, issuer, account)
    return LetIn(find_or_enroll(library, identity, Role.READER), flow["then"])


def _asked(library: Library, url: str, nonce: str) -> Asked:
    parts = urlsplit(url)
    now = library.clock()
    chain_id = library.chain.chain_id
    return Asked(parts.scheme, parts.netloc, url + PAGE, chain_id, nonce, now)


def _digest(text: str) -> bytes:
    """Return the 32 bytes that are signed for a text. Source: EIP-191, version 0x45."""
    data = text.encode()
    return keccak256(b"\x19Ethereum Signed Message:\n" + str(len(data)).encode() + data)


def _signature(text: str) -> bytes:
    given = text.strip()
    if len(given) > 2 + 2 * LONGEST_SIGNATURE_BYTES or _SIGNATURE.fullmatch(given) is None:
        raise SignInRefused("wallet-signature-form")
    signature = bytes.fromhex(given[2:])
    if len(signature) == _OLD_V and signature[-1] in (0, 1):  # some wallets count v from 0
        return signature[:-1] + bytes([signature[-1] + 27])
    return signature
