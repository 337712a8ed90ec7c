"""What requests under a key were answered. Answers are sealed: the database alone opens none."""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, delete, insert, select, update

from ledger_service.adapters.sql.people.schema import answer
from ledger_service.ports.people import KeptAnswer

NONCE_BYTES = 12


class SqlAnswers:
    """Implements ports.AnswerTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, name: bytes, seal: bytes) -> KeptAnswer | None:
        row = self._connection.execute(select(answer).where(answer.c.name == name)).one_or_none()
        if row is None:
            return None
        opened = None
        if row.sealed is not None:
            sealed = bytes(row.sealed)
            opened = AESGCM(seal).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name)
        return KeptAnswer(bytes(row.request), row.at, opened)

    def begin(self, name: bytes, request: bytes, at: int) -> None:
        self.forget(name)
        self._connection.execute(insert(answer), {"name": name, "request": request, "at": at})

    def keep(self, name: bytes, seal: bytes, given: bytes) -> None:
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + AESGCM(seal).encrypt(nonce, given, name)
        query = update(answer).where(answer.c.name == name).values(sealed=sealed)
        self._connection.execute(query)

    def forget(self, name: bytes) -> None:
        self._connection.execute(delete(answer).where(answer.c.name == name))

    def forget_before(self, at: int) -> None:
        self._connection.execute(delete(answer).where(answer.c.at < at))
