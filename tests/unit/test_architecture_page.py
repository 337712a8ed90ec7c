"""ARCHITECTURE.md's map against the folders: the modules of each story, and every file that a flow names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SERVICE = PROJECT / "ledger_service"
PAGE = (PROJECT / "ARCHITECTURE.md").read_text()
STORIES = {
    "ledger",
    "publication",
    "chain",
    "consortium",
    "resources",
    "content",
    "imports",
    "lending",
    "people",
    "verification",
    "credentials",
    "audit",
    "exports",
    "authorship",
}


def table() -> tuple[list[str], dict[str, list[set[str]]]]:
    """Return the floors, and by story the modules that the map names on each."""
    rows = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| ")]
    head = next(row for row in rows if row[0].strip() == "story")
    floors = [re.findall(r"`([^`]+)`", cell)[0] for cell in head[2:]]
    stories = {}
    for row in rows:
        found = re.fullmatch(r"\*\*(\w+)\*\*", row[0].strip())
        if found:
            stories[found[1]] = [set(re.findall(r"`(\w+)`", cell)) for cell in row[2:]]
    return floors, stories


def modules(floor: str, story: str) -> set[str]:
    if floor == "ports" and not (SERVICE / floor / story).is_dir():
        return {story} if (SERVICE / floor / f"{story}.py").exists() else set()
    paths = (SERVICE / floor / story).rglob("*.py")
    return {path.stem for path in paths if path.stem != "__init__"}


def test_the_map_has_every_story() -> None:
    floors, stories = table()
    assert set(stories) == STORIES
    assert {"domain", "services", "ports", "adapters/sql", "api", "cli"} <= set(floors)


@pytest.mark.parametrize("story", sorted(STORIES))
def test_the_map_names_the_modules_of_a_story(story: str) -> None:
    floors, stories = table()
    for floor, named in zip(floors, stories[story], strict=True):
        assert named == modules(floor, story), floor


def test_every_folder_of_a_floor_is_a_story() -> None:
    for floor in ("domain", "services", "api", "cli", "adapters/sql"):
        folders = {path.name for path in (SERVICE / floor).iterdir() if any(path.glob("*.py"))}
        assert folders - STORIES <= {"errors", "migrations", "routing"}, floor


def test_every_file_that_a_flow_names_is_there() -> None:
    flows = PAGE.split("## Flows")[1].split("## Invariants")[0]
    named = re.findall(r"`((?:api|cli|services|domain|adapters)/[\w/]+)`", flows)
    assert len(named) > 20
    assert [name for name in named if not (SERVICE / f"{name}.py").exists()] == []


def test_a_flow_goes_down_through_six_files_at_most() -> None:
    flows = PAGE.split("## Flows")[1].split("## Invariants")[0]
    ways = re.split(r"Back:|Later|^\*", flows, flags=re.MULTILINE)
    assert len(ways) > 10
    for way in ways:
        assert way.count("→") <= 5, way
