"""What requests under a key were answered. Answers are sealed: the database alone opens none."""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, delete, insert, select

from ledger_service.adapters.sql.people.schema import answer
from ledger_service.ports.people import KeptAnswer

NONCE_BYTES = 12


class SqlAnswers:
    """Implements ports.AnswerTable."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, name: bytes, seal: bytes) -> KeptAnswer | None:
        query = select(answer).where(answer.c.name == name, answer.c.sealed.is_not(None))
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        sealed = bytes(row.sealed)
        opened = AESGCM(seal).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name)
        return KeptAnswer(bytes(row.request), row.at, opened)

    def keep(self, name: bytes, seal: bytes, request: bytes, at: int, given: bytes) -> None:
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + AESGCM(seal).encrypt(nonce, given, name)
        self._connection.execute(delete(answer).where(answer.c.name == name))
        row = {"name": name, "request": request, "at": at, "sealed": sealed}
        self._connection.execute(insert(answer), row)

    def forget_before(self, at: int) -> None:
        self._connection.execute(delete(answer).where(answer.c.at < at))
