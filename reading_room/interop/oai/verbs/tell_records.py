"""Tell rows of a list as records or headers, some at a time, so that a harvest holds little.

Each call reads in a snapshot of its own. Who never reads on holds the rows' numbers and one piece.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ledger_service.domain.chain.history import ChainEvent
from ledger_service.domain.exports.cited_work import Work, work_of, work_of_claim
from ledger_service.domain.identifiers import LicenseId, StewardId
from ledger_service.domain.resources.claim import PlainClaim
from ledger_service.domain.resources.registration import (
    STATES_GONE,
    STATES_READABLE,
    Link,
    Registration,
    RegistrationState,
)
from ledger_service.domain.resources.search import collection_id
from ledger_service.ports.ledger import SignedCheckpoint
from ledger_service.ports.resources import Changed
from ledger_service.ports.store import Transaction
from ledger_service.services.exports.tell_claims import (
    ToldClaim,
    newest_checkpoints,
    tell_claims,
)
from ledger_service.services.library import Library
from reading_room.interop.oai.rules import names, told
from reading_room.interop.oai.rules.formats import Format
from reading_room.interop.oai.rules.origin import origin_of

TOLD_AT_ONCE = 8  # records, between which readers come in


class Rights(NamedTuple):
    """What a license says of a work, and the set that it makes."""

    named: tuple[str, str]
    is_open: bool
    spec: str


class _Beside(NamedTuple):
    """What is read for all records of a piece. Keys are digests: 64 hex, or 32 bytes of harvested ones."""

    successors: Mapping[str, str]
    provenance: Mapping[bytes, str]


class Teller:
    """Tells records of one answer. form: None to tell headers alone. public_url: how people reach us."""

    def __init__(self, library: Library, public_url: str, form: Format | None) -> None:
        self._library = library
        self._url = public_url
        self._form = form
        self._host = names.host_of(library.key.name)
        self._own = library.steward.value
        self._opening = told.proof_opening(library.key.name, f"{public_url}/oai/proof.xsd")
        self._rights: dict[bytes, Rights] = {}
        self._sets: dict[tuple[bytes, bytes], str] = {}
        self._checkpoints: list[SignedCheckpoint] = []
        self._stewards: dict[bytes, str] | None = None

    def tell(self, rows: Sequence[Changed]) -> bytes:
        """Return these rows as XML in UTF-8, in their order; raise MetadataMismatch."""
        with self._library.store.read() as transaction:
            self._look_up(transaction)
            found = tell_claims(self._library, transaction, rows, self._checkpoints)
            for item in found:
                self._know(transaction, item)
            beside = self._beside(transaction, found)
        pieces = []
        for number, item in enumerate(found, 1):
            pieces.append(self._told(item, beside))
            if number % TOLD_AT_ONCE == 0:
                time.sleep(0)  # whoever waits for the interpreter has it now, and not in 5 ms
        return b"".join(pieces)

    def _told(self, item: ToldClaim, beside: _Beside) -> bytes:
        if item.plain is not None:
            head, work = self._head_of_plain(item, item.plain), self._plain_work(item)
        else:
            assert item.registration is not None
            head = self._head(item, item.registration)
            work = self._work(item, item.registration, beside)
        if self._form is None:
            return head.encode()
        if work is None:
            return f"<record>{head}</record>\n".encode()
        about = self._proof(item, work.digest)
        if beside.provenance:
            about += beside.provenance.get(bytes.fromhex(work.digest), "")
        # Apart, since a text is encoded several times as quickly if all of its letters are ASCII.
        record = f"<record>{head}<metadata>{self._form.write(work)}</metadata>\n".encode()
        return record + f"{about}</record>\n".encode()

    def _head_of_plain(self, item: ToldClaim, claim: PlainClaim) -> str:
        pair = claim.license, claim.steward
        if pair not in self._sets:
            specs = self._rights[claim.license].spec, names.steward_set(claim.steward.hex())
            self._sets[pair] = told.set_specs(specs)
        name = self._name(claim.digest, claim.steward)
        return told.header(name, item.changed.at, self._sets[pair])

    def _head(self, item: ToldClaim, found: Registration) -> str:
        specs = self._rights[found.license.value].spec, names.steward_set(found.steward.hex())
        within = dict.fromkeys(collection_id(host) for host in found.record.part_of)
        sets = told.set_specs((*specs, *map(names.collection_set, within)))
        name = self._name(found.digest.value, found.steward.value)
        return told.header(name, item.changed.at, sets, is_gone=found.state in STATES_GONE)

    def _name(self, digest: bytes, steward: bytes) -> str:
        return names.item_name(
            self._host, digest.hex(), "" if steward == self._own else steward.hex()
        )

    def _plain_work(self, item: ToldClaim) -> Work | None:
        claim = item.plain
        if self._form is None or claim is None:
            return None
        rights = self._rights[claim.license]
        return work_of_claim(
            claim,
            self._url,
            license=rights.named,
            steward=self._steward(claim.steward),
            changed_at=item.changed.at,
            is_open=rights.is_open and bool(claim.stands),
            naan=self._library.limits.ark_naan,
        )

    def _work(self, item: ToldClaim, found: Registration, beside: _Beside) -> Work | None:
        if self._form is None or found.state in STATES_GONE:
            return None
        rights = self._rights[found.license.value]
        stands = found.state in STATES_READABLE or found.stands_in_bulk
        return work_of(
            found,
            self._url,
            license=rights.named,
            steward=self._steward(found.steward.value),
            changed_at=item.changed.at,
            is_open=rights.is_open and stands,
            successor=beside.successors.get(found.digest.hex(), ""),
            naan=self._library.limits.ark_naan,
        )

    def _proof(self, item: ToldClaim, digest: str) -> str:
        one = item.checkpoint
        covering = ""
        if one is not None:
            covering = told.checkpoint(one.size, one.root, one.note, one.block, one.transaction)
        receipt = f"{self._url}/api/v1/resources/{digest}/receipt"
        return told.proof(self._opening, item.number, item.body, covering, item.proof, receipt)

    def _look_up(self, transaction: Transaction) -> None:
        if self._stewards is None:
            self._stewards = {row.id.value: row.name for row in transaction.stewards.all()}
            self._checkpoints = newest_checkpoints(transaction)

    def _steward(self, steward: bytes) -> str:
        assert self._stewards is not None
        return self._stewards.get(steward) or steward.hex()

    def _know(self, transaction: Transaction, item: ToldClaim) -> None:
        license_id = (
            item.plain.license if item.plain is not None else item.registration.license.value  # type: ignore[union-attr]
        )
        if license_id not in self._rights:
            row = transaction.licenses.find(LicenseId(license_id))
            assert row is not None  # licenses are never deleted
            spec = names.license_set(row.name, license_id.hex())
            self._rights[license_id] = Rights((row.name, row.terms.uri), row.terms.is_open, spec)

    def _beside(self, transaction: Transaction, found: Sequence[ToldClaim]) -> _Beside:
        if self._form is None:
            return _Beside({}, {})
        wide = [item.registration for item in found if item.registration is not None]
        superseded = [one for one in wide if one.state is RegistrationState.SUPERSEDED]
        digests = [item.plain.digest for item in found if item.plain is not None]
        digests += [one.digest.value for one in wide]
        origins: dict[bytes, list[told.Origin]] = {}
        for row in transaction.records.origins(digests):
            if (origin := origin_of(row)) is not None:
                origins.setdefault(row.resource, []).append(origin)
        return _Beside(
            _successors(transaction, superseded),
            {digest: told.provenance(those) for digest, those in origins.items()},
        )


def _successors(transaction: Transaction, superseded: Sequence[Registration]) -> dict[str, str]:
    """Return what has taken the place of each, 64 hex, by its digest, as the chain told last."""
    if not superseded:
        return {}
    stewards = {one.digest.hex(): one.steward for one in superseded}
    events = transaction.chain_index.events_of(list(stewards))
    return {
        event.subject: event.text("successor")
        for event in events
        if _takes_place(event, stewards[event.subject])
    }


def _takes_place(event: ChainEvent, steward: StewardId) -> bool:
    return (
        event.name == "ResourceSuperseded"
        and event.text("steward") == steward.hex()
        and Link(event.number("relation")).takes_place
    )
