"""Libraries of one consortium on one simulated chain; and institutions with what they say of themselves.

`make_consortium` gives whole libraries that know one another. An `Institution` alone is a member that has
keys and says things, without a library behind it.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eth_keys.datatypes import PrivateKey

from ledger_service.adapters.consortium.announcing import signed_by
from ledger_service.adapters.signer import Ed25519Signer, check_ed25519
from ledger_service.domain.chain.deployment import CONTRACTS
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.consortium.member import Announcement, Member
from ledger_service.domain.errors import ServiceUnavailable
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.publication.cosignature import WitnessKey
from ledger_service.services.chain.follow_chain import follow_chain
from ledger_service.services.consortium.announce_self import announce_self
from ledger_service.services.consortium.take_member import take_member
from ledger_service.services.limits import Limits
from ledger_service.worker import Worker
from tests.simulators.bench import Bench
from tests.simulators.chain import DEPLOYED_AT, ChainSimulator
from tests.simulators.clock import ClockSimulator
from tests.simulators.parts.identity import EXAMPLE, Identity, signer_of
from tests.simulators.parts.member_services import MemberServices
from tests.simulators.parts.own_accounts import ANCHORER
from tests.simulators.parts.shared_chain import SharedChain

CHARTER = Charter(
    name="Universities of Uzbekistan",
    chain_id=ChainSimulator.chain_id,
    genesis="11" * 32,
    first_block=1,
    contracts={name: f"{number:02x}" * 20 for number, name in enumerate(CONTRACTS, 1)},
    code=dict.fromkeys(CONTRACTS, "22" * 32),
    salt="33" * 32,
    admin="44" * 20,
    has_council=True,
)
FOR_LONG = 2**40


@dataclass(frozen=True)
class Institution:
    """A member. name: one word, from which its addresses and keys follow."""

    name: str

    @property
    def uri(self) -> str:
        return f"https://{self.name}.example/"

    @property
    def url(self) -> str:
        return f"https://library.{self.name}.example"

    @property
    def identity(self) -> Identity:
        """Return whose library a bench is, if it is this institution's."""
        others = {
            role: hashlib.sha256(f"{role} of {self.name}".encode()).hexdigest()[:40]
            for role in ("service", "anchorer", "relayer")
        }
        accounts = {"registrar": self.registrar, **others}
        origin, seed = f"library.{self.name}.example/muhr", f"ledger of {self.name}"
        name = f"University {self.name}"
        return Identity(name, self.uri, origin, seed, tuple(accounts.items()))

    @property
    def steward(self) -> StewardId:
        return self.identity.steward

    @property
    def signer(self) -> Ed25519Signer:
        return self.identity.signer

    @property
    def witness(self) -> Ed25519Signer:
        return signer_of(f"witness of {self.name}", f"{self.signer.key.name}/witness")

    @property
    def account_key(self) -> bytes:
        return hashlib.sha256(f"registrar of {self.name}".encode()).digest()

    @property
    def registrar(self) -> str:
        return account_of(self.account_key)

    def join(self, chain: ChainSimulator, since: int = 0) -> None:
        """Let the council accredit it, add its registrar from then on, and open its ledger."""
        steward, ledger = self.steward.hex(), self.member(0).ledger.hex()
        chain.act(lambda state: state.accredit(steward))
        chain.act(lambda state: state.add_registrar(steward, self.registrar, since, FOR_LONG))
        chain.act(lambda state: state.open_ledger(ledger, steward, ANCHORER))

    def member(self, at: int, **changes: Any) -> Member:
        """Return what it says of itself. changes: of the statement's parts."""
        told: dict[str, Any] = {
            "charter": CHARTER.digest,
            "name": self.identity.name,
            "uri": self.uri,
            "url": self.url,
            "key": self.signer.key,
            "witness": "",
            "registrar": self.registrar,
            "at": at,
        }
        return Member(**{**told, **changes})

    def says(self, at: int, **changes: Any) -> str:
        """Return its announcement, signed by its own keys whatever it says."""
        return self.signed(self.member(at, **changes)).format()

    def signed(self, member: Member) -> Announcement:
        """Return a statement with the signatures of this institution's keys."""
        digest = signed_by(self.account_key, member.account_digest)
        by_witness = self.witness.sign(member.witness_message) if member.witness else b""
        return Announcement(member, self.signer.sign(member.message), digest, by_witness)


