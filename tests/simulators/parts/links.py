"""How resources point to one another in the contracts in memory. Source: contracts/ResourceLinks.sol."""

from __future__ import annotations

from ledger_service.domain.chain_errors import (
    LinkNotFound,
    LinkWasTakenBack,
    ResourceAlreadySuperseded,
    ResourceIsRendition,
    ResourceIsWithdrawn,
)
from ledger_service.domain.errors import ResourceNotFound
from ledger_service.domain.resources.registration import Link
from tests.simulators.contract_values import Emitted, subject_name


class Linked:
    """The part of the contracts that changes what became of a registration, but for its withdrawal."""

    registrations: dict[tuple[str, str], tuple[str, str]]
    links: dict[tuple[str, str, str], str]
    link_states: dict[tuple[str, str, str, int], bool]
    totals: dict[str, tuple[int, str]]
    emitted: list[Emitted]

    def emit(self, contract: str, name: str, subject: str, **arguments: str | int | bool) -> None:
        """Append an event and fold it into the contract's accumulator."""
        event = Emitted(contract, name, subject, {subject_name(name): subject, **arguments})
        self.totals[contract] = event.folded(self.totals[contract])
        self.emitted.append(event)

    def supersede(self, digest: str, steward: str, successor: str, relation: int = 1) -> None:
        license_id = self.check_active(digest, steward)
        self.check_active(successor, steward)
        takes_place = Link(relation).takes_place
        for one in (digest, successor):
            if takes_place and (one, steward, "successor") in self.links:
                raise ResourceAlreadySuperseded(one)
        self._link(digest, steward, successor, relation)
        if takes_place:
            self.registrations[digest, steward] = ("superseded", license_id)
            self.links[digest, steward, "successor"] = successor
        arguments = {"steward": steward, "successor": successor, "relation": relation}
        self.emit("ResourceRegistry", "ResourceSuperseded", digest, **arguments)

    def declare_rendition(self, digest: str, steward: str, original: str) -> None:
        for one in (digest, original):
            self.check_active(one, steward)
            if (one, steward, "original") in self.links:
                raise ResourceIsRendition(one)
        self._link(digest, steward, original, Link.RENDITION)
        self.links[digest, steward, "original"] = original
        arguments = {"steward": steward, "original": original}
        self.emit("ResourceRegistry", "RenditionDeclared", digest, **arguments)

    def _link(self, digest: str, steward: str, other: str, relation: int) -> None:
        state = self.link_states.get((digest, steward, other, relation))
        if state is not None:
            raise ResourceAlreadySuperseded(digest) if state else LinkWasTakenBack(digest)
        self.link_states[digest, steward, other, relation] = True

    def take_back(self, digest: str, steward: str, other: str, relation: int) -> None:
        license_id = self.check_active(digest, steward)
        if not self.link_states.get((digest, steward, other, relation)):
            raise LinkNotFound("on-chain", values=digest)
        self.link_states[digest, steward, other, relation] = False
        if relation == Link.RENDITION:
            del self.links[digest, steward, "original"]
        elif Link(relation).takes_place:
            self.registrations[digest, steward] = ("registered", license_id)
            del self.links[digest, steward, "successor"]
        arguments = {"steward": steward, "other": other, "relation": relation}
        self.emit("ResourceRegistry", "LinkTakenBack", digest, **arguments)

    def check_active(self, digest: str, steward: str) -> str:
        state, license_id = self.registrations.get((digest, steward), ("none", ""))
        if state == "none":
            raise ResourceNotFound(digest)
        if state == "withdrawn":
            raise ResourceIsWithdrawn(digest)
        return license_id
