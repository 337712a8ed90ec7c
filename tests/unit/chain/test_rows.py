"""Every kind of intent has its row on every floor; a new one without a row fails here by its name."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

import pytest

from ledger_service.adapters.evm.abi import CONTRACTS, artifact
from ledger_service.adapters.evm.events import FOREIGN_EVENTS
from ledger_service.adapters.evm.intents import TYPES
from ledger_service.api.resources.shapes import ChangeShape
from ledger_service.domain.chain.history import CHANGES_NOTHING, ChainHistory
from ledger_service.domain.chain.intent import (
    KINDS,
    WANTED,
    AnchorCheckpoint,
    Change,
    ClaimGrant,
    CloseCohort,
    DefineLicense,
    GrantCohort,
    Wish,
)
from ledger_service.domain.chain.job import JobName, JobState
from ledger_service.domain.chain.signed_intent import MEMBERS, UNSIGNED
from ledger_service.domain.chain.telling import TELLINGS
from ledger_service.domain.ledger.entry import ON_CHAIN, TEMPLATES
from ledger_service.ports.chain import Job
from ledger_service.setup import EFFECTS
from scripts.vectors.templates import PATH, templates
from tests.unit.chain.test_intent import EXAMPLES

WISHES: tuple[type[Wish], ...] = get_args(Wish)
SIGNED_OTHERWISE = {DefineLicense, ClaimGrant, AnchorCheckpoint}  # by nobody, or by the anchorer
TOLD_BY_NO_ENTRY = {GrantCohort, CloseCohort, AnchorCheckpoint}
EVENTS = {
    event.name: event for contract in CONTRACTS for event in artifact(contract).events.values()
}
SERVICES = Path(__file__).parents[3] / "ledger_service" / "services"


def examples_of(kind: type[Wish]) -> list[Wish]:
    return [intent for intent in EXAMPLES if isinstance(intent, kind)]


@pytest.mark.parametrize("kind", WISHES)
def test_a_kind_says_what_it_does_when_the_chain_has_taken_or_refused_it(kind: type[Wish]) -> None:
    assert kind in EFFECTS.kinds()
    assert KINDS[kind.KIND] is kind


def test_no_row_stands_for_what_is_no_kind() -> None:
    assert EFFECTS.kinds() == set(WISHES)
    assert (
        len({kind.KIND for kind in KINDS.values()}) == len(WISHES) + 1
    )  # what is signed elsewhere


@pytest.mark.parametrize("kind", [kind for kind in WISHES if kind not in SIGNED_OTHERWISE])
def test_a_kind_is_stated_by_an_eip_712_type_and_carried_by_a_function(kind: type[Wish]) -> None:
    assert kind.TYPE is not None
    signed = [name for name, _ in [*MEMBERS[kind.TYPE], *UNSIGNED.get(kind.TYPE, [])]]
    for intent in examples_of(kind):
        assert sorted(intent.to_message()) == sorted(signed)
        assert TYPES[kind.TYPE].arguments(intent.to_message())


def test_every_eip_712_type_has_a_function_and_says_what_it_wants() -> None:
    assert TYPES.keys() == MEMBERS.keys() == WANTED.keys()
    for stated in TYPES.values():
        assert stated.function in artifact(stated.contract).functions


@pytest.mark.parametrize("kind", [kind for kind in WISHES if kind not in TOLD_BY_NO_ENTRY])
def test_an_event_shows_a_kind_and_an_entry_tells_of_it(kind: type[Wish]) -> None:
    assert kind.EVENT is not None
    telling = TELLINGS[kind.EVENT]
    for intent in examples_of(kind):
        facts = telling.facts_of_intent(intent)
        assert facts.keys() == TEMPLATES[telling.kind].keys() - ON_CHAIN
        assert facts[EVENTS[kind.EVENT].names[0]] == intent.subject.hex()


def test_every_event_is_folded_and_every_entry_of_one_has_a_telling() -> None:
    folded = {name.removeprefix("_on_") for name in dir(ChainHistory) if name.startswith("_on_")}
    assert {name for name in EVENTS if not name.startswith(FOREIGN_EVENTS)} == (
        folded | CHANGES_NOTHING
    )
    told = [telling.kind for telling in TELLINGS.values()]
    assert sorted(told) == sorted(kind for kind in TEMPLATES if "transaction" in TEMPLATES[kind])
    assert TELLINGS.keys() == {kind.EVENT for kind in WISHES if kind not in TOLD_BY_NO_ENTRY}


def test_the_verifier_in_javascript_reads_the_entries_that_the_ledger_writes() -> None:
    assert PATH.read_text("utf-8") == templates()


@pytest.mark.parametrize("kind", get_args(Change))
def test_a_change_is_shown_with_all_that_it_says(kind: type[Change]) -> None:
    for intent in examples_of(kind):
        job = Job(1, JobName.of(intent), intent, JobState.QUEUED, 0)
        shown = ChangeShape.of(job).model_dump(exclude_none=True)
        said = intent.to_json().keys() - {"steward"}
        assert shown.keys() == said | {"change", "state"}


@pytest.mark.parametrize("module", sorted((SERVICES / "chain").glob("*.py")), ids=lambda p: p.stem)
def test_the_loop_that_runs_jobs_names_no_kind(module: Path) -> None:
    kinds = {kind.__name__ for kind in WISHES}
    names = {
        node.id for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.Name)
    }
    assert not kinds & names
