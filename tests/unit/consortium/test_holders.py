"""Which members keep a content: everybody finds out the same, and little moves when members come and go."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ledger_service.domain.consortium.holders import holders_of, score
from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.identifiers import StewardId

VECTOR = json.loads(
    (Path(__file__).parents[2] / "vectors" / "consortium" / "holders.json").read_text("utf-8")
)
MEMBERS = [StewardId.of_uri(f"https://{number}.example/") for number in range(8)]
CONTENTS = [ContentId(RAW, hashlib.sha256(bytes([n])).digest()) for n in range(200)]


def test_the_vector_holds() -> None:
    members = [StewardId.of_uri(uri) for uri in VECTOR["members"]]
    for case in VECTOR["cases"]:
        content = ContentId.parse(case["cid"])
        owners = [StewardId.of_uri(uri) for uri in case["owners"]]
        found = holders_of(content, owners, members, case["copies"])
        assert found == tuple(StewardId.of_uri(uri) for uri in case["holders"]), case
        told = bytes.fromhex(case["cid"][1:])
        best = hashlib.sha256(b"muhr-holders/1" + told + found[0].value).digest()
        assert best == score(content, found[0])


def test_owners_count_and_are_no_holders() -> None:
    for content in CONTENTS:
        assert len(holders_of(content, MEMBERS[:1], MEMBERS, 3)) == 2
        assert not set(MEMBERS[:2]) & set(holders_of(content, MEMBERS[:2], MEMBERS, 4))
        assert holders_of(content, MEMBERS[:3], MEMBERS, 3) == ()
        assert holders_of(content, MEMBERS[:1], MEMBERS, 1) == ()


def test_an_owner_that_is_suspended_does_not_count() -> None:
    rest = MEMBERS[1:]
    for content in CONTENTS:
        assert len(holders_of(content, MEMBERS[:1], rest, 3)) == 3


def test_too_few_members_keep_what_they_can() -> None:
    assert len(holders_of(CONTENTS[0], MEMBERS[:1], MEMBERS[:2], 5)) == 1


def test_all_keep_about_as_much() -> None:
    counts = dict.fromkeys(MEMBERS[1:], 0)
    for content in CONTENTS:
        [one] = holders_of(content, MEMBERS[:1], MEMBERS, 2)
        counts[one] += 1
    assert min(counts.values()) > len(CONTENTS) / len(counts) / 3


def test_only_what_a_member_kept_moves_when_it_leaves() -> None:
    gone, left = MEMBERS[3], [one for one in MEMBERS if one != MEMBERS[3]]
    for content in CONTENTS:
        before = holders_of(content, MEMBERS[:1], MEMBERS, 3)
        after = holders_of(content, MEMBERS[:1], left, 3)
        assert gone in before or before == after
        assert set(before) - {gone} <= set(after)
