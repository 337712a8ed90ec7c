"""A policy as a page says it: by the names of texts, which each language has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from ledger_service.domain.resources.policies.odrl import PROFILE

DAY_SECONDS = 86_400
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Condition(NamedTuple):
    """A condition. text: what it is, such as elapsed-time; number: how many, or how many days."""

    text: str
    number: int = 0


class SaidRule(NamedTuple):
    """What is permitted or prohibited. actions, duties: names of texts; conditions: all must hold."""

    actions: tuple[str, ...]
    conditions: tuple[Condition, ...]
    duties: tuple[str, ...]


def said_rules(policy: Mapping[str, Any], kind: str) -> list[SaidRule]:
    """Return the rules of a policy of ours; what is said of several at once is one. kind: permission or
    prohibition.
    """
    found: dict[tuple[object, object], SaidRule] = {}
    for rule in map(_said, policy.get(kind, ())):
        same = found.get((rule.conditions, rule.duties))
        actions = rule.actions if same is None else (*same.actions, *rule.actions)
        found[rule.conditions, rule.duties] = rule._replace(actions=actions)
    return list(found.values())


def _said(rule: Mapping[str, Any]) -> SaidRule:
    actions = tuple(_text(action) for action in rule["action"])
    conditions = tuple(_condition(item, actions[0]) for item in rule.get("constraint", ()))
    return SaidRule(
        actions, conditions, tuple(_text(item["action"]) for item in rule.get("duty", ()))
    )


def _condition(item: Mapping[str, Any], action: str) -> Condition:
    left, right = item["leftOperand"], item["rightOperand"]
    if "@id" in right:
        name = right["@id"].removeprefix(PROFILE + "#").replace("-to-download", "-to-print")
        return Condition(f"{left}-{name}")
    number = int(re.sub("[^0-9]", "", right["@value"]))
    if left == "elapsedTime":
        return Condition("elapsed-time", number // DAY_SECONDS)
    return Condition(f"count-{action}", number)


def _text(name: str) -> str:
    """Return the name of a text: commercial-use of cc:CommercialUse."""
    return _CAPITAL.sub("-", name.rpartition(":")[2]).lower()
