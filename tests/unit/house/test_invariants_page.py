"""The page of the contracts' invariants names tests and planted faults that exist."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.unit.test_house_rules import PROJECT

CONTRACTS = PROJECT / "contracts"
PAGE = (PROJECT / "docs" / "invariants.md").read_text(encoding="utf-8")
ROWS = {
    int(cells[0]): cells[1:]
    for line in PAGE.splitlines()
    if re.match(r"\| \d", line)
    for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
}
PLANTED = tomllib.loads((CONTRACTS / "planted_mutants.toml").read_text(encoding="utf-8"))["mutant"]
NOT_OURS = {int(number) for number in re.findall(r"^- \*\*(\d+)\*\*:", PAGE, re.MULTILINE)}
APPLY = sorted(ROWS.keys() - NOT_OURS)


def test_every_invariant_has_a_row() -> None:
    assert list(ROWS) == list(range(1, 23))


@pytest.mark.parametrize("number", APPLY)
def test_the_tests_of_an_invariant_exist(number: int) -> None:
    for cell, kind in zip(ROWS[number][1:4], ("test_", "testFuzz_", "invariant_"), strict=True):
        file, name = cell.strip("`").split("#")
        assert name.startswith(kind)
        source = (CONTRACTS / "test" / file).read_text(encoding="utf-8")
        assert re.search(rf"function {name}\(", source), f"{file} has no {name}"


@pytest.mark.parametrize("number", APPLY)
def test_a_fault_is_planted_for_each_invariant(number: int) -> None:
    assert ROWS[number][4] in {m["fault"] for m in PLANTED if m["invariant"] == number}


@pytest.mark.parametrize("number", sorted(NOT_OURS))
def test_what_does_not_apply_has_no_tests(number: int) -> None:
    assert ROWS[number][1:] == ["–"] * 4


@pytest.mark.parametrize("mutant", PLANTED, ids=lambda mutant: mutant["fault"])
def test_the_text_of_a_planted_fault_is_found_once(mutant: dict[str, str]) -> None:
    source = (CONTRACTS / f"{mutant['file']}.sol").read_text(encoding="utf-8")
    assert source.count(mutant["search"]) == 1
