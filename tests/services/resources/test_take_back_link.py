"""A link to a wrong resource is taken back: on chain, in the ledger and in verdicts."""

from __future__ import annotations

import pytest

from ledger_service.domain.chain_errors import (
    LinkNotFound,
    LinkWasTakenBack,
    ResourceAlreadySuperseded,
    ResourceIsWithdrawn,
)
from ledger_service.domain.errors import RoleNotHeld
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.resources.registration import (
    Link,
    RegistrationState,
    Relation,
    WithdrawalReason,
)
from ledger_service.domain.verification.verdict import Axis
from ledger_service.domain.verification.verdict_state import VerdictState
from ledger_service.services.resources.change_resource import (
    declare_rendition,
    supersede_resource,
    take_back_link,
    withdraw_resource,
)
from tests.simulators.bench import BOOK, LIBRARIAN, SECOND, STEWARD, THIRD, Bench, as_reader

DIGEST, OTHER, RIGHT = Digest.of(BOOK), Digest.of(SECOND), Digest.of(THIRD)


def point(bench: Bench, other: Digest, relation: Link) -> None:
    if relation is Link.RENDITION:
        declare_rendition(bench.library, LIBRARIAN, DIGEST, other)
    else:
        supersede_resource(bench.library, LIBRARIAN, DIGEST, other, Relation(relation))
    bench.settle()


def take_back(bench: Bench, other: Digest, relation: Link) -> None:
    take_back_link(bench.library, LIBRARIAN, DIGEST, other, relation)
    bench.settle()


def because(bench: Bench) -> str:
    return str(bench.verdict().verdicts[0].findings[Axis.SUPERSESSION].reason)


@pytest.mark.parametrize("relation", Link)
def test_a_wrong_link_is_taken_back_and_the_right_one_made(three: Bench, relation: Link) -> None:
    point(three, OTHER, relation)
    take_back(three, OTHER, relation)
    [entry] = three.entries("taken-back")
    assert entry.without_place() == {
        "digest": DIGEST.hex(),
        "steward": STEWARD.hex(),
        "other": OTHER.hex(),
        "relation": relation,
    }
    assert three.registration().state is RegistrationState.REGISTERED
    assert OTHER.hex() not in because(three)
    three.anchored_twice()
    assert three.verdict().verdicts[0].state is VerdictState.AS_TOLD
    point(three, RIGHT, relation)
    assert (RIGHT.hex() in because(three)) == (relation is not Link.RENDITION)
    three.anchored_twice()
    assert three.findings() == set()


@pytest.mark.parametrize("relation", Link)
def test_a_link_that_was_taken_back_is_not_made_again(three: Bench, relation: Link) -> None:
    point(three, OTHER, relation)
    take_back(three, OTHER, relation)
    with pytest.raises(LinkWasTakenBack):
        point(three, OTHER, relation)


def test_a_resource_has_translations_and_an_edition_that_takes_its_place(three: Bench) -> None:
    point(three, OTHER, Link.TRANSLATION)
    point(three, RIGHT, Link.TRANSLATION)
    assert three.registration().state is RegistrationState.REGISTERED
    point(three, RIGHT, Link.VERSION)
    assert three.registration().state is RegistrationState.SUPERSEDED
    with pytest.raises(ResourceAlreadySuperseded):
        point(three, OTHER, Link.CORRECTION)
    take_back(three, RIGHT, Link.VERSION)
    take_back(three, RIGHT, Link.TRANSLATION)
    assert OTHER.hex() in because(three)
    assert len(three.entries("superseded")) == 3
    three.anchored_twice()
    assert three.findings() == set()


def test_what_is_superseded_is_translated(three: Bench) -> None:
    point(three, OTHER, Link.VERSION)
    point(three, RIGHT, Link.TRANSLATION)
    assert three.registration().state is RegistrationState.SUPERSEDED
    assert OTHER.hex() in because(three)
    assert three.open_jobs() == {}


def test_only_a_link_that_the_ledger_tells_of_is_taken_back(three: Bench) -> None:
    point(three, OTHER, Link.VERSION)
    for other, relation in ((OTHER, Link.CORRECTION), (RIGHT, Link.VERSION)):
        with pytest.raises(LinkNotFound):
            take_back(three, other, relation)
    with pytest.raises(RoleNotHeld):
        take_back_link(three.library, as_reader("0" * 32), DIGEST, OTHER, Link.VERSION)
    withdraw_resource(three.library, LIBRARIAN, DIGEST, WithdrawalReason.ERROR)
    with pytest.raises(ResourceIsWithdrawn):
        take_back(three, OTHER, Link.VERSION)


def test_taking_back_past_the_library_is_adopted(three: Bench) -> None:
    point(three, OTHER, Link.VERSION)
    steward = STEWARD.hex()
    three.chain.act(lambda state: state.take_back(DIGEST.hex(), steward, OTHER.hex(), 1))
    three.settle()
    three.chain.mine()
    three.anchored_twice()
    assert three.registration().state is RegistrationState.REGISTERED
    assert len(three.entries("taken-back")) == 1
    assert three.findings() == set()
