"""One library as its services see it: its stores, its chain, its name and its limits."""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import LedgerId, StewardId
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.ports.chain import Chain
from ledger_service.ports.content import ContentStore, KeyKeeper
from ledger_service.ports.imports import ManifestStore
from ledger_service.ports.lending import CopyMaker
from ledger_service.ports.people import PeopleKeeper
from ledger_service.ports.sign_in import Universities
from ledger_service.ports.store import Clock, Store
from ledger_service.services.content.one_at_a_time import OneAtATime
from ledger_service.services.effect import Effects
from ledger_service.services.group_appends import Appender, Request, Result, Verb
from ledger_service.services.limits import Limits


@dataclass(frozen=True)
class Library:
    """What every verb is handed. key: of the ledger; its name is the ledger's origin.

    effects: what each kind of intent does here once the chain has taken or refused it.

    appender: where a server's requests append together; None in a process that appends alone. taking_in:
    the digests whose bytes this process is keeping just now.
    """

    store: Store
    chain: Chain
    content: ContentStore
    keeper: KeyKeeper
    people: PeopleKeeper
    copies: CopyMaker
    manifests: ManifestStore
    universities: Universities
    clock: Clock
    steward: StewardId
    key: VerifierKey
    limits: Limits
    effects: Effects
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
