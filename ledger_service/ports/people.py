"""What the services need of people: readers, tokens and openings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ledger_service.domain.people.act import Act, ActKind
from ledger_service.domain.people.caller import Role
from ledger_service.domain.people.case import Case
from ledger_service.domain.people.identity import IdentityKind
from ledger_service.domain.people.session import Subject
from ledger_service.domain.people.way import Way
from ledger_service.ports.ledger import PrivatePart
from ledger_service.ports.lending import Opening
from ledger_service.ports.paging import Page, PageRequest

TOKEN_ID_BYTES = 8
READER_PARTS = 256
"""Into so many parts the readers are divided for whoever looks through them all."""


@dataclass(frozen=True)
class Token:
    """An access token, or a session, which is one.

    subject: a reader's random name, or the name of the colleague who holds it; way: by which they were let
    in; made_at: None for those of earlier versions; parent: the digest of the token that it was made with,
    and ends with; scopes: the permissions that it was narrowed to, None for all of its role.
    """

    role: Role
    subject: str
    expires_at: int
    way: Way = Way.TOKEN
    made_at: int | None = None
    parent: bytes | None = None
    scopes: frozenset[str] | None = None


class KeptToken(NamedTuple):
    """A token, and the SHA-256 of its secret."""

    digest: bytes
    token: Token

    @property
    def id(self) -> str:
        """Return the name by which a token is told and revoked; it opens nothing."""
        return self.digest[:TOKEN_ID_BYTES].hex()


@dataclass(frozen=True)
class TokenFilter:
    """Which tokens are listed: of these roles, and of the caller by name, in own_roles, and no others.

    role, subject: only of these, where they are given.
    """

    roles: frozenset[Role]
    own: str
    own_roles: frozenset[Role] = frozenset()
    role: Role | None = None
    subject: str | None = None


@dataclass(frozen=True)
class KeptAct:
    """An act as it is kept. colleague: a number for whoever did it; holder: the name, None once erased."""

    number: int
    at: int
    colleague: int
    holder: str | None
    act: Act


@dataclass(frozen=True)
class ActFilter:
    """Which acts are listed, by what is given. about, entry: those about this, or which have this entry.

    since, until: seconds since 1970 UTC; until is not among them.
    """

    holder: str | None = None
    kind: ActKind | None = None
    about: str | None = None
    entry: int | None = None
    since: int | None = None
    until: int | None = None


class ActTable(Protocol):
    """What the library's people did, and their names."""

    def add(self, holder: str, at: int, acts: Sequence[Act]) -> None:
        """Add acts of whoever has this name now."""

    def page(self, which: ActFilter, request: PageRequest) -> Page[KeptAct]:
        """Return a page of acts, newest first; raise InvalidCursor."""

    def erase(self, holder: str) -> bool:
        """Erase a name, whose acts then have a number only; return whether it was there."""


@dataclass(frozen=True)
class Colleague:
    """A colleague who has roles here. since: when each was given, in seconds since 1970 UTC, by role."""

    number: int
    name: str
    since: Mapping[Role, int]


class ColleagueTable(Protocol):
    """The library's colleagues and their roles."""

    def number(self, name: str) -> int:
        """Return the number of whoever has this name, a new one for a new name."""

    def everybody(self) -> list[Colleague]:
        """Return all who have a role, by number."""

    def find(self, number: int) -> Colleague | None:
        """Return who has this number and a role; None if there is nobody."""

    def named(self, name: str) -> Colleague | None:
        """Return who has this name and a role; None if there is nobody."""

    def add(self, name: str, role: Role, at: int) -> Colleague:
        """Give a role to whoever has this name, unless they have it; return the colleague."""

    def remove(self, number: int, role: Role) -> None:
        """Take a role away."""


class CaseTable(Protocol):
    """Cases in which auditors look at private parts."""

    def add(self, case: Case) -> None:
        """Add a case."""

    def find(self, case_id: str) -> Case | None:
        """Return the case of this id, 64 hex digits; None if there is none."""

    def page(self, auditor: int | None, request: PageRequest) -> Page[Case]:
        """Return a page of the cases, newest first, those of one auditor or all; raise InvalidCursor."""

    def standing(self, name: str, at: int) -> list[Case]:
        """Return the cases of the auditor of this name that stand at this time, oldest first."""

    def close(self, case_id: str, at: int) -> None:
        """Let a case end now, unless it has."""


