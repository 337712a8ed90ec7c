"""A library on a bench in a consortium with three others, whose searches are asked over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from ledger_service.adapters.consortium.member_client import HttpMembers
from ledger_service.services.chain.follow_chain import follow_chain
from reading_room.search.rules.found import Order
from reading_room.search.rules.members.standing import Standing
from reading_room.search.rules.members.together import AskedTogether, FoundTogether
from reading_room.search.sql import SqlSearch
from reading_room.search.verbs.members.find_together import find_together
from reading_room.search.verbs.members.patience import Patience
from tests.reading_room.search.members.other_library import OtherLibrary
from tests.simulators.bench import Bench
from tests.simulators.chain import DEPLOYED_AT
from tests.simulators.consortium import Institution, make_member

NAMES = ("tashkent", "samarkand", "bukhara")


@dataclass
class Consortium:
    """bench: of the library that is searched at; others: the other members, all known to it."""

    bench: Bench
    others: list[OtherLibrary]
    patience: Patience

    def find(
        self, words: str, cursor: str = "", limit: int = 20, **further: object
    ) -> FoundTogether:
        """Return what is found in all libraries."""
        order = Order(str(further.get("sort", "relevance")))
        asked = AskedTogether(words, {}, order, cursor, limit)
        return find_together(self.bench.library, SqlSearch, asked, self.patience)

    def follow_chain(self) -> None:
        """Let the index have all that the chain has."""
        follow_chain(self.bench.library, DEPLOYED_AT)


@pytest.fixture
def consortium(bench: Bench) -> Iterator[Consortium]:
    others = [OtherLibrary(Institution(name)) for name in NAMES]
    make_member(bench, members=HttpMembers([one.host for one in others]))
    for one in others:
        one.institution.join(bench.chain)
    made = Consortium(bench, others, Patience())
    made.follow_chain()
    for one in others:
        one.join(bench.library)
    yield made
    for one in others:
        one.end()


def titles(found: FoundTogether) -> list[str]:
    """Return the titles of the works that were found."""
    return [work.record.title for work in found.works]


def left_out(found: FoundTogether, other: OtherLibrary) -> dict[Standing, int]:
    """Return how many works of a library are left out, by why."""
    steward = other.institution.steward
    [answered] = [one for one in found.libraries if one.holder.steward == steward]
    return dict(answered.left_out)


def without_charter(bench: Bench) -> None:
    """Let the library be alone."""
    bench.library = replace(bench.library, read_charter=lambda: None)
