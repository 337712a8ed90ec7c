"""What is asked of a gateway: CIDs in their spellings, forms, and parts of files."""

from __future__ import annotations

import hashlib

import pytest

from ledger_service.domain.content.content_id import DAG_PB, RAW, ContentId
from ledger_service.domain.errors import InvalidGatewayRequest
from reading_room.gateway.rules import CAR_TYPE, RAW_TYPE, CarForm, Scope, asked_cid, asked_form

DIGEST = hashlib.sha256(b"a book").digest()
LEAF, NODE = ContentId(RAW, DIGEST), ContentId(DAG_PB, DIGEST)
EMPTY_FOLDER = "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn"
OF_EMPTY_FOLDER = "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354"


def test_a_cid_is_read_in_base32_and_base16_and_as_the_older_version() -> None:
    assert asked_cid(LEAF.base32()) == asked_cid(LEAF.base16()) == LEAF
    assert asked_cid(NODE.base32()) == NODE
    assert asked_cid(EMPTY_FOLDER).base32() == OF_EMPTY_FOLDER
    in_base58 = "zdj7WbTaiJT1fgatdet9Ei9iDB5hdCxkbVyhyh8YTUnXMiwYi"
    assert asked_cid(in_base58).base32() == OF_EMPTY_FOLDER


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Qm",
        "x" * 5000,
        LEAF.base32().upper(),
        LEAF.base32()[:-1],
        LEAF.base32()[:-1] + "7",
        EMPTY_FOLDER[:-1] + "0",
        "bafkqaab",
        "bafyreigdmqpykrgxyaxtlafqpqhzrb7qy2rh75nldvfd4tucqmqqme5yje",
        "z" + "1" * 48,
        "z" + "z" * 52,
        "f0155122",
        "²" * 59,
    ],
)
def test_what_is_no_cid_that_can_be_here_is_told_as_such(text: str) -> None:
    with pytest.raises(InvalidGatewayRequest) as refused:
        asked_cid(text)
    assert refused.value.reason.name == "invalid-gateway-request.cid"


@pytest.mark.parametrize(
    ("query", "accept", "form"),
    [
        ({"format": "raw"}, "", None),
        ({}, RAW_TYPE, None),
        ({"format": "car"}, "", CarForm()),
        ({}, CAR_TYPE, CarForm()),
        ({"format": "car"}, RAW_TYPE, CarForm()),
        ({"format": "raw"}, CAR_TYPE, None),
        ({}, f"{CAR_TYPE}; version=1; order=dfs; dups=y", CarForm(repeats=True)),
        ({"format": "car"}, f'{CAR_TYPE};dups="y"', CarForm(repeats=True)),
        ({"car-dups": "n"}, f"{CAR_TYPE};dups=y", CarForm()),
        ({}, f"{CAR_TYPE};order=foo, {CAR_TYPE};order=dfs;dups=y;q=0.5", CarForm(repeats=True)),
        ({}, f"{CAR_TYPE};q=0.2, {RAW_TYPE};q=0.9, */*", None),
        ({"format": "car", "dag-scope": "block"}, "", CarForm(Scope.BLOCK)),
        ({"format": "car", "entity-bytes": "0:*"}, "", CarForm(Scope.ENTITY, (0, None))),
        ({"format": "car", "entity-bytes": "499:-1000"}, "", CarForm(Scope.ENTITY, (499, -1000))),
        (
            {"format": "car", "entity-bytes": "-5:-2", "dag-scope": "all"},
            "",
            CarForm(Scope.ENTITY, (-5, -2)),
        ),
    ],
)
def test_the_form_is_that_of_the_query_or_else_of_the_header(
    query: dict[str, str], accept: str, form: CarForm | None
) -> None:
    assert asked_form(query, accept) == form


@pytest.mark.parametrize(
    ("query", "accept", "reason"),
    [
        ({}, "", "format"),
        ({}, "*/*", "format"),
        ({}, "text/html,*/*;q=0.8", "format"),
        ({}, f"{CAR_TYPE};q=0", "format"),
        ({}, f"{CAR_TYPE};q=x", "format"),
        ({"format": "tar"}, CAR_TYPE, "format"),
        ({}, f"{CAR_TYPE};version=2", "car"),
        ({"format": "car", "car-version": "2"}, "", "car"),
        ({"format": "car", "car-order": "weird"}, "", "car"),
        ({"format": "car", "car-dups": "maybe"}, "", "car"),
        ({"format": "car", "dag-scope": "some"}, "", "dag-scope"),
        ({"format": "car", "entity-bytes": "1"}, "", "entity-bytes"),
        ({"format": "car", "entity-bytes": "*:1"}, "", "entity-bytes"),
        ({"format": "car", "entity-bytes": "5:1"}, "", "entity-bytes"),
        ({"format": "car", "entity-bytes": "-1:-5"}, "", "entity-bytes"),
        ({"format": "car", "entity-bytes": "²:*"}, "", "entity-bytes"),
        ({"format": "car", "entity-bytes": "0:" + "9" * 30}, "", "entity-bytes"),
    ],
)
def test_what_no_gateway_makes_is_told_as_such(
    query: dict[str, str], accept: str, reason: str
) -> None:
    with pytest.raises(InvalidGatewayRequest) as refused:
        asked_form(query, accept)
    assert refused.value.reason.name == f"invalid-gateway-request.{reason}"


@pytest.mark.parametrize(
    ("form", "bounds"),
    [
        (CarForm(), (0, 1000)),
        (CarForm(Scope.BLOCK), (0, 0)),
        (CarForm(Scope.ENTITY, (10, 19)), (10, 20)),
        (CarForm(Scope.ENTITY, (-10, None)), (990, 1000)),
        (CarForm(Scope.ENTITY, (-5000, 4)), (0, 5)),
        (CarForm(Scope.ENTITY, (499, -500)), (499, 501)),
        (CarForm(Scope.ENTITY, (990, 5000)), (990, 1000)),
        (CarForm(Scope.ENTITY, (1000, 5000)), (0, 0)),
        (CarForm(Scope.ENTITY, (900, -500)), (0, 0)),
    ],
)
def test_a_part_of_a_file_is_what_of_it_is_there(form: CarForm, bounds: tuple[int, int]) -> None:
    assert form.bounds(1000) == bounds


def test_each_form_has_a_tag_of_its_own() -> None:
    forms = [
        CarForm(),
        CarForm(repeats=True),
        CarForm(Scope.BLOCK),
        CarForm(Scope.ENTITY, (0, 5)),
        CarForm(Scope.ENTITY, (0, -5)),
    ]
    assert len({form.tag for form in forms}) == len(forms)
