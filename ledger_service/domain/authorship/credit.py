"""The 14 roles of contributors of CRediT. Source: ANSI/NISO Z39.104-2022, https://credit.niso.org."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from ledger_service.domain.errors import InvalidAuthors

_BASE = "https://credit.niso.org/contributor-roles/"


class CreditRole(StrEnum):
    """What somebody contributed. The value is the last part of the role's URI."""

    CONCEPTUALIZATION = "conceptualization"
    DATA_CURATION = "data-curation"
    FORMAL_ANALYSIS = "formal-analysis"
    FUNDING_ACQUISITION = "funding-acquisition"
    INVESTIGATION = "investigation"
    METHODOLOGY = "methodology"
    PROJECT_ADMINISTRATION = "project-administration"
    RESOURCES = "resources"
    SOFTWARE = "software"
    SUPERVISION = "supervision"
    VALIDATION = "validation"
    VISUALIZATION = "visualization"
    WRITING_ORIGINAL_DRAFT = "writing-original-draft"
    WRITING_REVIEW_EDITING = "writing-review-editing"

    @property
    def uri(self) -> str:
        """Return the role's address, by which other systems know it."""
        return f"{_BASE}{self.value}/"

    @property
    def words(self) -> str:
        """Return the role's name as the standard has it, in English: what a wallet shows."""
        return _OTHERWISE.get(self.value, self.value.replace("-", " ").capitalize())


_OTHERWISE = {
    "writing-original-draft": "Writing – original draft",
    "writing-review-editing": "Writing – review & editing",
}


def roles_of(words: Iterable[str]) -> tuple[CreditRole, ...]:
    """Return the roles of these words, each once, in the standard's order.

    Raises:
        InvalidAuthors: a word is no role of CRediT.
    """
    asked = set(words)
    for word in sorted(asked):
        if word not in set(CreditRole):
            raise InvalidAuthors("role", role=word[:80])
    return tuple(role for role in CreditRole if role in asked)


def in_words(roles: Sequence[CreditRole]) -> str:
    """Return the names of roles in one line of English, as everybody signs it."""
    return ", ".join(role.words for role in roles)
