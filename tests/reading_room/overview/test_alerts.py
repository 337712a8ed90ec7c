"""The rules for Prometheus: they parse, ask for figures that there are, and leave no figure out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.harness.running_library import RunningLibrary

PROJECT = Path(__file__).parents[3]
RULES = PROJECT / "docs" / "service" / "muhr-alerts.yml"
OPERATIONS = PROJECT / "docs" / "operations.md"
FIGURE = re.compile(r"\bmuhr_\w+")


@pytest.fixture(scope="module")
def rules() -> list[dict[str, Any]]:
    [group] = yaml.safe_load(RULES.read_text())["groups"]
    return list(group["rules"])


def test_each_rule_says_when_how_long_and_what_to_think(rules: list[dict[str, Any]]) -> None:
    assert len({rule["alert"] for rule in rules}) == len(rules) > 10
    for rule in rules:
        assert re.fullmatch(r"\d+[mh]", rule["for"]), rule
        assert rule["labels"]["severity"] in ("page", "ticket"), rule
        assert rule["annotations"]["summary"].endswith((".", "?")), rule
        assert rule["expr"].count("(") == rule["expr"].count(")"), rule


def test_rules_ask_for_figures_that_there_are(
    rules: list[dict[str, Any]], library: RunningLibrary
) -> None:
    library.anchored()
    with library.client() as client:
        client.get("/resources/" + "0" * 64)  # which is refused, and counted
        there = set(FIGURE.findall(client.get(f"{library.url}/metrics").text))
    asked = {name for rule in rules for name in FIGURE.findall(rule["expr"])}
    assert asked <= there | {"muhr_cut_connections_total"}, asked - there


def test_every_figure_that_one_is_woken_for_has_a_rule(rules: list[dict[str, Any]]) -> None:
    [text] = re.findall(r"Be woken for: (.*?)\n- \*\*", OPERATIONS.read_text(), re.S)
    named = set(FIGURE.findall(text))
    assert len(named) > 8
    asked = {name for rule in rules for name in FIGURE.findall(rule["expr"])}
    assert named <= asked
