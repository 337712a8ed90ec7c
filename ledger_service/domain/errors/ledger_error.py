"""The root of the one error tree."""

from __future__ import annotations

import re
from functools import cache
from typing import Self

from ledger_service.domain.reasons import Reason, Value


class LedgerError(Exception):
    """Root of the tree. `reason` tells what happened, to what; its text is in the catalog of messages.

    A reason's name is the leaf's slug, and behind a dot the `part` where one leaf has several reasons.
    """

    def __init__(self, part: str = "", /, **values: Value) -> None:
        super().__init__(part)
        if not all(isinstance(value, str | int | Reason) for value in values.values()):
            raise TypeError(f"A value of a reason is a text, a number or a reason: {values}")
        self.reason = Reason(f"{self.slug()}.{part}" if part else self.slug(), values)

    @classmethod
    def of(cls, reason: Reason) -> Self:
        """Return the error that another program tells of, with its reason."""
        error = cls()
        error.reason = reason
        return error

    def __str__(self) -> str:
        return str(self.reason)

    @classmethod
    @cache
    def slug(cls) -> str:
        """Return the kebab-case name that clients match on, e.g. `unknown-license`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()