class LookTable(Protocol):
    """Which private parts were looked at, by the entries that say so."""

    def add(self, entry: int, ranges: Sequence[tuple[int, int]]) -> None:
        """Add what the `looked` entry at this index tells: first and last of each range."""

    def page(self, request: PageRequest) -> Page[PrivatePart]:
        """Return a page of what looks commit to, newest first; raise InvalidCursor."""

    def page_at(self, entries: Sequence[int], request: PageRequest) -> Page[PrivatePart]:
        """Return a page of the looks at any of these entries, some thousands, newest first."""


@dataclass(frozen=True)
class KeptAnswer:
    """What a request under a key was answered. request: SHA-256 of what it asked; at: when, in seconds."""

    request: bytes
    at: int
    answer: bytes


class ErasureList(Protocol):
    """Tags of the readers who were erased. It is outside of the database and of every backup."""

    def add(self, tag: bytes) -> None:
        """Add a tag of 32 bytes, durable in all places; raise ErasuresUnreachable, ErasureUnfinished."""

    def tags(self) -> frozenset[bytes]:
        """Return all tags of all places of the list; raise ErasuresUnreachable."""


class AnswerTable(Protocol):
    """What requests under a key were answered; only who has the seal, 32 bytes, can read it."""

    def find(self, name: bytes, seal: bytes) -> KeptAnswer | None:
        """Return what the request of this name was answered, None if it was not."""

    def keep(self, name: bytes, seal: bytes, request: bytes, at: int, given: bytes) -> None:
        """Keep what a request was answered, sealed, in place of what was kept under its name."""

    def forget_before(self, at: int) -> None:
        """Forget all that was answered before this time."""


class AccessTable(Protocol):
    """Readers, tokens and openings: who gets in. A reader has a key here and nowhere else."""

    def add_reader(self, reader: str, key: bytes) -> None:
        """Add a reader by a random name that is new, with a key of 32 bytes."""

    def add_readers(self, readers: Sequence[tuple[str, bytes]]) -> None:
        """Add readers by random names that are new, each with a key of 32 bytes."""

    def reader_keys(self, readers: Sequence[str]) -> dict[str, bytes]:
        """Return the keys of those of these readers who are known and not erased."""

    def reader_key(self, reader: str) -> bytes | None:
        """Return the reader's key of 32 bytes; None for an unknown or an erased reader."""

    def readers(self, after: str, limit: int) -> list[tuple[str, bytes]]:
        """Return names and keys of the readers whose names follow this one, in order."""

    def erase_reader(self, reader: str) -> None:
        """Erase a reader with key, tokens and openings; the grants are nobody's any more."""

    def count_tokens(self, reader: str) -> int:
        """Return how many tokens a reader has, expired ones too."""

    def note_erasure(self, at: int) -> None:
        """Note that somebody was erased, so that the database's files are written anew."""

    def oldest_erasure(self) -> int | None:
        """Return when the oldest erasure was whose traces may still be in the files; None for none."""

    def forget_erasures(self, until: int) -> None:
        """Forget the notes of erasures up to this time: the files were written anew after it."""

    def keys_of_part(self, part: int) -> list[tuple[str, bytes]]:
        """Return a part of the readers that have a key, with it. part: from 0 to READER_PARTS - 1.

        Each reader is in one part, always the same; all parts are about as large.
        """

    def add_token(self, token_digest: bytes, token: Token) -> None:
        """Add a token under the SHA-256 of its secret, which itself is never stored."""

    def find_tokens(self, token_digests: Collection[bytes]) -> dict[bytes, Token]:
        """Return those of these tokens that there are, by digest, expired ones too; some hundreds at most."""

    def find_token(self, token_digest: bytes) -> Token | None:
        """Return the token of this digest, expired or not; None if there is none."""

    def page_of_tokens(self, which: TokenFilter, request: PageRequest) -> Page[KeptToken]:
        """Return a page of tokens by digest, expired ones too; raise InvalidCursor."""

    def named_token(self, token_id: str) -> KeptToken | None:
        """Return the token of this id, expired or not; None if there is none."""

    def remove_tokens_of(self, holder: str) -> None:
        """Remove all tokens of a colleague; readers' are left."""

    def remove_token(self, token_digest: bytes) -> None:
        """Remove a token and what was made with it; they let nobody in from now on."""

    def end_sessions(self, subject: Subject, now: int, most: int) -> None:
        """Remove the sessions of somebody that have ended, and of the others all but the latest `most`."""

    def remove_all_of(self, subject: Subject) -> None:
        """Remove all tokens and sessions of somebody in this role."""

    def forget_openings(self, before: int) -> None:
        """Forget the openings that ended before this time."""

    def add_opening(self, opening: Opening) -> None:
        """Add an opening; its secret is kept as a digest only."""

    def opened_together(self, since: int, until: int, most: int) -> Iterator[tuple[bytes, ...]]:
        """Yield for each reader who is not erased the digests that they opened, and not who it was.

        Of openings that ended within these times, in seconds, the newest first, each digest once, at most
        so many of a reader. Nothing is held in memory but the reader whose turn it is.
        """

    def find_opening(self, secret: str) -> Opening | None:
        """Return the opening of this secret, expired or not; None if there is none."""


