"""A resource as the writers of bags and objects are handed it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ledger_service.domain.exports.account import Account


class Parcel(NamedTuple):
    """What is told of a resource, and what yields its bytes from the first one on."""

    account: Account
    pieces: Callable[[], Iterator[bytes]]
