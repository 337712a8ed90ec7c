"""One library as its services see it: its stores, its chain, its name and its limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import LedgerId, StewardId
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.ports.chain import Chain
from ledger_service.ports.content import ContentStore, KeyKeeper
from ledger_service.ports.credentials.issuer import Issuer
from ledger_service.ports.imports import ManifestStore
from ledger_service.ports.lending import CopyMaker
from ledger_service.ports.people import ErasureList, PeopleKeeper
from ledger_service.ports.publication import Mailer, Mirrors, Poster
from ledger_service.ports.sign_in import Universities
from ledger_service.ports.store import Clock, Store, Transaction
from ledger_service.services.content.one_at_a_time import OneAtATime
from ledger_service.services.effect import Effects
from ledger_service.services.group_appends import Appender, Request, Result, Verb
from ledger_service.services.limits import Limits


class ReaderData(Protocol):
    """What a room knows of readers: its part `reader_data` (docs/rooms.md)."""

    def export(self, library: Library, reader: str) -> Mapping[str, object]:
        """Return all that the room keeps of a reader, as JSON has it; nothing if it keeps nothing."""

    def erase(self, transaction: Transaction, reader: str) -> None:
        """Delete all that the room keeps of a reader."""


@dataclass(frozen=True)
class Library:
    """What every verb is handed. key: of the ledger; its name is the ledger's origin.

    effects: what each kind of intent does here once the chain has taken or refused it.

    issuer: signs credentials. erasures: who was erased. mirrors: copies of other libraries' ledgers.
    reader_data: tells what rooms know of readers. mailer: sends mail, None if the operator has set up no
    server for it. poster: tells others over HTTP, None where nobody is told. public_url: how people reach the
    library, with no slash at its end.

    appender: where a server's requests append together; None in a process that appends alone. taking_in:
    the digests whose bytes this process is keeping just now.
    """

    store: Store
    chain: Chain
    content: ContentStore
    keeper: KeyKeeper
    people: PeopleKeeper
    issuer: Issuer
    copies: CopyMaker
    manifests: ManifestStore
    universities: Universities
    clock: Clock
    steward: StewardId
    key: VerifierKey
    limits: Limits
    effects: Effects
    erasures: ErasureList
    mirrors: Mirrors
    reader_data: Callable[[], Mapping[str, ReaderData]] = dict
    mailer: Mailer | None = None
    poster: Poster | None = None
    public_url: str = ""
    appender: Appender | None = None
    taking_in: OneAtATime = field(default_factory=OneAtATime)

    def append(self, verb: Verb[Library, Request, Result], request: Request) -> Result:
        """Return the verb's result for this request once it is durable; raise its error."""
        if self.appender is not None:
            return self.appender.append(verb, self, request)
        with self.store.write() as transaction:
            [outcome] = verb(self, transaction, [request])
        if isinstance(outcome, LedgerError):
            raise outcome
        return outcome

    async def append_async(self, verb: Verb[Library, Request, Result], request: Request) -> Result:
        """Do as `append`, in a server, without a thread that waits."""
        assert self.appender is not None
        return await self.appender.append_async(verb, self, request)

    @property
    def ledger(self) -> LedgerId:
        """The ledger's name on chain."""
        return LedgerId.of_origin(self.key.name)
