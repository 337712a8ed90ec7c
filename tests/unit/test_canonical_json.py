"""Canonical JSON: RFC 8785 for our values, the same bytes as an implementation that is not ours."""

from __future__ import annotations

import contextlib
from enum import IntFlag, StrEnum

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidJson

LARGEST = canonical_json.LARGEST_INTEGER

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_the_bytes_are_those_of_another_implementation(value: object) -> None:
    assert canonical_json.canonicalize(value) == rfc8785.dumps(value)


@given(values)
def test_parsing_undoes_canonicalizing(value: object) -> None:
    assert canonical_json.parse_canonical(canonical_json.canonicalize(value)) == value


@given(st.binary(max_size=40))
def test_arbitrary_bytes_parse_or_are_refused_as_invalid_json(data: bytes) -> None:
    with contextlib.suppress(InvalidJson):
        canonical_json.parse(data)


@given(st.text('{}[]",:\\ud8f019- ', max_size=40) | st.text('[]{}"u\\', max_size=80))
def test_what_is_parsed_has_a_canonical_form(text: str) -> None:
    try:
        value = canonical_json.parse(text.encode())
    except InvalidJson:
        return
    assert canonical_json.parse_canonical(canonical_json.canonicalize(value)) == value


def test_names_are_sorted_by_utf16_code_units() -> None:
    # The example of RFC 8785 §3.2.3: the emoji's surrogates stand before the Hebrew presentation form.
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = canonical_json.canonicalize(dict.fromkeys(names, 0)).decode()
    order = ["\\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert written == "{" + ",".join(f'"{name}":0' for name in order) + "}"


def test_only_control_characters_quotes_and_backslashes_are_escaped() -> None:
    assert canonical_json.canonicalize('\b\t\n\f\r\x01\x1f"\\/\x7f\u2028ʻ') == (
        b'"\\b\\t\\n\\f\\r\\u0001\\u001f\\"\\\\/\x7f' + "\u2028ʻ".encode() + b'"'
    )


class Color(StrEnum):
    RED = "red"


class Bits(IntFlag):
    BOTH = 3


def test_enumerations_and_tuples_are_written_as_their_values() -> None:
    assert canonical_json.canonicalize((Color.RED, Bits.BOTH)) == b'["red",3]'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"\xed\xa0\x80",
        b'"\\ud800"',
        b'{"\\udfff":1}',
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"1.0",
        b"1e2",
        b"-0.0",
        b"01",
        b"9007199254740992",
        b"-9007199254740992",
        b"1" * 5000,
        b'{"a":1,"a":1}',
        b'{"a":1,"\\u0061":2}',
        b"[" * 18 + b"]" * 18,
        b"[" * 100_000,
        b"{} {}",
        b"'a'",
    ],
)
def test_what_our_formats_do_not_have_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidJson):
        canonical_json.parse(data)


def test_the_largest_integers_and_the_deepest_nesting_are_taken() -> None:
    for number in (LARGEST, -LARGEST):
        assert canonical_json.parse(str(number).encode()) == number
    deepest = b"[" * 16 + b"0" + b"]" * 16
    assert canonical_json.canonicalize(canonical_json.parse(deepest)) == deepest


def test_many_brackets_side_by_side_or_in_text_are_not_deep() -> None:
    for data in (
        b"[" + b"[]," * 40 + b"[]]",
        b'{"a":"' + b"[{" * 40 + b'"}',
        b'["\\"' + b"[" * 40 + b'"]',
    ):
        assert canonical_json.canonicalize(canonical_json.parse(data)) == data


def test_a_value_nested_too_deep_is_refused() -> None:
    value: list[object] = []
    for _ in range(17):
        value = [value]
    with pytest.raises(InvalidJson, match=r"invalid-json.depth"):
        canonical_json.canonicalize(value)


@pytest.mark.parametrize("data", [b'{"b":1,"a":2}', b"[1, 2]", b"-0", b'"\\u0061"', b" 1", b"1\n"])
def test_another_spelling_of_a_value_is_not_canonical(data: bytes) -> None:
    canonical_json.parse(data)
    with pytest.raises(InvalidJson, match=r"invalid-json.not-canonical"):
        canonical_json.parse_canonical(data)


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), b"bytes", bytearray(b"x"), {1: 2}, {None: 1}, object(), {1, 2}, "\ud800"],
)
def test_values_without_a_canonical_form_are_refused(value: object) -> None:
    with pytest.raises(InvalidJson):
        canonical_json.canonicalize(value)


@pytest.mark.parametrize(
    "number",
    [LARGEST + 1, -LARGEST - 1, pytest.param(10**5000, id="5001 digits")],
)
def test_integers_that_not_every_reader_keeps_are_refused(number: int) -> None:
    with pytest.raises(InvalidJson, match=r"invalid-json.integer"):
        canonical_json.canonicalize(number)
