"""Sign a statement, by a wallet or a passkey; when all have, the ledger attests it (type `cosignature`)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from urllib.parse import urlsplit

from webauthn import base64url_to_bytes, generate_authentication_options, options_to_json
from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

from ledger_service.domain import canonical_json
from ledger_service.domain.authorship.author import KeyKind
from ledger_service.domain.authorship.authors_statement import AuthorsStatement
from ledger_service.domain.authorship.signed_statement import (
    LARGEST_PART_BYTES,
    AuthorSignature,
    SignedBy,
    SignedStatement,
)
from ledger_service.domain.errors import InvalidAuthors, StatementClosed
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.notices.notice import NoticeKind
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.ports.authorship import KeptPlace, KeptStatement, PlaceState, StatementState
from ledger_service.ports.store import Transaction
from ledger_service.services.authorship.accept_place import tell_others
from ledger_service.services.authorship.check_signatures import (
    SignatureState,
    check_signature,
    passkey_signature,
)
from ledger_service.services.authorship.find_statement import own_place, signature_of
from ledger_service.services.authorship.sealed_parts import open_said, open_statement
from ledger_service.services.ledger.attest_statement import append_statement
from ledger_service.services.library import Library

_SIGNATURE = re.compile(r"0x(?:[0-9A-Fa-f]{2})+")
_OLD_V = 65  # bytes of an account's own signature


def ask_for_passkey(library: Library, caller: Caller, statement: str) -> str:
    """Return what the browser is asked, as JSON, so that the caller's passkey signs the statement's hash.

    Raises:
        StatementNotFound, StatementClosed: it is not the caller's, or is not to be signed.
        InvalidAuthors: the caller signs by a wallet.
    """
    reach(caller, Permission.STATEMENT_SIGN)
    fixed, own = _to_sign(library, caller, statement)
    said = open_said(library, own)
    if said.key is None or said.key.kind is not KeyKind.PASSKEY:
        raise InvalidAuthors("key")
    options = generate_authentication_options(
        rp_id=urlsplit(said.key.origin).hostname or "",
        challenge=fixed.hash,
        allow_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(said.credential))],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def ask_for_wallet(library: Library, caller: Caller, statement: str) -> str:
    """Return what the caller's wallet shows and signs: the JSON of `eth_signTypedData_v4`; raise as above."""
    reach(caller, Permission.STATEMENT_SIGN)
    with library.store.read() as transaction:
        state = StatementState.SIGNING
        kept, places, own = own_place(library, transaction, caller, statement, state)
    fixed = _fixed(library, kept)
    said = open_said(library, own)
    names = [open_said(library, place).name for place in places]
    told = [name for name in names if name is not None]
    if said.key is None or said.key.kind is not KeyKind.WALLET or len(told) < len(names):
        raise InvalidAuthors("key")
    return json.dumps(fixed.typed_data(told), ensure_ascii=False, indent=1)


def sign_statement(library: Library, caller: Caller, statement: str, answer: str) -> bool:
    """Keep the caller's signature; return whether all have signed now, and the ledger attests it.

    answer: of a passkey, what the browser answers to `ask_for_passkey`; of a wallet 0x and hex digits.

    Raises:
        StatementNotFound, StatementClosed: it is not the caller's, or is not to be signed.
        InvalidAuthors: it is no signature of this statement by the key that the caller named.
        ChainUnavailable: whether a contract wallet approves it cannot be asked; nothing is kept.
    """
    reach(caller, Permission.STATEMENT_SIGN)
    fixed, own = _to_sign(library, caller, statement)
    signature = _signature(library, fixed, own, answer)
    with library.store.write() as transaction:
        state = StatementState.SIGNING
        kept, places, own = own_place(library, transaction, caller, statement, state)
        if own.state is not PlaceState.ACCEPTED or _fixed(library, kept) != fixed:
            raise StatementClosed("signed-by-you")
        told = canonical_json.canonicalize(signature.to_json())
        mine = replace(own, state=PlaceState.SIGNED, signature=told)
        transaction.authors.keep_place(mine)
        places = [mine if one.place == own.place else one for one in places]
        if any(one.state is not PlaceState.SIGNED for one in places):
            return False
        _complete(library, transaction, kept, places, fixed)
        tell_others(library, transaction, kept, places, caller.subject, NoticeKind.AUTHORS_SIGNED)
    return True


def _to_sign(
    library: Library, caller: Caller, statement: str
) -> tuple[AuthorsStatement, KeptPlace]:
    with library.store.read() as transaction:
        state = StatementState.SIGNING
        kept, _, own = own_place(library, transaction, caller, statement, state)
    if own.state is not PlaceState.ACCEPTED:
        raise StatementClosed("signed-by-you")
    return _fixed(library, kept), own


def _fixed(library: Library, kept: KeptStatement) -> AuthorsStatement:
    fixed = open_statement(library, kept)[1]
    assert fixed is not None  # by its state
    return fixed


def _signature(
    library: Library, fixed: AuthorsStatement, own: KeptPlace, answer: str
) -> AuthorSignature:
    """Return what the author answered as a signature that holds; raise as `sign_statement`."""
    now, index = library.clock(), own.place - 1
    key = fixed.authors[index].key
    if key.kind is KeyKind.PASSKEY:
        made = passkey_signature(answer, now)
    else:
        given, digest = _wallet_bytes(answer), fixed.wallet_digest
        is_own = library.chain.is_signed_by_key(key.value, digest, given)
        if not is_own and not library.chain.is_signed_by(key.value, digest, given):
            raise InvalidAuthors("signature")
        made = AuthorSignature(SignedBy.KEY if is_own else SignedBy.CONTRACT, given, now)
    state = check_signature(fixed, index, made, library.chain.is_signed_by_key)
    if state is SignatureState.FAILS:
        raise InvalidAuthors("signature")
    return made


def _wallet_bytes(text: str) -> bytes:
    given = text.strip()
    if len(given) > 2 + 2 * LARGEST_PART_BYTES or _SIGNATURE.fullmatch(given) is None:
        raise InvalidAuthors("signature")
    signature = bytes.fromhex(given[2:])
    if len(signature) == _OLD_V and signature[-1] in (0, 1):  # some wallets count v from 0
        return signature[:-1] + bytes([signature[-1] + 27])
    return signature


def _complete(
    library: Library,
    transaction: Transaction,
    kept: KeptStatement,
    places: list[KeptPlace],
    fixed: AuthorsStatement,
) -> None:
    """Let the ledger attest what all have signed."""
    made = tuple(one for one in map(signature_of, places) if one is not None)
    signed = SignedStatement(fixed, made)
    kind, steward, now = StatementType.COSIGNATURE, library.steward, library.clock()
    entry, _ = append_statement(transaction, kind, signed.digest, steward, now)
    transaction.authors.keep(
        replace(
            kept,
            state=StatementState.SIGNED,
            signed=signed.format(),
            signed_digest=signed.digest.value,
            entry=entry,
        )
    )
