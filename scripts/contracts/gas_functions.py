"""What each function of the contracts costs, in the steady state: what it touches was touched before."""

from __future__ import annotations

import json
from typing import Any

from eth_account import Account

from ledger_service.adapters.evm.abi import CONTRACTS, artifact
from ledger_service.adapters.evm.transactions import address_of
from ledger_service.domain.chain.cohorts.cohort_tree import proof_of_member, root_of_members
from ledger_service.domain.identifiers import Commitment
from ledger_service.domain.ledger import merkle
from scripts.contracts.compile import ARTIFACTS
from scripts.contracts.contract_bench import START, ContractBench, dear, key_of
from scripts.contracts.metered_library import (
    DAY,
    FAR,
    LOAN,
    NONCES,
    FunctionCosts,
    MeteredLibrary,
    Values,
    accepted_entry,
    grant_of,
    sha256_of,
    signed_anchor,
    tree,
)


def measure_functions(bench: ContractBench) -> FunctionCosts:
    """Return what every function costs; fail for one that is not measured."""
    library = MeteredLibrary(bench)
    _stewards(library)
    _licenses(library)
    _anchors(library)
    _resources(library)
    _grants(library)
    _views(library)
    for name in CONTRACTS:
        measured = {what.split(",")[0] for what in library.costs.transactions[name]}
        missing = set(_functions(name, views=False)) - measured
        assert not missing, f"{name}: {sorted(missing)} is not measured"
    return library.costs


def _stewards(library: MeteredLibrary) -> None:
    name, admin, steward = "StewardRegistry", library.bench.admin, library.steward
    library.send(admin, name, "accredit", dear("earlier steward"), as_="-")
    library.send(admin, name, "accredit", steward)
    window = START, FAR
    for function, sender in (("addRegistrar", library.registrar), ("addService", library.service)):
        library.send(admin, name, function, steward, bytes.fromhex(sender.address), *window)
    accounts = (Account.from_key(key_of(f"agent {i}")) for i in range(3))
    first, second, third = (bytes.fromhex(address_of(account)) for account in accounts)
    library.send(admin, name, "addRegistrar", steward, first, *window, as_="-")
    library.send(admin, name, "rotate", first, second, START + DAY, FAR)
    library.send(admin, name, "addRegistrar", steward, third, *window, as_="-")
    library.send(admin, name, "close", third, START + DAY)
    library.send(admin, name, "suspend", dear("earlier steward"))
    library.send(admin, name, "reinstate", dear("earlier steward"))
    _administer(library, name)


def _administer(library: MeteredLibrary, name: str) -> None:
    """What OpenZeppelin's AccessControlDefaultAdminRules offers; the admin stays who it is."""
    bench, admin = library.bench, library.bench.admin
    role, other = dear("role"), library.relayer
    account = bytes.fromhex(other.address)
    for function in ("grantRole", "revokeRole", "grantRole"):
        library.send(admin, name, function, role, account)
    library.send(other, name, "renounceRole", role, account)
    library.send(admin, name, "beginDefaultAdminTransfer", account)
    library.send(admin, name, "cancelDefaultAdminTransfer")
    library.send(admin, name, "changeDefaultAdminDelay", 2 * DAY)
    library.send(admin, name, "rollbackDefaultAdminDelay")
    library.send(admin, name, "beginDefaultAdminTransfer", account)
    library.now += 3 * DAY
    bench.move_to(library.now)
    library.send(other, name, "acceptDefaultAdminTransfer")
    library.send(other, name, "beginDefaultAdminTransfer", bytes.fromhex(admin.address), as_="-")
    library.now += 3 * DAY
    bench.move_to(library.now)
    library.send(admin, name, "acceptDefaultAdminTransfer", as_="-")


def _licenses(library: MeteredLibrary) -> None:
    def define(name: str, seats: int, self_service: bool, as_: str = "") -> bytes:
        uri = f"https://licenses.example.org/{name}"
        values = uri, dear("policy"), seats, LOAN, self_service
        library.send(library.relayer, "LicenseRegistry", "defineLicense", *values, as_=as_)
        target = library.bench.deployment.contracts["LicenseRegistry"]
        count = library.bench.ask(target, [artifact("LicenseRegistry").call("licenseCount")])
        number = int.from_bytes(count[1][0].data)
        found = library.bench.ask(target, [artifact("LicenseRegistry").call("licenseOf", number)])
        return found[1][0].data

    define("first", 2**32 - 1, True, "-")
    library.license = define("self-service", 2**32 - 1, True)


