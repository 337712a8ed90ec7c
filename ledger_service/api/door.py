"""What a room beside the ledger may use of this package: the caller, problems, and shapes that it shares."""

from __future__ import annotations

from ledger_service.api.callers import InLibrary
from ledger_service.api.requests import JsonRoute
from ledger_service.api.shapes import BlockShape, Shape

__all__ = ["BlockShape", "InLibrary", "JsonRoute", "Shape"]
