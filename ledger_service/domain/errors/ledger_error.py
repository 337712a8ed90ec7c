"""The root of the one error tree."""

from __future__ import annotations

import re


class LedgerError(Exception):
    """Root of the tree. `detail` tells a person what happened, to what, and what to do."""

    title = "Ledger error"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    @classmethod
    def slug(cls) -> str:
        """Return the kebab-case name that clients match on, e.g. `unknown-license`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()