def _anchors(library: MeteredLibrary) -> None:
    name, admin, ledger = "CheckpointAnchor", library.bench.admin, library.ledger
    anchorer = bytes.fromhex(library.anchorer.address)
    library.send(admin, name, "openLedger", ledger, library.steward, anchorer)
    library.send(admin, name, "setAnchorer", ledger, bytes.fromhex(library.relayer.address))
    library.send(admin, name, "setAnchorer", ledger, anchorer, as_="-")
    entry = accepted_entry(library, "promoted 0"), accepted_entry(library, "promoted 1")
    leaves = [merkle.leaf_hash(item) for item in entry]
    leaves += [dear(f"leaf {index}") for index in range(len(leaves), 7)]
    old, new = tree(leaves[:4]), tree(leaves)
    library.send(library.anchorer, name, "anchor", ledger, 4, old.root, [])
    proof = merkle.consistency_proof(4, 7, new.read)
    data = signed_anchor(library, 7, new.root, proof)
    library.send_data(library.relayer, name, data, "anchorBySignature, 4 to 7 entries")
    _administer(library, name)
    library.costs.transactions[name]["anchorBySignature"] = library.costs.transactions[name].pop(
        "anchorBySignature, 4 to 7 entries"
    )


def _resources(library: MeteredLibrary) -> None:
    name, registrar = "ResourceRegistry", library.registrar

    def stated(label: str) -> tuple[Any, ...]:
        return tuple(library.registration(label).values())

    library.send(registrar, name, "register", stated("r0"), as_="-")
    library.send(registrar, name, "register", stated("r1"))
    library.send_signed("Register", library.registration("r2"), as_="-")
    library.send_signed("Register", library.registration("r3"))
    library.send(registrar, name, "registerMany", [stated(f"m{i}") for i in range(10)], as_="-")
    batch = [stated(f"n{i}") for i in range(400)]
    library.send(registrar, name, "registerMany", batch[:10], as_="registerMany, of 10")
    library.send(registrar, name, "registerMany", batch[10:], as_="registerMany, of 390")
    signed = {"registrations": [library.registration(f"o{i}") for i in range(10)]}
    library.send_signed("RegisterMany", signed, as_="registerManyBySignature, of 10")
    for index, relayed in ((0, False), (1, True)):
        _promote(library, index, relayed=relayed)
    place = dear("r0"), library.steward
    library.send(registrar, name, "supersede", *place, dear("r1"), 1)
    library.send(registrar, name, "declareRendition", dear("r2"), library.steward, dear("r1"))
    library.send(registrar, name, "takeBack", *place, dear("r1"), 1)
    library.send(registrar, name, "withdraw", *place, 1)
    of = {"digest": dear("m0"), "steward": library.steward}
    library.send_signed("Supersede", {**of, "successor": dear("r1"), "relation": 1})
    library.send_signed("DeclareRendition", {**of, "original": dear("r1")})
    library.send_signed("TakeBack", {**of, "other": dear("r1"), "relation": 1})
    library.send_signed("Withdraw", {**of, "reason": 1})
    library.send(registrar, name, "invalidateNonce", library.next_nonce())


def _promote(library: MeteredLibrary, index: int, *, relayed: bool) -> None:
    entries = [merkle.leaf_hash(accepted_entry(library, f"promoted {i}")) for i in range(2)]
    leaves = tree(entries + [dear(f"leaf {i}") for i in range(2, 7)])
    proof = merkle.inclusion_proof(index, 7, leaves.read)
    values = library.registration(f"promoted {index}")
    where = {"ledger": library.ledger, "size": 7, "at": START, "index": index, "hashes": proof}
    if relayed:
        library.send_signed("RegisterProven", values | where)
        return
    function = "registerProven"
    stated = tuple(values.values()), tuple(where.values())
    library.send(library.registrar, "ResourceRegistry", function, *stated)


