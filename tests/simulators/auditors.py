"""Auditors, each with a case."""

from __future__ import annotations

from dataclasses import replace

from ledger_service.domain.identifiers import Digest
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.case import Case
from tests.simulators.bench import STEWARD

FOR_EVER = 2**40


def auditor(
    *about: Digest, name: str = "auditor", until: int = FOR_EVER, number: int = 1
) -> Caller:
    """Return an auditor with a case about these resources, or about everything."""
    found = frozenset(about) or None
    case = Case(f"{number:064x}", f"case {number}", number, 0, until, found)
    return replace(Caller.of_token(Role.AUDITOR, name, STEWARD), cases=(case,))
