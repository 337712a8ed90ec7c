"""What a call of a council's account does, told from its bytes alone.

Only calls that we write ourselves are told, and only if they say nothing beside: the bytes are made again
and compared. Whatever else is asked to be signed is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from ledger_service.adapters.evm.abi import COUNCIL, artifact
from ledger_service.adapters.evm.consortium.council import NOTHING_BEFORE, act_data, act_of
from ledger_service.domain.consortium.act import Act
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.errors import InvalidActFile
from ledger_service.domain.reasons import Reason


@dataclass(frozen=True)
class ToldCall:
    """What a call does. says: for whoever signs; acts: that it proposes, carries out or does itself."""

    says: Reason | None
    acts: tuple[Act, ...] = field(default=())


def tell_call(charter: Charter, signer: str, to: str, data: bytes) -> ToldCall:
    """Return what a call does. signer, to: accounts of 40 hex.

    Raises:
        InvalidActFile: it is none of ours, says more than its acts, or goes to other contracts.
    """
    if to == signer and not data:
        return ToldCall(Reason("council-uses-number"))
    if charter.has_council:
        if to != charter.admin:
            raise InvalidActFile("other-contract", to=to)
        return _of_council(charter, data)
    act = act_of(charter, to, data)
    if act is None or act.contract == COUNCIL or act_data(act) != data:
        raise InvalidActFile("unknown-call")
    return ToldCall(None, (act,))


def _of_council(charter: Charter, data: bytes) -> ToldCall:
    council = artifact(COUNCIL)
    name = next((n for n, item in council.functions.items() if item.hash[:4] == data[:4]), "")
    try:
        values = decode(council.functions[name].types, data[4:]) if name else ()
    except (DecodingError, OverflowError) as exc:
        raise InvalidActFile("unknown-call") from exc
    if (
        name not in ("scheduleBatch", "executeBatch", "cancel")
        or council.call(name, *values) != data
    ):
        raise InvalidActFile("unknown-call")
    if name == "cancel":
        return ToldCall(Reason("council-calls-back", {"proposal": values[0].hex()}))
    acts = _acts(charter, values)
    if name == "executeBatch":
        return ToldCall(Reason("council-carries-out"), acts)
    return ToldCall(Reason("council-proposes", {"seconds": int(values[5])}), acts)


def _acts(charter: Charter, values: tuple[Any, ...]) -> tuple[Act, ...]:
    """Return the acts of an operation that takes no value and waits for no other."""
    targets, sent, payloads, before = values[:4]
    if any(sent) or before != NOTHING_BEFORE or not len(targets) == len(sent) == len(payloads) > 0:
        raise InvalidActFile("unknown-call")
    found = []
    for target, payload in zip(targets, payloads, strict=True):
        act = act_of(charter, str(target).removeprefix("0x").lower(), payload)
        if act is None or act_data(act) != payload:
            raise InvalidActFile("unknown-call")
        found.append(act)
    return tuple(found)
