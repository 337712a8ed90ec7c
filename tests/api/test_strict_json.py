"""JSON that readers disagree on, or that would exhaust one: always a 4xx, and nothing changes."""

import json

import pytest

ROUTES = ["/licenses", "/grants", "/openings"]
JSON = {"Content-Type": "application/json"}

NOT_JSON = {
    "nothing": b"",
    "NaN": b'{"until": NaN}',
    "Infinity": b'{"until": Infinity}',
    "minus Infinity": b'{"until": -Infinity}',
    "1e400": b'{"until": 1e400}',
    "a float": b'{"until": 1.0}',
    "duplicate names": b'{"name": "a", "name": "b"}',
    "duplicate names below": b'{"x": {"name": 1, "name": 1}}',
    "half a surrogate pair": b'{"name": "\\ud800"}',
    "half a pair as a name": b'{"\\udfff": 1}',
    "deep nesting": b"[" * 10_000 + b"]" * 10_000,
    "deep objects": b'{"x":' * 30 + b"1" + b"}" * 30,
    "unclosed nesting": b"[" * 60_000,
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "UTF-16 without a mark": '{"name": "a"}'.encode("utf-16-le"),
    "UTF-32": '{"name": "a"}'.encode("utf-32"),
    "Latin-1": '{"name": "é"}'.encode("latin-1"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "an overlong encoding": b'{"name": "\xc0\x80"}',
    "an encoded surrogate": b'{"name": "\xed\xa0\x80"}',
    "a bare NUL": b'{"name": "\x00"}',
    "a NUL after it": b"{}\x00",
    "an integer of 5,000 digits": b'{"until": ' + b"9" * 5000 + b"}",
    "minus 5,000 digits": b'{"until": -' + b"9" * 5000 + b"}",
    "2^63": b'{"until": 9223372036854775808}',
    "2^53": b'{"until": 9007199254740992}',
    "a comment": b'{"name": "a" /* b */}',
    "a trailing comma": b'{"name": "a",}',
    "single quotes": b"{'name': 'a'}",
    "two documents": b"{}{}",
    "cut off": b'{"name": "a',
    "too large": b'{"name": "' + b"x" * 70_000 + b'"}',
    "too large of spaces": b" " * 70_000 + b"{}",
}
OTHER_SHAPES = [
    b"null",
    b"true",
    b"0",
    b'"text"',
    b"[]",
    b"[{}]",
    b"{}",
    b'{"__proto__": {}}',
    b'{"digest": null}',
    b'{"digest": 1, "reader": [], "until": "soon", "name": {}, "rights": 5}',
]
GOOD_GRANT = {"digest": "0" * 64, "reader": "0" * 32, "until": 2_000_000_000}
GOOD_LICENSE = {"name": "n", "rights": "InC", "longest_loan_seconds": 60}

pytestmark = pytest.mark.usefixtures("unchanged")


@pytest.fixture
def post(registrar, reader):
    """Return a function that posts a raw body as whoever the route is for."""

    def send(route, body, **headers):
        client = reader if route == "/openings" else registrar
        return client.post(route, content=body, headers={**JSON, **headers})

    return send


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("what", NOT_JSON)
def test_what_is_not_strict_json_is_refused(post, problem, route, what):
    problem(post(route, NOT_JSON[what]), 400 if what != "nothing" else 422)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("body", OTHER_SHAPES)
def test_json_of_another_shape_is_refused_with_pointers(post, problem, route, body):
    found = problem(post(route, body), 422, "invalid-input")
    assert all(fault["pointer"].startswith("/body") for fault in found["errors"])


@pytest.mark.parametrize("route", ROUTES)
def test_a_large_body_of_unannounced_size_is_refused(post, problem, route):
    problem(post(route, (b" " * 10_000 for _ in range(10))), 400, "invalid-json")


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/json"])
def test_a_body_of_another_type_is_refused(post, problem, route, kind):
    problem(post(route, b"{}", **{"Content-Type": kind}), 415, "wrong-content-type")


@pytest.mark.parametrize(
    "change",
    [
        {"digest": "0" * 63},
        {"digest": "A" * 64},
        {"digest": "0x" + "0" * 64},
        {"digest": "0" * 64 + "\n"},
        {"digest": "０" * 64},
        {"until": -1},
        {"until": True},
        {"until": "2000000000"},
        {"until": 2**53 - 1},
        {"reader": "x" * 65},
        {"reader": "\u0000"},
        {"reader": "😀"},
        {"scopes": []},
        {"scopes": ["read", "read", "read", "read"]},
        {"scopes": ["everything"]},
        {"scopes": ["__class__"]},
        {"scopes": "read"},
        {"extra": 1},
    ],
    ids=str,
)
def test_a_grant_of_malformed_values_is_refused(post, change):
    answer = post("/grants", json.dumps({**GOOD_GRANT, **change}).encode())
    assert 400 <= answer.status_code < 500, answer.text


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "-x"},
        {"name": "a b"},
        {"name": "a/b"},
        {"name": "a\u0000"},
        {"name": "x" * 64},
        {"name": "é"},
        {"rights": ""},
        {"rights": "javascript:alert(1)"},
        {"rights": "http://a b"},
        {"rights": "https://é.example/"},
        {"rights": "https://a/\n"},
        {"rights": "https://" + "a" * 600},
        {"seats": 0},
        {"seats": -1},
        {"seats": 2**32 - 1},
        {"seats": 2**52},
        {"seats": True},
        {"longest_loan_seconds": 0},
        {"longest_loan_seconds": 2**52},
        {"self_service": 1},
        {"self_service": "yes"},
        {"policy_digest": "0" * 64},
    ],
    ids=str,
)
def test_a_license_of_malformed_values_is_refused(post, change):
    answer = post("/licenses", json.dumps({**GOOD_LICENSE, **change}).encode())
    assert answer.status_code == 422, answer.text
