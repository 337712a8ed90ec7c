"""Find what the library holds: registrations, licenses, and who is answerable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ledger_service.domain.chain.telling import TELLINGS, name_of
from ledger_service.domain.errors import (
    EntryNotFound,
    InvalidEntry,
    InvalidTile,
    MetadataMismatch,
    ResourceNotFound,
)
from ledger_service.domain.identifiers import Digest, LicenseId, StewardId
from ledger_service.domain.ledger.entry import Entry, is_of_claim, likely_entry
from ledger_service.domain.ledger.merkle import NodeName, leaf_hash
from ledger_service.domain.ledger.tiled_ledger import TILE_WIDTH
from ledger_service.domain.resources.registration import Description, Registration, Told
from ledger_service.domain.resources.search import EVERYTHING, Search
from ledger_service.ports.paging import Page, PageRequest
from ledger_service.ports.resources import License, Steward
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.resources.accept_claims import find_license

FEW_OF_A_BUNDLE = 4  # entries, for which the others beside them need not be read


def list_resources(
    library: Library, request: PageRequest, search: Search = EVERYTHING
) -> Page[Registration]:
    """Return a page of those of this library's registrations that are looked for, oldest first.

    Raises InvalidCursor, MetadataMismatch.
    """
    with library.store.read() as transaction:
        page = transaction.registrations.page(request, search)
        check_told(transaction, page.items)
    return page


def show_resource(library: Library, digest: Digest) -> list[Registration]:
    """Return every registration of a digest, oldest first.

    Raises:
        ResourceNotFound: there is none, or only one that was found on chain: it has no title here.
        MetadataMismatch: one is not told as its entry commits to it; none is shown.
    """
    with library.store.read() as transaction:
        return read_resource(library, transaction, digest)


def read_resource(library: Library, transaction: Transaction, digest: Digest) -> list[Registration]:
    """Do as `show_resource`, within a snapshot that is read for more."""
    found = transaction.registrations.of_digest(digest)
    check_told(transaction, found)
    adopted = None if found else find_adopted(transaction, digest, library.steward)
    if adopted is not None:
        raise ResourceNotFound("found-on-chain", digest=str(digest), entry=adopted.entry)
    if not found:
        raise ResourceNotFound(digest=str(digest))
    return found


def list_descriptions(
    library: Library, digest: Digest, *, claimed: bool = False
) -> list[Description]:
    """Return every corrected record of a digest, oldest first; raise as `show_resource` does.

    claimed: also those of the claims themselves, each as revision 0 with the claim's entry.
    """
    with library.store.read() as transaction:
        registrations = read_resource(library, transaction, digest)
        found = transaction.registrations.descriptions(digest)
        _check_facts(transaction, ((digest, item.told()) for item in found))
    first = [item.as_claimed() for item in registrations] if claimed else []
    return sorted([*first, *found], key=lambda item: item.entry)


def find_title(library: Library, digest: Digest) -> str | None:
    """Return the title of a resource that this library holds; None if it does not, or tells it wrongly."""
    try:
        return show_resource(library, digest)[0].record.title
    except (ResourceNotFound, MetadataMismatch):
        return None


class Adopted(NamedTuple):
    """A registration that was found on chain. entry: index of the `registered` that tells of it."""

    license: LicenseId
    entry: int


def find_adopted(transaction: Transaction, digest: Digest, steward: StewardId) -> Adopted | None:
    """Return a registration of which the library has an entry and nothing else: neither bytes nor title.

    The steward's registrar made it past the library, which then found it on chain (docs/adr/0062).
    """
    telling = TELLINGS["ResourceRegistered"]
    for event in transaction.chain_index.events_of([digest.hex()]):
        if event.name == "ResourceRegistered" and event.text("steward") == steward.hex():
            name = name_of(telling.kind, telling.facts_of_event(event))
            entry = transaction.ledger.find_told(name)
            if entry is not None:
                return Adopted(LicenseId.parse(event.text("license")), entry)
    return None


def check_told(transaction: Transaction, registrations: Sequence[Registration]) -> None:
    """Check that registrations are told as their entries commit to them; raise MetadataMismatch.

    The bytes that an entry must have are made anew, and their hash is compared with its leaf of the tree:
    a row of the tree is a sixth of a bundle, and nothing in it has to be parsed.
    """
    told = ((item.digest, told) for item in registrations for told in item.told_by())
    _check_facts(transaction, told)


def _check_facts(transaction: Transaction, told: Iterable[tuple[Digest, Told]]) -> None:
    wanted = list(told)
    try:
        leaves = transaction.ledger.read_nodes([NodeName(0, item.entry) for _, item in wanted])
    except EntryNotFound:
        _read_facts(transaction, wanted)
        return
    doubtful = [
        (digest, item)
        for (digest, item), leaf in zip(wanted, leaves, strict=True)
        if leaf_hash(likely_entry(item.kind, item.at, item.facts)) != leaf
    ]
    _read_facts(transaction, doubtful)


def _read_facts(transaction: Transaction, wanted: Sequence[tuple[Digest, Told]]) -> None:
    """Check facts by the entries themselves: those side by side by their bundle, others one by one."""
    beside = Counter(item.entry // TILE_WIDTH for _, item in wanted)
    bundles: dict[int, list[bytes]] = {}
    for digest, item in wanted:
        number, place = divmod(item.entry, TILE_WIDTH)
        try:
            if beside[number] <= FEW_OF_A_BUNDLE:
                body = transaction.ledger.entries(item.entry, 1)[0]
            else:
                if number not in bundles:
                    bundles[number] = transaction.ledger.entries(number * TILE_WIDTH, TILE_WIDTH)
                body = bundles[number][place]
            if item.kind == "accepted" and is_of_claim(body, item.facts):
                continue
            entry = Entry.parse(body)
        except (IndexError, InvalidEntry, InvalidTile) as exc:
            raise MetadataMismatch("no-entry", digest=digest.hex(), entry=item.entry) from exc
        if entry.facts != item.facts:
            raise MetadataMismatch(digest=digest.hex(), entry=item.entry)


def list_licenses(library: Library, request: PageRequest) -> Page[License]:
    """Return a page of this library's licenses by name; raise InvalidCursor."""
    with library.store.read() as transaction:
        return transaction.licenses.page(request)


def show_license(library: Library, name_or_id: str) -> License:
    """Return the license with this name or id; raise UnknownLicense if there is none."""
    with library.store.read() as transaction:
        return find_license(transaction, name_or_id)


def list_stewards(library: Library) -> list[Steward]:
    """Return the institutions that this library knows, by name."""
    with library.store.read() as transaction:
        return transaction.stewards.all()


def library_name(library: Library) -> str:
    """Return what the institution whose library this is is called; the ledger's name if it has none."""
    with library.store.read() as transaction:
        steward = transaction.stewards.find(library.steward)
    return library.key.name if steward is None or not steward.name else steward.name
