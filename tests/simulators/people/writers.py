"""Authors who sign what they wrote: one by a wallet, by a library not ours, and one by a passkey."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data

from ledger_service.domain.authorship.credit import CreditRole
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.session import Subject
from ledger_service.domain.people.way import Way
from ledger_service.services.authorship import (
    NewPlace,
    ask_for_passkey,
    ask_for_wallet,
    begin_statement,
    sign_statement,
)
from ledger_service.services.authorship.accept_place import Accepted, accept_place, join_statement
from ledger_service.services.people.begin_session import begin_session, find_session
from ledger_service.services.people.grant_access import enroll_reader
from ledger_service.services.people.sign_in.passkeys import add_passkey, ask_to_add, own_passkeys
from tests.simulators.bench import OPERATOR, Bench, as_reader
from tests.simulators.people.authenticator import AuthenticatorSimulator

HERE = "https://library.example"
WORK = b"%PDF-1.7 A paper by two"
TITLE = "Suvning xotirasi: a paper by two"


class Writer:
    """A reader with a wallet whose key follows from the name."""

    def __init__(self, bench: Bench, name: str) -> None:
        self.bench, self.name = bench, name
        self.reader = enroll_reader(bench.store, OPERATOR)
        self.account = Account.from_key(hashlib.sha256(name.encode()).digest())

    @property
    def caller(self) -> Caller:
        return as_reader(self.reader)

    def accepts(self, statement: str, *roles: CreditRole) -> None:
        """Say who they are, and sign by this key."""
        told = Accepted(self.name, roles, wallet=self.account.address)
        accept_place(self.bench.library, self.caller, statement, told)

    def signs(self, statement: str) -> bool:
        """Sign what the library asks of the wallet."""
        asked = ask_for_wallet(self.bench.library, self.caller, statement)
        answer = self.signature(json.loads(asked))
        return sign_statement(self.bench.library, self.caller, statement, answer)

    def signature(self, asked: dict[str, Any]) -> str:
        """Return what the wallet makes of typed data."""
        signed = self.account.sign_message(encode_typed_data(full_message=asked))
        return "0x" + bytes(signed.signature).hex()


class PasskeyWriter(Writer):
    """A reader with a passkey."""

    def __init__(self, bench: Bench, name: str) -> None:
        super().__init__(bench, name)
        self.device = AuthenticatorSimulator(HERE)
        secret, _ = begin_session(bench.library, Subject(Role.READER, self.reader), Way.CARD)
        session = find_session(bench.library, secret)
        asked = ask_to_add(bench.library, session.caller, HERE)
        answer = self.device.make(asked.options)
        add_passkey(bench.library, session.caller, session.secret, HERE, asked.flow, answer)

    def accepts(self, statement: str, *roles: CreditRole) -> None:
        [own] = own_passkeys(self.bench.library, self.caller)
        told = Accepted(self.name, roles, passkey=own.id, origin=HERE)
        accept_place(self.bench.library, self.caller, statement, told)

    def signs(self, statement: str) -> bool:
        asked = ask_for_passkey(self.bench.library, self.caller, statement)
        answer = self.device.show(asked)
        return sign_statement(self.bench.library, self.caller, statement, answer)


def begun(bench: Bench, *writers: Writer, work: bytes = WORK, keep: bool = True) -> str:
    """Return a statement of these authors; all but the first come by their links."""
    places = [NewPlace(reader=writers[0].reader)] + [NewPlace(share=400) for _ in writers[1:]]
    made = begin_statement(
        bench.library,
        writers[0].caller,
        Digest.of(work),
        TITLE,
        places,
        work if keep else None,
    )
    for writer, code in zip(writers[1:], made.codes[1:], strict=True):
        assert code is not None
        assert join_statement(bench.library, writer.caller, code) == made.id
    return made.id


def accepted(bench: Bench, *writers: Writer, work: bytes = WORK) -> str:
    """Return a statement that is to be signed."""
    statement = begun(bench, *writers, work=work)
    for place, writer in enumerate(writers):
        writer.accepts(statement, list(CreditRole)[place], CreditRole.WRITING_ORIGINAL_DRAFT)
    return statement


def signed(bench: Bench, *writers: Writer, work: bytes = WORK) -> str:
    """Return a statement that all have signed."""
    statement = accepted(bench, *writers, work=work)
    assert [writer.signs(statement) for writer in writers] == [False] * (len(writers) - 1) + [True]
    return statement
