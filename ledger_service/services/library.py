"""One library as its services see it: its stores, its chain, its name and its limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.errors import InvalidCheckpointSignature, LedgerError
from ledger_service.domain.identifiers import LedgerId, StewardId
from ledger_service.domain.ledger.checkpoint import CheckSignature, VerifierKey
from ledger_service.ports.chain import Chain
from ledger_service.ports.consortium.copies import BlockSources
from ledger_service.ports.consortium.council import CouncilReader
from ledger_service.ports.consortium.members import MemberClient
from ledger_service.ports.content import ContentStore, KeyKeeper
from ledger_service.ports.credentials.issuer import Issuer
from ledger_service.ports.imports import ManifestStore
from ledger_service.ports.lending import CopyMaker, LicenseServer
from ledger_service.ports.people import ErasureList, PeopleKeeper
from ledger_service.ports.publication import Mailer, Mirrors, Poster, Pusher
from ledger_service.ports.sign_in import Universities
from ledger_service.ports.store import Clock, Store, Transaction
from ledger_service.services.content.one_at_a_time import OneAtATime
from ledger_service.services.effect import Effects
from ledger_service.services.group_appends import Appender, Request, Result, Verb
from ledger_service.services.ledgers_on_chain import LedgersOnChain
from ledger_service.services.limits import Limits


class ReaderData(Protocol):
    """What a room knows of readers: its part `reader_data` (docs/rooms.md)."""

    def export(self, library: Library, reader: str) -> Mapping[str, object]:
        """Return all that the room keeps of a reader, as JSON has it; nothing if it keeps nothing."""

    def erase(self, transaction: Transaction, reader: str) -> None:
        """Delete all that the room keeps of a reader."""


def no_charter() -> None:
    """Return that a library is a member of no consortium."""


def no_signature_holds(_key: bytes, _signature: bytes, _message: bytes) -> None:
    """Raise InvalidCheckpointSignature: nothing is here that could check one."""
    raise InvalidCheckpointSignature()


@dataclass(frozen=True)
class Library:
    """What every verb is handed. key: of the ledger; its name is the ledger's origin.

    effects: what each kind of intent does here once the chain has taken or refused it.

    issuer: signs credentials. erasures: who was erased. mirrors: copies of other libraries' ledgers.
    reader_data: tells what rooms know of readers. mailer: sends mail, None if the operator has set up no
    server for it. pusher: tells browsers of news, None if the operator wants none of it. poster: tells others
    over HTTP, None where nobody is told. public_url: how people reach the library, with no slash at its end.

    read_charter: tells the charter of the consortium that the library is a member of, as it is now. members:
    asks other members over HTTP, None where nobody is asked; member_blocks: the same for blocks of their
    content. council: tells of the consortium's council. check_signature: of other ledgers' keys.

    license_server: makes licenses of Readium LCP, None if the operator has set up no server for that.

    appender: where a server's requests append together; None in a process that appends alone. taking_in:
    the digests whose bytes this process is keeping just now. ledgers: which the chain has, kept in memory.
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
    pusher: Pusher | None = None
    poster: Poster | None = None
    public_url: str = ""
    read_charter: Callable[[], Charter | None] = no_charter
    members: MemberClient | None = None
    member_blocks: BlockSources | None = None
    license_server: LicenseServer | None = None
    council: CouncilReader | None = None
    check_signature: CheckSignature = no_signature_holds
    appender: Appender | None = None
    taking_in: OneAtATime = field(default_factory=OneAtATime)
    ledgers: LedgersOnChain = field(default_factory=LedgersOnChain)

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
    def charter(self) -> Charter | None:
        """The consortium's charter, None for a library that is alone."""
        return self.read_charter()

    @property
    def ledger(self) -> LedgerId:
        """The ledger's name on chain."""
        return LedgerId.of_origin(self.key.name)