def _grants(library: MeteredLibrary) -> None:
    name, registrar = "AccessGrants", library.registrar
    until = library.now + 10 * DAY

    def issue(label: str, seat: int, turn: int, as_: str) -> bytes:
        stated = library.grant(label, seat, turn)
        library.send(registrar, name, "issue", tuple(stated.values()), until, as_=as_)
        return grant_of(stated)

    issue("r1", 0, 1, "-")
    first = issue("r1", 1, 1, "issue, a new seat")
    place = dear("r1"), library.steward, 1
    library.send(registrar, name, "renew", *place, first, until + DAY)
    library.send(registrar, name, "giveBack", *place, first)
    second = issue("r1", 1, 2, "issue, a seat used before")
    library.send(registrar, name, "revoke", *place, second)
    stated = library.grant("r1", 2, 1)
    held = {"digest": stated["digest"], "steward": library.steward, "seat": 2}
    held["grant"] = grant_of(stated)
    library.send_signed("IssueGrant", {**stated, "until": until}, as_="-")
    stated = {**library.grant("r1", 3, 1)}
    held |= {"seat": 3, "grant": grant_of(stated)}
    library.send_signed("IssueGrant", {**stated, "until": until})
    library.send_signed("RenewGrant", {**held, "until": until + DAY})
    library.send_signed("ReturnGrant", held)
    stated = library.grant("r1", 3, 2)
    library.send_signed("IssueGrant", {**stated, "until": until}, as_="-")
    library.send_signed("RevokeGrant", {**held, "grant": grant_of(stated)})
    library.send(registrar, name, "invalidateNonce", library.next_nonce())
    _cohorts(library, until)


def _cohorts(library: MeteredLibrary, until: int) -> None:
    name, registrar = "AccessGrants", library.registrar
    members = [Commitment(dear(f"member {index}")) for index in range(5000)]

    def cohort(salt: str) -> Values:
        return {
            "digest": dear("r1"),
            "steward": library.steward,
            "root": root_of_members(members),
            "size": len(members),
            "scopes": 1,
            "until": until,
            "salt": dear(salt),
        }

    library.send(registrar, name, "grantCohort", tuple(cohort("a").values()))
    library.send_signed("GrantCohort", cohort("b"))
    for index in (4094, 4095):
        proof = list(proof_of_member(members, index))  # as the service makes it
        values = tuple(cohort("a").values()), index, 1, members[index].value, index, proof
        library.send(library.relayer, name, "claim", *values, as_="claim, in a cohort of 5,000")
    library.send(registrar, name, "closeCohort", tuple(cohort("a").values()))
    closed = sha256_of(tuple(cohort("b").values()))
    library.send_signed("CloseCohort", {**cohort("b"), "cohort": closed})


def _views(library: MeteredLibrary) -> None:
    """Ask every view, with arguments that it answers."""
    place = dear("r1"), library.steward
    account = bytes.fromhex(library.registrar.address)
    seven = merkle.leaf_hash(accepted_entry(library, "promoted 0"))
    whole = [seven, merkle.leaf_hash(accepted_entry(library, "promoted 1"))]
    leaves = tree(whole + [dear(f"leaf {i}") for i in range(2, 7)])
    proof = merkle.inclusion_proof(0, 7, leaves.read)
    known: dict[str, tuple[Any, ...]] = {
        "agent": (account,),
        "checkActive": place,
        "checkAgent": (library.steward, account),
        "checkRegistrar": (library.steward, account),
        "checkpointAt": (library.ledger, 7),
        "cohortState": (dear("cohort"),),
        "linkState": (*place, dear("r1"), 1),
        "getRoleAdmin": (dear("role"),),
        "hasClaimed": (dear("cohort"), 1),
        "hasRole": (dear("role"), account),
        "isAccredited": (library.steward,),
        "isLive": (tuple(library.grant("r1", 0, 1).values()),),
        "latest": (library.ledger,),
        "ledgerOf": (library.ledger,),
        "licenseOf": (1,),
        "liveRole": (library.steward, account),
        "nonceBitmap": (account, NONCES >> 8),
        "numberOf": (library.license,),
        "registration": place,
        "seatOf": (*place, 0),
        "supportsInterface": (b"\x01\xff\xc9\xa7",),
        "terms": (library.license,),
        "termsByNumber": (1,),
        "verifyInclusion": (library.ledger, 7, seven, 0, proof),
        "wasAccredited": (library.steward, library.bench.node.block().number),
    }
    for name in CONTRACTS:
        for view in _functions(name, views=True):
            call = artifact(name).call(view, *known.get(view, ()))
            target = library.bench.deployment.contracts[name]
            _, [answer] = library.bench.ask(target, [call])
            assert answer.succeeded, f"{name}.{view} is refused"
            library.costs.views[name][view] = answer.gas


def _functions(name: str, *, views: bool) -> list[str]:
    """Return the names of a contract's functions, either its views or all others."""
    parts = json.loads((ARTIFACTS / f"{name}.json").read_text(encoding="utf-8"))["abi"]
    return [
        part["name"]
        for part in parts
        if part["type"] == "function" and (part["stateMutability"] in ("view", "pure")) is views
    ]
