"""The papers of a consortium: a charter, and a library's request, as files that others read."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger_service import messages
from ledger_service.adapters.evm.abi import artifact
from ledger_service.adapters.evm.consortium.council import (
    Proposal,
    act_of,
    calling_back,
    carrying_out,
    proposing,
    role_id,
)
from ledger_service.adapters.signer import Ed25519Signer, check_ed25519
from ledger_service.domain.chain.account import checksummed
from ledger_service.domain.chain.deployment import CONTRACTS
from ledger_service.domain.chain.history import FOR_EVER, ChainEvent
from ledger_service.domain.consortium.act import (
    COUNCIL,
    FORMS,
    REGISTRY,
    RIGHTS,
    Act,
    accrediting,
    act_of_event,
    tell_acts,
)
from ledger_service.domain.consortium.charter import Charter
from ledger_service.domain.consortium.join_request import JoinRequest
from ledger_service.domain.errors import InvalidCharter, InvalidJoinRequest
from ledger_service.domain.reasons import Reason

CHARTER = Charter(
    name="Universities of Uzbekistan",
    chain_id=4242,
    genesis="11" * 32,
    first_block=7,
    contracts={name: f"{number:02x}" * 20 for number, name in enumerate(CONTRACTS, 1)},
    code=dict.fromkeys(CONTRACTS, "22" * 32),
    salt="33" * 32,
    admin="44" * 20,
    has_council=True,
    nodes=("https://node.example/",),
)
SIGNER = Ed25519Signer("a.example/muhr", Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x01"))
REQUEST = JoinRequest(
    charter=CHARTER.digest,
    name="University A",
    uri="https://a.example/",
    url="https://library.a.example",
    key=SIGNER.key,
    registrar="a1" * 20,
    service="a2" * 20,
    anchorer="a3" * 20,
    relayer="a4" * 20,
)


def test_a_charter_is_read_as_it_was_written() -> None:
    assert Charter.parse(CHARTER.format()) == CHARTER


def test_nodes_may_change_and_nothing_else_without_another_digest() -> None:
    assert replace(CHARTER, nodes=()).digest == CHARTER.digest
    assert replace(CHARTER, admin="45" * 20).digest != CHARTER.digest
    assert replace(CHARTER, name="Others").digest != CHARTER.digest


@pytest.mark.parametrize(
    "change",
    [
        {"type": "muhr-charter/2"},
        {"admin": "44" * 19},
        {"admin": "0x" + "44" * 20},
        {"admin": 5},
        {"has_council": "yes"},
        {"chain_id": True},
        {"chain_id": "1"},
        {"first_block": -1},
        {"nodes": "https://x"},
        {"nodes": [1]},
        {"contracts": {}},
        {"contracts": None},
        {"name": ""},
        {"name": "two\nlines"},
        {"name": "x" * 201},
        {"more": 1},
    ],
)
def test_what_is_no_charter_is_refused(change: dict[str, object]) -> None:
    value = json.loads(CHARTER.format()) | change
    with pytest.raises(InvalidCharter):
        Charter.parse(json.dumps(value))


def test_a_member_s_deployment_has_the_consortium_s_contracts_and_its_own_ledger() -> None:
    deployment = CHARTER.deployment(REQUEST.steward, REQUEST.key)
    assert CHARTER.is_of(deployment)
    assert deployment.steward == REQUEST.steward.hex()
    assert deployment.key == SIGNER.key.format()


def test_a_request_is_read_as_it_was_signed() -> None:
    assert JoinRequest.parse(REQUEST.signed(SIGNER.sign), check_ed25519) == REQUEST


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("registrar", "b1" * 20),
        ("uri", "https://b.example/"),
        ("name", "University B"),
        ("url", "https://b.example"),
        ("charter", "00" * 31 + "01"),
        ("relayer", "b4" * 20),
    ],
)
def test_a_request_that_was_changed_is_refused(part: str, value: str) -> None:
    text = json.dumps(json.loads(REQUEST.signed(SIGNER.sign)) | {part: value})
    with pytest.raises(InvalidJoinRequest, match="signature"):
        JoinRequest.parse(text, check_ed25519)


@pytest.mark.parametrize(
    "change",
    [
        {"signature": "x"},
        {"signature": None},
        {"key": "a"},
        {"charter": "x"},
        {"registrar": "A1" * 20},
        {"registrar": "a2" * 20},
        {"relayer": "00" * 20},
        {"service": 7},
        {"name": ""},
        {"uri": "x" * 501},
        {"type": "muhr-join/2"},
        {"more": 1},
    ],
)
def test_what_is_no_request_is_refused(change: dict[str, object]) -> None:
    text = json.dumps(json.loads(REQUEST.signed(SIGNER.sign)) | change)
    with pytest.raises(InvalidJoinRequest):
        JoinRequest.parse(text, check_ed25519)


@pytest.mark.parametrize("until", [2**40, FOR_EVER - 1, FOR_EVER])
def test_a_time_beyond_all_years_is_told_all_the_same(until: int) -> None:
    act = Act(REGISTRY, "addRegistrar", ("aa" * 32, "bb" * 20, 0, until))
    told = act.reason().values["until"]
    assert told == Reason("act-no-end")
    for language in ("en", "ru", "uz"):
        text = messages.text(act.reason(), language)
        assert messages.said("act-no-end", language) in text
        assert str(until) not in text


def test_another_ledger_s_key_cannot_ask_in_its_name() -> None:
    other = Ed25519Signer("a.example/muhr", Ed25519PrivateKey.generate())
    with pytest.raises(InvalidJoinRequest, match="signature"):
        JoinRequest.parse(REQUEST.signed(other.sign), check_ed25519)


def test_signers_read_whom_they_accredit_and_which_accounts() -> None:
    names = {REQUEST.steward.hex(): REQUEST.name, REQUEST.ledger.hex(): REQUEST.key.name}
    told = [messages.text(act.reason(names)) for act in accrediting(REQUEST, 1_800_000_000)]
    assert [text.split()[0] for text in told] == ["Accredit", "Let", "Let", "Open"]
    assert all("University A" in text for text in told)
    assert "from 2027-01-15T08:00:00Z without end" in told[1]
    assert "a.example/muhr" in told[3]


def test_every_act_has_words_in_every_language() -> None:
    for (contract, function), form in FORMS.items():
        given: dict[str, str | int] = {"since": 5, "seconds": 5, "role": role_id(RIGHTS[0])}
        for until in (5, FOR_EVER):
            told = given | {"until": until}
            values = tuple(told.get(name, "ab" * 20) for name in form.arguments)
            reason = Act(contract, function, values).reason()
            texts = {messages.text(reason, language) for language in ("en", "ru", "uz")}
            assert len(texts) == 3, form


@pytest.mark.parametrize(
    ("event", "arguments", "function"),
    [
        ("StewardAccredited", {"steward": "aa" * 32}, "accredit"),
        ("StewardSuspended", {"steward": "aa" * 32}, "suspend"),
        ("AgentClosed", {"steward": "aa" * 32, "agent": "bb" * 20, "at": 9}, "close"),
        (
            "AgentAdded",
            {"steward": "aa" * 32, "agent": "bb" * 20, "role": 1, "from": 1, "until": FOR_EVER},
            "addRegistrar",
        ),
        (
            "AgentAdded",
            {"steward": "aa" * 32, "agent": "bb" * 20, "role": 2, "from": 1, "until": 5},
            "addService",
        ),
        ("CheckpointAnchored", {"ledger": "aa" * 32, "size": 1, "root": "bb" * 32}, None),
    ],
)
def test_events_tell_which_act_they_are_of(
    event: str, arguments: dict[str, str | int], function: str | None
) -> None:
    contract = "CheckpointAnchor" if event == "CheckpointAnchored" else "StewardRegistry"
    found = act_of_event(ChainEvent(contract, event, "aa" * 32, arguments, 1, 1, "cc" * 32, 0))
    assert (None if found is None else found.function) == function
    if found is not None:
        assert messages.text(found.reason())


@pytest.mark.parametrize("function", ["grantRole", "revokeRole"])
def test_only_rights_of_members_are_acts_of_the_council(function: str) -> None:
    def told(role: str) -> Act | None:
        arguments = bytes.fromhex(role), bytes.fromhex("ab" * 20)
        return act_of(CHARTER, CHARTER.admin, artifact(COUNCIL).call(function, *arguments))

    for right in RIGHTS:
        act = told(role_id(right))
        assert act is not None
        words = messages.text(act.reason())
        assert right not in words
        assert role_id(right) not in words
    assert told("00" * 32) is None  # the right to give rights, without any delay


def rights(function: str, *accounts: str) -> list[Act]:
    return [
        Act(COUNCIL, function, (role_id(right), account))
        for account in accounts
        for right in RIGHTS
    ]


def test_all_rights_of_a_member_are_told_as_one_act() -> None:
    others = rights("revokeRole", "ab" * 20, "cd" * 20)
    known = Act(REGISTRY, "suspend", (REQUEST.steward.hex(),))
    told = [one and one.name for one in tell_acts([known, *others, None])]
    removed = "council-remove-member"
    assert told == ["council-suspend", removed, removed, None]
    [added] = tell_acts(rights("grantRole", "ab" * 20))
    assert added is not None
    assert messages.text(added).startswith("Make 0x")


def test_some_rights_or_those_of_several_are_told_one_by_one() -> None:
    mine, other = rights("revokeRole", "ab" * 20), rights("revokeRole", "cd" * 20)
    given = rights("grantRole", "ab" * 20)
    for acts in (
        mine[:2],
        [mine[0], mine[0], mine[2]],
        [*mine[:2], other[2]],
        [*mine[:2], given[2]],
    ):
        told = [one.name for one in tell_acts(acts) if one is not None]
        assert len(told) == len(acts)
        assert "council-remove-member" not in told


def test_whose_account_is_closed_is_told_beside_it() -> None:
    act = Act(REGISTRY, "close", (REQUEST.registrar, 1_800_000_000))
    told = messages.text(act.reason({REQUEST.registrar: "University A <https://a.example/>"}))
    assert f"{checksummed(REQUEST.registrar)} (University A <https://a.example/>)" in told
    assert "2027-01-15T08:00:00Z" in told
    plain = messages.text(act.reason(moment=lambda seconds: f"day {seconds // 86_400}"))
    assert "from day 20833 on" in plain


def test_who_signs_is_told_which_step_it_is() -> None:
    act = Act(REGISTRY, "suspend", (REQUEST.steward.hex(),))
    call, proposal = proposing(CHARTER, [act], 10)
    steps = [call, carrying_out(CHARTER, proposal), calling_back(CHARTER, proposal)]
    told = [messages.text(step.says) for step in steps if step.says is not None]
    assert [text.split()[0] for text in told] == ["Propose", "Carry", "Call"]
    assert proposal.id in told[2]
    assert all(step.acts == (act,) for step in steps)


def test_a_wallet_is_told_of_calls_that_nobody_knows() -> None:
    known = Act(REGISTRY, "suspend", (REQUEST.steward.hex(),))
    calls = (CHARTER.contracts[REGISTRY], b""), ("99" * 20, b"\x01\x02\x03\x04")
    proposal = Proposal("55" * 32, calls, (known, None))
    assert carrying_out(CHARTER, proposal).acts == (known, None)
