"""Which role somebody has by what a university says of them: rules, the first that fits decides.

An affiliation is one value of `eduPersonScopedAffiliation`, such as student@uni.example. No rule, no
role, but for the one that the library gives to all whom the university lets in, if it gives one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from ledger_service.domain.errors import InvalidProvider
from ledger_service.domain.people.caller import Role

CLAIM = "eduperson_scoped_affiliation"
MOST_AFFILIATIONS = 50  # of one person
LONGEST_AFFILIATION = 200  # characters
ANY = "*"
RULE_ROLES = (Role.READER, Role.REGISTRAR, Role.AUDITOR, Role.ADMIN)
"""What a rule can give."""
_RULE = re.compile(r"(\*|[a-z0-9._-]+)@([a-z0-9-]+(?:\.[a-z0-9-]+)+)=([a-z-]+)")


@dataclass(frozen=True)
class RoleRule:
    """Whoever is `value` at `scope` has this role. value: `*` for anybody there; both in lower case."""

    value: str
    scope: str
    role: Role

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the rule that a text such as `student@uni.example=reader` states; inverse of `format`.

        Raises:
            InvalidProvider: another form, or a role that nobody is given so.
        """
        found = _RULE.fullmatch(text.strip().lower())
        if found is None:
            raise InvalidProvider("rule", rule=text[:80])
        value, scope, role = found.groups()
        if role not in RULE_ROLES:
            raise InvalidProvider("role", role=role[:40], roles=", ".join(RULE_ROLES))
        return cls(value, scope, Role(role))

    def format(self) -> str:
        return f"{self.value}@{self.scope}={self.role}"

    def fits(self, affiliation: str) -> bool:
        """Return whether an affiliation, in lower case, is one that the rule speaks of."""
        value, _, scope = affiliation.rpartition("@")
        return scope == self.scope and self.value in (ANY, value) and value != ""


def affiliations_in(claim: Any) -> list[str]:
    """Return the affiliations of a claim in lower case: a list of texts, or one text with spaces between.

    What is neither, or too long, is no affiliation.
    """
    told = claim.split() if isinstance(claim, str) else claim
    if not isinstance(told, list):
        return []
    texts = [each for each in told[:MOST_AFFILIATIONS] if isinstance(each, str)]
    return [each.lower() for each in texts if len(each) <= LONGEST_AFFILIATION]


def role_by(
    rules: Sequence[RoleRule], default: Role | None, affiliations: Iterable[str]
) -> Role | None:
    """Return the role of the first rule that fits any affiliation; the default if none fits."""
    told = list(affiliations)
    for rule in rules:
        if any(rule.fits(each) for each in told):
            return rule.role
    return default
