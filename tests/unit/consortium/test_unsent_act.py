"""A file of calls that is signed elsewhere: its form, and what of its names is believed."""

from __future__ import annotations

import json

import pytest

from ledger_service.domain.consortium.unsent_act import UnsentActs, UnsentCall
from ledger_service.domain.errors import InvalidActFile
from ledger_service.domain.identifiers import Digest, LedgerId, StewardId

CALL = UnsentCall(3, "11" * 20, "abcd", 50_000, 30, 2)
ACTS = UnsentActs(Digest(bytes(32)), 7, "22" * 20, (CALL,), ("https://a.example/",))


def test_a_file_is_read_as_it_was_written() -> None:
    assert UnsentActs.parse(ACTS.format(["words"])) == ACTS
    assert ACTS.most_wei == 1_500_000


def test_a_name_stands_only_for_what_it_is_the_hash_of() -> None:
    [uri] = ACTS.names
    assert ACTS.proved_names[StewardId.of_uri(uri).hex()] == uri
    assert ACTS.proved_names[LedgerId.of_origin(uri).hex()] == uri


@pytest.mark.parametrize(
    "change",
    [
        {"type": "muhr-act/2"},
        {"signer": "0x" + "22" * 20},
        {"signer": 5},
        {"chain_id": True},
        {"chain_id": 0},
        {"calls": []},
        {"calls": [{}]},
        {"calls": ["x"] * 3},
        {"names": "https://a.example/"},
        {"names": ["a\nb"]},
        {"names": ["x"] * 65},
        {"signed": ["00", "00"]},
        {"signed": ["XY"]},
        {"more": 1},
    ],
)
def test_another_form_is_refused(change: dict[str, object]) -> None:
    value = json.loads(ACTS.format([])) | change
    with pytest.raises(InvalidActFile):
        UnsentActs.parse(json.dumps(value))


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": -1},
        {"nonce": True},
        {"gas": 10**9},
        {"max_fee": 1},
        {"priority_fee": "1"},
        {"to": ""},
        {"data": "0xab"},
        {"value": 0},
    ],
)
def test_a_call_of_another_form_is_refused(change: dict[str, object]) -> None:
    value = json.loads(ACTS.format([]))
    value["calls"][0] |= change
    with pytest.raises(InvalidActFile):
        UnsentActs.parse(json.dumps(value))


def test_numbers_follow_one_another() -> None:
    value = json.loads(ACTS.format([]))
    value["calls"] = [value["calls"][0], value["calls"][0]]
    with pytest.raises(InvalidActFile):
        UnsentActs.parse(json.dumps(value))
