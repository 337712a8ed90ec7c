"""Judge a chain before anything is sent on it: what `muhr init` shows, line by line, and what is to be done.

A chain that somebody else runs takes money, and keeps what it is sent for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from ledger_service.domain.reasons import Reason
from ledger_service.services.chain.newest_confirmed import SAFE_CONFIRMATIONS
from ledger_service.services.chain.watch_relayer import GAS_A_TRANSACTION, LEAST_TRANSACTIONS
from ledger_service.services.limits import WEI_A_GWEI, Limits

TEST_CHAINS = frozenset({1337, 5777, 31_337})
"""Ids that development nodes take when nobody tells them one (geth --dev, Ganache, Hardhat, anvil): what is
signed for one such chain holds on all of them."""
TEST_CLIENTS = ("anvil", "hardhatnetwork", "ethereumjs", "ganache")
TRIED_CLIENTS = ("geth",)
STATE_BLOCKS = 128  # of which a node must hold the state (docs/operations.md)
OLD_HEAD_SECONDS = 120
SHOWN_WEI = 10**12  # sums are shown in millionths of a coin, which is 10^18 wei


class Standing(StrEnum):
    """What a line of the checklist asks of a person."""

    OK = "ok"
    WARNING = "warning"
    TO_DO = "to do"


@dataclass(frozen=True)
class Check:
    """A line of the checklist. subject: what was looked at; reason: what was found, and what to do."""

    subject: str
    standing: Standing
    reason: Reason


@dataclass(frozen=True)
class Account:
    """An account that pays, 40 hex. balance: wei; gas: what it is to pay for, in units, with a margin."""

    address: str
    balance: int
    gas: int


@dataclass(frozen=True)
class ChainSeen:
    """What a node told. rules: whose bytecode it runs, None if it answers no call.

    head_age: seconds; block_gas: what a block has room for; state_blocks: so many of the newest blocks'
    state it holds, as far as was asked; price, cap: wei for a unit of gas now, and what would be offered;
    largest_gas: of the dearest single transaction; refusal: why a contract cannot be deployed, or "".
    """

    chain_id: int
    client: str
    head: int
    head_age: int
    is_syncing: bool
    has_fees: bool
    rules: str | None
    refusal: str
    block_gas: int
    largest_gas: int
    state_blocks: int
    gives_logs: bool
    proves_state: bool
    finalized: int | None
    price: int
    cap: int
    admin: Account
    relayer: Account


def check_chain(seen: ChainSeen, limits: Limits, *, allows_test_chain: bool = False) -> list[Check]:
    """Return the checklist of a chain. allows_test_chain: a well-known test id is a warning only."""
    return [
        _chain_id(seen.chain_id, allows_test_chain),
        _client(seen.client),
        _head(seen),
        _rules(seen),
        _state(seen),
        _proofs(seen),
        _finality(seen, limits.confirmations),
        _price(seen, limits),
        _admin(seen),
        _relayer(seen),
    ]


def to_do(checks: list[Check]) -> int:
    """Return how many lines must change before the library can be set up."""
    return sum(check.standing is Standing.TO_DO for check in checks)


def _chain_id(chain_id: int, allows_test_chain: bool) -> Check:
    if chain_id not in TEST_CHAINS:
        return _ok("chain id", Reason("check-chain-id", {"id": chain_id}))
    standing = Standing.WARNING if allows_test_chain else Standing.TO_DO
    return Check("chain id", standing, Reason("check-chain-id.test", {"id": chain_id}))


def _client(client: str) -> Check:
    name = client.lower()
    if name.startswith(TEST_CLIENTS):
        return _warning("client", Reason("check-client.test", {"client": client}))
    if not name.startswith(TRIED_CLIENTS):
        return _warning("client", Reason("check-client.not-tried", {"client": client or "?"}))
    return _ok("client", Reason("check-client", {"client": client}))


def _head(seen: ChainSeen) -> Check:
    block, seconds = seen.head, seen.head_age
    if seen.is_syncing:
        return _to_do("newest block", Reason("check-head.syncing", {"block": block}))
    if abs(seconds) > OLD_HEAD_SECONDS:
        old = Reason("check-head.old", {"block": block, "seconds": seconds})
        return _warning("newest block", old)
    return _ok("newest block", Reason("check-head", {"block": block, "seconds": seconds}))


def _rules(seen: ChainSeen) -> Check:
    if seen.rules is None:
        return _to_do("rules", Reason("check-rules.no-calls", {"message": seen.refusal}))
    if not seen.has_fees:
        return _to_do("rules", Reason("check-rules.before-london"))
    if seen.refusal:
        return _to_do("rules", Reason("check-rules.refused", {"message": seen.refusal}))
    if seen.largest_gas > seen.block_gas:
        needed, room = seen.largest_gas, seen.block_gas
        return _to_do("rules", Reason("check-rules.small-blocks", {"gas": needed, "most": room}))
    if seen.rules == "london":
        return _ok("rules", Reason("check-rules.london"))
    return _ok("rules", Reason("check-rules.shanghai"))


def _state(seen: ChainSeen) -> Check:
    blocks = seen.head + 1
    if not seen.gives_logs:
        return _to_do("state kept", Reason("check-state.no-logs"))
    if seen.state_blocks < min(blocks, STATE_BLOCKS):
        return _to_do("state kept", Reason("check-state.few", {"least": STATE_BLOCKS}))
    if blocks < STATE_BLOCKS:
        young = Reason("check-state.young", {"blocks": blocks, "least": STATE_BLOCKS})
        return _ok("state kept", young)
    if seen.state_blocks == blocks:
        return _ok("state kept", Reason("check-state.all"))
    return _ok("state kept", Reason("check-state", {"least": STATE_BLOCKS}))


def _proofs(seen: ChainSeen) -> Check:
    if seen.proves_state:
        return _ok("state proofs", Reason("check-proofs"))
    return _warning("state proofs", Reason("check-proofs.none"))


def _finality(seen: ChainSeen, confirmations: int | None) -> Check:
    if confirmations is not None:
        stated = Reason("check-finality.set", {"blocks": confirmations, "least": STATE_BLOCKS})
        return Check("finalized", _ok_if(confirmations < STATE_BLOCKS), stated)
    if seen.finalized is None:
        unknown = Reason("check-finality.unknown", {"blocks": SAFE_CONFIRMATIONS})
        return _warning("finalized", unknown)
    if seen.finalized >= seen.head:
        newest = Reason("check-finality.newest", {"blocks": SAFE_CONFIRMATIONS})
        return _warning("finalized", newest)
    block, behind = seen.finalized, seen.head - seen.finalized
    if behind >= STATE_BLOCKS:
        far = Reason("check-finality.far", {"block": block, "behind": behind})
        return _warning("finalized", far)
    return _ok("finalized", Reason("check-finality", {"block": block, "behind": behind}))


def _price(seen: ChainSeen, limits: Limits) -> Check:
    price, most = _gwei(seen.price), limits.most_fee_gwei
    if seen.price > limits.most_fee:
        return _to_do("gas price", Reason("check-price.dear", {"price": price, "most": most}))
    return _ok("gas price", Reason("check-price", {"price": price, "most": most}))


def _admin(seen: ChainSeen) -> Check:
    """The admin pays for setting up only, and nothing stops halfway if it has this."""
    if seen.refusal:
        unknown = Reason("check-funds.unknown", {"account": "0x" + seen.admin.address})
        return _warning("funds of admin", unknown)
    is_enough = seen.admin.balance >= seen.admin.gas * seen.cap
    standing = Standing.OK if is_enough else Standing.TO_DO
    use = Reason("check-use.set-up")
    return Check("funds of admin", standing, _funds(seen.admin, seen.cap, use))


def _relayer(seen: ChainSeen) -> Check:
    """The relayer pays for all that comes later; it may begin with what one anchor takes."""
    begun = seen.relayer.gas + GAS_A_TRANSACTION
    wanted = replace(seen.relayer, gas=seen.relayer.gas + LEAST_TRANSACTIONS * GAS_A_TRANSACTION)
    standing = _ok_if(wanted.balance >= wanted.gas * seen.cap)
    if wanted.balance < begun * seen.cap:
        standing = Standing.TO_DO
    use = Reason("check-use.later", {"count": LEAST_TRANSACTIONS})
    return Check("funds of relayer", standing, _funds(wanted, seen.cap, use))


def _funds(account: Account, cap: int, use: Reason) -> Reason:
    """Return what is told of an account; sums are rounded up, so that paying them is enough."""
    needed = account.gas * cap
    lacking = _rounded_up(max(0, needed - account.balance))
    address, held, most = (
        "0x" + account.address,
        _coins(account.balance),
        _coins(_rounded_up(needed)),
    )
    if lacking == 0:
        return Reason("check-funds", {"account": address, "held": held, "needed": most, "use": use})
    return Reason(
        "check-funds.low",
        {
            "account": address,
            "held": held,
            "needed": most,
            "use": use,
            "lacking": _coins(lacking),
            "wei": lacking,
            "gas": account.gas,
            "cap": _gwei(cap),
        },
    )


def _rounded_up(wei: int) -> int:
    return -(-wei // SHOWN_WEI) * SHOWN_WEI


def _coins(wei: int) -> str:
    """Return a sum in the chain's own coin, with at most six digits behind the point."""
    return _decimal(wei // SHOWN_WEI, 6)


def _gwei(wei: int) -> str:
    return _decimal(wei * 1000 // WEI_A_GWEI, 3)


def _decimal(number: int, digits: int) -> str:
    whole, rest = divmod(number, 10**digits)
    return f"{whole}.{rest:0{digits}}".rstrip("0").rstrip(".")


def _ok(subject: str, reason: Reason) -> Check:
    return Check(subject, Standing.OK, reason)


def _warning(subject: str, reason: Reason) -> Check:
    return Check(subject, Standing.WARNING, reason)


def _to_do(subject: str, reason: Reason) -> Check:
    return Check(subject, Standing.TO_DO, reason)


def _ok_if(is_so: bool) -> Standing:
    return Standing.OK if is_so else Standing.WARNING