@dataclass
class AnnouncerSimulator:
    """Implements ports.Announcer for a bench: its ledger's key, and an account's key of 32 bytes."""

    signer: Ed25519Signer
    account_key: bytes
    its_witness: Ed25519Signer | None = None

    @property
    def registrar(self) -> str:
        return account_of(self.account_key)

    @property
    def witness(self) -> str:
        if self.its_witness is None:
            return ""
        key = self.its_witness.key
        return WitnessKey(key.name, key.public_key).format()

    def sign(self, message: bytes) -> bytes:
        return self.signer.sign(message)

    def sign_by_witness(self, message: bytes) -> bytes:
        return b"" if self.its_witness is None else self.its_witness.sign(message)

    def sign_digest(self, digest: bytes) -> bytes:
        return signed_by(self.account_key, digest)


class ServicesSimulator:
    """Implements ports.MemberClient. answers: by address and path; whoever has none does not answer."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.posted: list[tuple[str, Any]] = []
        self.asked: list[str] = []
        self.refused: set[str] = set()  # addresses that take no announcement

    def check(self, url: str) -> None:
        """Let every address pass."""

    def get_json(self, url: str, path: str, *, most_bytes: int, seconds: float) -> Any:
        assert most_bytes > 0
        assert seconds > 0
        self.asked.append(url)
        if url + path not in self.answers:
            raise ServiceUnavailable("member", url=url, cause="timed out")
        return self.answers[url + path]

    def post_json(
        self, url: str, path: str, value: object, *, most_bytes: int, seconds: float
    ) -> Any:
        self.get_json(url, path, most_bytes=most_bytes, seconds=seconds)
        if url in self.refused:
            raise ServiceUnavailable("member-status", url=url, status=422)
        self.posted.append((url, value))


def account_of(key: bytes) -> str:
    """Return the account (40 hex) of a key of 32 bytes."""
    return PrivateKey(key).public_key.to_canonical_address().hex()


def make_member(bench: Bench, charter: Charter = CHARTER, **parts: Any) -> AnnouncerSimulator:
    """Make a bench's library a member, its registrar an account with a key; return who signs for it."""
    announcer = AnnouncerSimulator(bench.signer, hashlib.sha256(b"own registrar").digest())
    steward = bench.library.steward.hex()
    bench.chain.act(lambda state: state.add_registrar(steward, announcer.registrar, 0, FOR_LONG))
    bench.library = replace(
        bench.library,
        read_charter=lambda: charter,
        check_signature=check_ed25519,
        public_url="https://own.example",
        **parts,
    )
    return announcer


def make_consortium(
    folder: Path,
    database: Path,
    count: int = 3,
    charter: Charter = CHARTER,
    limits: Limits | None = None,
) -> list[Bench]:
    """Return libraries of the institutions a, b, c, … on one chain, each of which knows the others.

    They share the clock. Each asks the others by `MemberServices`, which are the same for all:
    `bench.library.members`. Let go of each by `release`.

    Args:
        folder: gets a folder for each. database: a file that was migrated.
    """
    clock = ClockSimulator()
    chain = ChainSimulator(clock, EXAMPLE.ledger)
    services = MemberServices(charter)
    made = []
    for number in range(count):
        one = Institution(chr(ord("a") + number))
        home = folder / one.name
        home.mkdir(parents=True)
        shutil.copy(database, home / "muhr.db")
        line = SharedChain(chain, one.identity)
        bench = Bench(home, limits, identity=one.identity, on=(clock, line))
        announcer = AnnouncerSimulator(bench.signer, one.account_key)
        bench.library = replace(
            bench.library,
            read_charter=lambda: charter,
            check_signature=check_ed25519,
            public_url=one.url,
            members=services,
        )
        bench.worker = Worker(bench.library, bench.signer, DEPLOYED_AT, announcer=announcer)
        services.benches[one.url] = bench
        made.append((bench, announcer))
    for bench, _ in made:
        follow_chain(bench.library, DEPLOYED_AT)
    told = [announce_self(bench.library, announcer).text for bench, announcer in made]
    for bench, _ in made:
        for text in told:
            take_member(bench.library, text)
    return [bench for bench, _ in made]