@dataclass(frozen=True)
class KeptIdentity:
    """What is kept of an identity beside its tag. data: what it is checked by, None if nothing."""

    kind: IdentityKind
    subject: Subject
    made_at: int
    data: bytes | None = None


class IdentityTable(Protocol):
    """By what people are known, each by its tag of 32 bytes."""

    def find(self, tag: bytes) -> KeptIdentity | None:
        """Return what is kept of the identity with this tag; None if there is none."""

    def find_all(self, tags: Sequence[bytes]) -> dict[bytes, KeptIdentity]:
        """Return what is kept of those identities that there are, by tag."""

    def are_there(self) -> bool:
        """Return whether anybody is known by an identity."""

    def add_all(self, kept: Sequence[tuple[bytes, KeptIdentity]]) -> None:
        """Add identities whose tags are new."""

    def add(self, tag: bytes, kept: KeptIdentity) -> None:
        """Add an identity, or let the one that stands be as told here."""

    def remove(self, tag: bytes) -> bool:
        """Remove an identity; return whether it was there."""

    def of(self, subject: Subject) -> list[tuple[bytes, KeptIdentity]]:
        """Return the identities of somebody in this role with their tags, oldest first."""

    def remove_all_of(self, subject: Subject) -> int:
        """Remove all identities of somebody in this role; return how many there were."""


class PeopleKeeper(Protocol):
    """Keeps the people key, outside the database."""

    def key(self) -> bytes:
        """Return the key of 32 bytes under which tags of identities are made; raise NotInitialized."""


class KeptNotice(NamedTuple):
    """A notice as it is kept. number: rises with age; sealed: under the reader's key."""

    number: int
    is_new: bool
    sealed: bytes


class NoticeTable(Protocol):
    """What readers are told, sealed. whose: the tag of 32 bytes under the reader's key, never a name."""

    def add(self, whose: bytes, sealed: bytes, most: int) -> None:
        """Add a notice, which is new and was not mailed; of this reader's, the oldest beyond `most` go."""

    def of(self, whose: bytes) -> list[KeptNotice]:
        """Return this reader's notices, newest first."""

    def count_new(self, whose: bytes) -> int:
        """Return how many of them the reader has not seen."""

    def see(self, whose: bytes, until: int) -> None:
        """Let those up to this number have been seen."""

    def unmailed(self) -> set[bytes]:
        """Return those who have a notice that they have not seen, and that no mail has told of."""

    def set_mailed(self, whose: Collection[bytes]) -> None:
        """Let all notices of these, some hundreds at most, have been told of."""

    def way(self, whose: bytes) -> bytes | None:
        """Return where else this reader wants to hear of news, sealed; None for nowhere."""

    def set_way(self, whose: bytes, sealed: bytes) -> None:
        """Let it be this."""

    def erase(self, whose: bytes) -> None:
        """Remove all that is this reader's."""


class KeptPresence(NamedTuple):
    """That people are at a place by a process, until a time. number: rises with each row that is kept.

    process: its name, at random; key: its key, wrapped; sealed: who they are, under that key.
    """

    number: int
    place: str
    process: str
    until: int
    key: bytes
    sealed: bytes


class PresenceTable(Protocol):
    """Who is present somewhere, told between processes for a few seconds."""

    def put(self, rows: Sequence[KeptPresence]) -> None:
        """Keep rows in place of those of the same process and place, with numbers of their own."""

    def after(
        self, number: int, places: Sequence[str], now: int, *, largest: int, limit: int
    ) -> list[KeptPresence]:
        """Return rows of places behind a number that have not ended, in order; none of more bytes sealed."""

    def has_ended(self, now: int) -> bool:
        """Return whether there is a row that has ended."""

    def forget_ended(self, now: int) -> None:
        """Remove rows that have ended."""
