"""Show what the catalog has of a resource: its registrations, who answers for them, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from ledger_service.domain.exports.cited_work import Contribution, Work, work_of
from ledger_service.domain.exports.provenance.history import Happening, HappeningKind
from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.domain.resources.registration import STATES_WITHDRAWN, Registration
from ledger_service.domain.verification.verdict import Verdict
from ledger_service.ports.resources import License, Steward
from ledger_service.ports.store import Transaction
from ledger_service.services.authorship.show_signed import signed_works
from ledger_service.services.exports.find_history import find_history
from ledger_service.services.exports.tell_story import shown_of
from ledger_service.services.library import Library
from ledger_service.services.resources.find_content import Access, find_kept
from ledger_service.services.resources.find_resources import find_title, read_resource
from ledger_service.services.verification.verify_resource import verify_found


class Reading(StrEnum):
    """How people come to read a resource."""

    OPEN = "open"
    LENT = "lent"
    ELSEWHERE = "elsewhere"  # the library does not keep it
    AWAY = "away"  # a place that may keep it does not answer
    WAITING = "waiting"  # for the chain, or for a signature
    OTHERS = "others"  # only another library registered it
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class CatalogEntry:
    """A resource as the catalog shows it.

    registrations: every steward's, oldest first; shown: the one whose record stands on the page. licenses,
    stewards: those that are named, by their ids; verdicts: by steward, where there is one; access: how
    people come to read it, None if it is withdrawn or another library's; naan: under which the library gives
    ARKs, empty if it gives none; contributions: what its authors signed that they did.
    """

    digest: Digest
    registrations: list[Registration]
    shown: Registration
    licenses: Mapping[LicenseId, License]
    stewards: Mapping[str, Steward]
    verdicts: Mapping[str, Verdict]
    access: Access | None
    history: list[Happening]
    naan: str = ""
    contributions: tuple[Contribution, ...] = ()

    @property
    def license(self) -> License:
        """The license of the registration that is shown."""
        return self.licenses[self.shown.license]

    @property
    def verdict(self) -> Verdict | None:
        """The verdict on the registration that is shown."""
        return self.verdicts.get(self.shown.steward.hex())

    @property
    def is_withdrawn(self) -> bool:
        """Whether nobody stands by the resource any more."""
        return all(item.state in STATES_WITHDRAWN for item in self.registrations)

    @property
    def withdrawal(self) -> Happening | None:
        """The newest line by which somebody took their word back, if the ledger has one."""
        lines = [item for item in self.history if item.kind is HappeningKind.WITHDRAWN]
        return lines[-1] if lines else None

    @property
    def successor(self) -> Happening | None:
        """The line that names what has taken the resource's place, as the verdict says."""
        verdict = self.verdict
        wanted = None if verdict is None else verdict.successor
        lines = [item for item in self.history if item.kind is HappeningKind.SUPERSEDED]
        return next((item for item in reversed(lines) if item.other == wanted), None)

    @property
    def reading(self) -> Reading:
        """How people come to read it."""
        access = self.access
        if access is None:
            return Reading.WITHDRAWN if self.is_withdrawn else Reading.OTHERS
        if access.is_kept is False:
            return Reading.ELSEWHERE
        if not access.is_readable:
            return Reading.WAITING
        if access.is_kept is None:
            return Reading.AWAY
        return Reading.LENT if access.open_license is None else Reading.OPEN

    @property
    def changed_at(self) -> int:
        """When something last happened to it, in seconds since 1970 UTC."""
        return max(item.at for item in self.history)

    def work(self, public_url: str) -> Work:
        """Return it as a work that is cited. public_url: how people reach the service."""
        steward = self.shown.steward.hex()
        known, successor = self.stewards.get(steward), self.successor
        work = work_of(
            self.shown,
            public_url,
            license=(self.license.name, self.license.terms.uri),
            steward=steward if known is None else known.name,
            changed_at=self.changed_at,
            is_open=self.reading is Reading.OPEN,
            successor="" if successor is None else successor.other,
            naan=self.naan,
            withdrawn=self.is_withdrawn,
        )
        return replace(work, contributions=self.contributions)


def show_entry(library: Library, digest: Digest) -> CatalogEntry:
    """Return what the catalog has of a digest.

    Raises:
        ResourceNotFound, MetadataMismatch: see `show_resource`.
    """
    with library.store.read() as transaction:
        found = read_resource(library, transaction, digest)
        answer = verify_found(library, transaction, digest, found)
        history = find_history(library, transaction, found)
        licenses = _licenses(transaction, found)
        stewards = {row.id.hex(): row for row in transaction.stewards.all()}
    return CatalogEntry(
        digest=digest,
        registrations=found,
        shown=shown_of(library, found),
        licenses=licenses,
        stewards=stewards,
        verdicts={item.steward: item for item in answer.verdicts if item.steward is not None},
        access=_access(library, found, licenses),
        history=[_titled(library, item) for item in history],
        naan=library.limits.ark_naan,
        contributions=_contributions(library, digest),
    )


def show_history(library: Library, digest: Digest) -> list[Happening]:
    """Return what happened to a resource, oldest first; no place is asked for its content.

    Raises:
        ResourceNotFound, MetadataMismatch: see `show_resource`.
    """
    with library.store.read() as transaction:
        found = read_resource(library, transaction, digest)
        history = find_history(library, transaction, found)
    return [_titled(library, item) for item in history]


def _access(
    library: Library, registrations: list[Registration], licenses: Mapping[LicenseId, License]
) -> Access | None:
    """Return how people come to read what this library registered; see `access_to`."""
    own = next((item for item in registrations if item.steward == library.steward), None)
    if own is None or own.state in STATES_WITHDRAWN:
        return None
    return Access(own, licenses[own.license], find_kept(library, own))


def _contributions(library: Library, digest: Digest) -> tuple[Contribution, ...]:
    """Return what a work's authors signed that they did, by the newest statement that was accepted.

    Nothing if a signature does not hold. Who was erased, or named no role, is left out.
    """
    accepted = [one for one in signed_works(library, digest) if one.is_accepted]
    if not accepted or not accepted[-1].is_signed_by_all:
        return ()
    told = zip(accepted[-1].names, accepted[-1].signed.statement.authors, strict=True)
    return tuple(
        Contribution(name.text, author.roles)
        for name, author in told
        if name is not None and author.roles
    )


def _licenses(
    transaction: Transaction, registrations: list[Registration]
) -> dict[LicenseId, License]:
    rows = [transaction.licenses.find(item.license) for item in registrations]
    return {row.id: row for row in rows if row is not None}  # licenses are never deleted


def _titled(library: Library, item: Happening) -> Happening:
    if not item.other:
        return item
    return replace(item, other_title=find_title(library, Digest.parse(item.other)) or "")
