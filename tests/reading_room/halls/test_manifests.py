"""Manifests of halls and records of laboratories: one form each, and nothing of another host."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidDigest, InvalidHall, InvalidLabRecord
from ledger_service.domain.identifiers import Digest
from reading_room.halls.rules.lab_record import LabRecord
from reading_room.halls.rules.manifest import Asset, Kind, Manifest, Use
from reading_room.halls.rules.steps import Step, check_answers, check_steps, typed_steps

ASSET = Asset(Use.FLOOR, Digest.of(b"floor"), "image/png", 5)
COVER = Asset(Use.COVER, Digest.of(b"cover"), "image/webp", 5, Digest.of(b"work"))
STEP = Step("Look", "At the ring.", "carbon", "How many?", ("5", "6"))
MANIFEST = Manifest(
    Kind.LABORATORY, "library.test/a", "0" * 16, 1, 5, "Benzene", "", "", (ASSET, COVER), (STEP,)
)
RECORD = LabRecord("0" * 16, 1, Digest.of(MANIFEST.format()), 5, 9, ("6",), "ab" * 32)


def test_a_manifest_and_a_record_have_one_form() -> None:
    assert Manifest.parse(MANIFEST.format()) == MANIFEST
    assert LabRecord.parse(RECORD.format()) == RECORD
    lines = MANIFEST.note_text().split("\n")
    assert lines[0] == "muhr hall manifest v1"
    assert lines[4] == Digest.of(MANIFEST.format()).hex()


def spoil(value: Any, path: tuple[Any, ...], new: Any) -> bytes:
    held = value
    for step in path[:-1]:
        held = held[step]
    held[path[-1]] = new
    return canonical_json.canonicalize(value)


@pytest.mark.parametrize(
    ("path", "new"),
    [
        (("assets", 0, "url"), "https://other.example/floor.png"),
        (("assets", 0, "digest"), "https://other.example/floor.png"),
        (("assets", 0, "media_type"), "text/html"),
        (("assets", 0, "media_type"), "model/gltf-binary"),
        (("assets", 0, "size_bytes"), 10**9),
        (("assets", 0, "size_bytes"), True),
        (("assets", 0, "use"), "script"),
        (("assets", 0, "work"), "ab" * 32),
        (("assets", 1, "work"), ""),
        (("assets", 0), []),
        (("assets",), [ASSET.value()] * 65),
        (("assets",), {}),
        (("base",), "https://other.example/"),
        (("hall",), "../other"),
        (("hall",), 5),
        (("kind",), "shop"),
        (("v",), 2),
        (("steps", 0, "part"), 5),
        (("steps", 0, "choices"), [1]),
        (("title",), ""),
        (("collection",), "x"),
    ],
)
def test_another_manifest_is_refused(path: tuple[Any, ...], new: Any) -> None:
    with pytest.raises(InvalidHall):
        Manifest.parse(spoil(json.loads(MANIFEST.format()), path, new))


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"[" * 90_000, b"x" * 200_000])
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidHall):
        Manifest.parse(data)
    with pytest.raises(InvalidLabRecord):
        LabRecord.parse(data)


@pytest.mark.parametrize(
    ("name", "new"),
    [
        ("answers", "6"),
        ("answers", [6]),
        ("key", "not a key"),
        ("version", True),
        ("version", -1),
        ("ended_at", 4),
        ("ended_at", 10**12),
        ("reader", "somebody"),
        ("v", 2),
    ],
)
def test_another_record_is_refused(name: str, new: Any) -> None:
    with pytest.raises(InvalidLabRecord):
        LabRecord.parse(spoil(json.loads(RECORD.format()), (name,), new))
    with pytest.raises(InvalidDigest):
        LabRecord.parse(spoil(json.loads(RECORD.format()), ("manifest",), "short"))


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (Step("", "x"), "step"),
        (Step("x" * 121, ""), "step"),
        (Step("x", "", "neck"), "part"),
        (Step("x", "", "", "q", ("one",)), "question"),
        (Step("x", "", "", "q", ("one", "one")), "question"),
        (Step("x", "", "", "", ("a", "b")), "question"),
        (Step("x", "", "", "q", tuple("abcdefghi")), "question"),
        (Step("x", "", "", "q", ("a", "")), "question"),
    ],
)
def test_steps_are_bounded_and_point_at_parts_that_are_there(step: Step, why: str) -> None:
    check_steps([STEP, Step("Only read", "this")], ["carbon"])
    with pytest.raises(InvalidHall) as refused:
        check_steps([STEP, step], ["carbon"])
    assert refused.value.reason.name == f"invalid-hall.{why}"
    for steps in ([], [STEP] * 21):
        with pytest.raises(InvalidHall):
            check_steps(steps, ["carbon"])


def test_answers_are_of_those_offered() -> None:
    steps = [STEP, Step("Tell", "", "", "Why?"), Step("Read", "")]
    check_answers(steps, ["6", "because", ""])
    check_answers(steps, ["", "", ""])
    for answers in (["7", "", ""], ["6", "", "x"], ["6", "y" * 501, ""], ["6", ""]):
        with pytest.raises(InvalidHall):
            check_answers(steps, answers)


def test_rows_of_a_form_become_steps() -> None:
    fields = {
        "step_title": ["Look", "", "Tell"],
        "step_text": ["At the ring.", "", ""],
        "step_part": ["carbon", "", ""],
        "step_question": ["How many?", "", "Why?"],
        "step_choices": ["5\r\n\r\n6\n", "", ""],
    }
    assert typed_steps(fields) == (STEP, Step("Tell", "", "", "Why?"))
    assert typed_steps({}) == ()
