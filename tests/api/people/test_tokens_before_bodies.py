"""A token is asked for before a body: whoever may not call has nothing of theirs read or waited for."""

import logging

import pytest

JSON = "Content-Type: application/json\r\n"


def operations(library):
    """Return method, path and operation of every route that takes a JSON body and a token."""
    paths = library.app.openapi()["paths"]
    return {
        (method.upper(), path): operation
        for path, methods in paths.items()
        for method, operation in methods.items()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
        and "security" in operation
    }


def head(method, path, *lines):
    path = path.replace("{digest}", "0" * 64)
    text = "".join(f"{line}\r\n" for line in lines)
    return f"{method} {path} HTTP/1.1\r\nHost: x\r\n{JSON}{text}\r\n".encode()


def test_no_route_waits_for_a_body_of_somebody_unknown(library, new_raw):
    found = operations(library)
    assert len(found) >= 5
    for method, path in found:
        for token in ((), ("Authorization: Bearer unknown",)):
            raw = new_raw()
            raw.send(head(method, path, "Content-Length: 1000", *token))
            assert raw.answer()[0] == 401, (method, path, token)


def test_no_route_judges_a_body_of_somebody_unknown(library, new_raw):
    for method, path in operations(library):
        raw = new_raw()
        raw.send(head(method, path, "Content-Length: 4", "Authorization: Bearer unknown") + b"{{{{")
        assert raw.answer()[0] == 401, (method, path)


def test_a_body_that_comes_later_is_read(library, new_raw):
    token = f"Authorization: Bearer {library.token('registrar')}"
    raw = new_raw()
    raw.send(head("POST", "/api/v1/registrations", "Content-Length: 4", token))
    raw.send(b"{{{{")
    assert raw.answer()[0] == 400


@pytest.mark.parametrize("path", ["/api/v1/registrations", "/api/v1/licenses"])
def test_a_caller_who_goes_while_sending_is_no_failure(library, new_raw, path, caplog, wait):
    caplog.set_level(logging.WARNING)
    token = f"Authorization: Bearer {library.token('registrar')}"
    raw = new_raw()
    raw.send(head("POST", path, "Content-Length: 1000", token) + b"{")
    wait(lambda: bool(library.server.holdings.slow), "the body is not waited for")
    raw.close()
    wait(lambda: not library.server.holdings.slow, "the request does not end")
    assert not caplog.records
