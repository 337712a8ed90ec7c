"""A service over the network as the source that a checker of its credentials asks."""

from __future__ import annotations

from typing import Any

from ledger_service.adapters.remote import RemoteService
from ledger_service.domain import foreign_json
from ledger_service.domain.credentials.compact_jws import Token
from ledger_service.domain.credentials.credential import (
    STATUS_PATH,
    Place,
    Revocation,
    RevocationReason,
)
from ledger_service.domain.credentials.issuer_key import PublicKey
from ledger_service.domain.credentials.status_list import ListState, is_set, unpack
from ledger_service.domain.errors import InvalidCredential, InvalidJson, NotFound, Unavailable
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.entry import StatementType
from ledger_service.services.credentials.check_credential import Status
from ledger_service.services.credentials.check_signature import check_signature


class RemoteSource:
    """Implements CredentialSource: what the service tells is checked as far as it can be.

    A status list counts if a key of the issuer has signed it, and if the newest state that the service names
    is of these bytes.
    """

    def __init__(self, service: RemoteService) -> None:
        self._service = service
        try:
            told = foreign_json.parse(service.published("/.well-known/jwt-vc-issuer"))
            self._issuer = str(told["issuer"])
            self._keys = [PublicKey.of_jwk(jwk) for jwk in told["jwks"]["keys"]]
        except (InvalidJson, KeyError, TypeError) as exc:
            raise InvalidCredential("not-an-issuer", url=service.url) from exc

    @property
    def issuer(self) -> str:
        return self._issuer

    def key(self, name: str) -> PublicKey | None:
        return next((key for key in self._keys if key.name == name), None)

    def status(self, uri: str, place: int) -> Status | None:
        prefix = self._issuer + STATUS_PATH
        number = uri.removeprefix(prefix)
        if not uri.startswith(prefix) or not (number.isascii() and number.isdigit()):
            return None
        try:
            token = Token.parse(self._service.published(STATUS_PATH + number).decode())
            states = self._service.get(f"/credentials/lists/{number}", limit=1)
        except (Unavailable, NotFound, UnicodeDecodeError):
            return None
        data = self._list_of(token, uri)
        state = ListState.parse(str(states[0]["body"]).encode())
        if not state.is_of(uri, data):
            raise InvalidCredential("status-list")
        is_revoked = is_set(data, place)
        return Status(is_revoked, self._why(number, place) if is_revoked else None, state.statement)

    def entry_of(self, kind: StatementType, statement: Digest) -> int | None:
        asked = {"type": kind.value, "statement": statement.hex()}
        found = self._service.pages("/ledger/statements", **asked)
        return next((int(row["entry"]) for row in found), None)

    def _list_of(self, token: Token, uri: str) -> bytes:
        key = self.key(str(token.header.get("kid")))
        if key is None or token.text("sub") != uri:
            raise InvalidCredential("status-list")
        check_signature(token, key)
        told: Any = token.payload.get("status_list")
        if not isinstance(told, dict) or told.get("bits") != 1:
            raise InvalidCredential("status-list")
        return unpack(str(told.get("lst")))

    def _why(self, number: str, place: int) -> Revocation | None:
        """Return when and why, as the service tells; None if it does not."""
        try:
            told = self._service.get(f"/credentials/{Place(int(number), place)}/status")
            return Revocation(int(told["revoked_at"]), RevocationReason(told["reason"]))
        except (Unavailable, NotFound, KeyError, TypeError, ValueError):
            return None
