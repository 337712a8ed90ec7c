"""A parameter that a route does not know is refused, on every route of the API; pages pass over it."""

import re

import pytest

from ledger_service.api.queries import ANY_QUERY
from scripts.permissions import operations

QUERIES = [
    (
        method,
        path,
        [item["name"] for item in operation.get("parameters", ()) if item["in"] == "query"],
    )
    for (method, path), operation in sorted(operations().items())
    if not ANY_QUERY.items() <= operation.items()
]


def filled(path):
    """Return a path with digits in the place of its parts."""
    return re.sub(r"\{[^}]+\}", "12" * 32, path)


@pytest.fixture(scope="module")
def call(library):
    """Return a function that asks as one who is let in: others are told nothing of the route."""
    clients = [
        library.client(),
        *map(library.client, ("reader", "registrar", "auditor", "admin", "service")),
    ]

    def ask(method, path, query):
        body = {} if method in ("patch", "post", "put") else None
        for client in clients:
            url = library.url + filled(path)
            answer = client.request(method, url, params=query, json=body)
            if answer.status_code not in (401, 403):
                return answer
        raise AssertionError("nobody is let in")

    return ask


@pytest.mark.parametrize(("method", "path", "known"), QUERIES, ids=str)
def test_an_unknown_parameter_is_refused_and_the_known_ones_are_named(
    call, problem, method, path, known
):
    document = problem(call(method, path, {"color": "12"}), 422, "invalid-input")
    assert document["reason"] == "invalid-input.unknown-parameter"
    assert document["values"] == {"name": "color", "known": ", ".join(sorted(known)) or "-"}


def test_a_protocol_of_others_tells_of_an_unknown_parameter_in_its_own_words(library):
    """Those that do are few, and each has tests of its own."""
    own = {path for (_, path), told in operations().items() if ANY_QUERY.items() <= told.items()}
    assert "/oai" in own
    answer = library.client().get(f"{library.url}/oai", params={"verb": "Identify", "color": "12"})
    assert 'code="badArgument"' in answer.text
    assert "color" in answer.text


@pytest.mark.parametrize(("method", "path", "known"), [row for row in QUERIES if row[2]], ids=str)
def test_every_parameter_in_the_document_is_known(call, method, path, known):
    answer = call(method, path, dict.fromkeys(known, "1"))
    assert "unknown-parameter" not in answer.text


@pytest.mark.parametrize("path", ["/", "/verify", "/problems/resource-not-found"])
def test_a_page_passes_over_what_others_append_to_its_address(call, path):
    assert call("GET", path, {"utm_source": "mail"}).status_code == 200
