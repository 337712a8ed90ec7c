"""Which role sees which field: every route, asked by every role about what there is, as the table says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from ledger_service.api.callers import permission_of
from ledger_service.domain.lending.commitment import pseudonym
from ledger_service.domain.people.caller import Role
from scripts.fields import REFERENCE, answer_of, far, matrix
from scripts.harness.waiting import wait_until
from scripts.permissions import callers, document, operations

DOCUMENT, OPERATIONS = document(), operations()
CALLERS = {name: caller for name, caller in callers().items() if name != "operator"}
COLUMNS = {name: place for place, name in enumerate(callers())}
SEEN = matrix(DOCUMENT, callers())
PUBLISHER = "Fan"
COLLEAGUE = "dilnoza of the reading room"
MANIFEST = b'{"digest": "%s", "size_bytes": 5, "title": "x"}\n' % (b"7" * 64)
ASKED = [(route, name) for route in sorted(OPERATIONS) for name in CALLERS]
OPTIONAL = {
    kind: frozenset(schema.get("properties", {})) - frozenset(schema.get("required", ()))
    for kind, schema in DOCUMENT["components"]["schemas"].items()
}
"""The fields of each object that are left out where there is nothing to say."""
UPLOADS = {("post", "/api/v1/resources"), ("post", "/api/v1/imports")}


@pytest.fixture(scope="module")
def there(library) -> dict[str, str]:
    """Return a name of each thing that paths name, of things that there are."""
    registrar = library.client("registrar", COLLEAGUE)
    registered = library.register()
    digest = registered["digest"]
    publisher = {"publisher": PUBLISHER}
    registrar.post(f"/resources/{digest}/descriptions", json=publisher).raise_for_status()
    grant = library.grant(digest)["grant"]
    reader = library.client("reader", library.readers[0])
    opening = reader.post("/openings", json={"digest": digest}).json()
    reader.post("/grants", json={"digest": digest, "reader": library.readers[0], "until": 1})
    library.license("fields-lent", seats=7, longest_loan_seconds=86_407)
    lent = library.register(license="fields-lent")["digest"]
    asked = reader.post("/requests", json={"digest": lent}).json()["request"]
    params, kind = {"license": "CC-BY-4.0"}, {"Content-Type": "application/jsonl"}
    job = registrar.post("/imports", params=params, content=MANIFEST, headers=kind).json()["id"]
    audit = library.client("auditor").post("/audits").json()["number"]
    library.anchored()
    check = registrar.post("/fixity").json()["number"]
    wait_until(lambda: registrar.get(f"/fixity/{check}").json()["ended_at"], "the check goes on")
    return {
        "digest": digest,
        "cid": registered["cid"],
        "grant": grant,
        "job": job,
        "request": asked,
        "intent": "0" * 64,
        "name_or_id": "CC-BY-4.0",
        "secret": opening["content"].split("/")[-2],
        "token": "0" * 16,
        "path": "0/000",
        "number": str(check),
        "audience": "public",
        "audit": str(audit),
        "hour": "0",
        "month": "2026-10",
        "index": "0",
        "case": "0" * 64,
        "colleague": "999999999",
        "steward": library.opened.library.steward.hex(),
        "collection": "0" * 64,
        "group": "0" * 32,
        "hook": "0" * 32,
        "key": "0" * 64,
        "kind": "lent",
        "mirror": "0" * 64,
        "note": "0" * 32,
        "page": "1",
        "peer": "0" * 32,
        "rest": "1",
        "region": "full",
        "size": "max",
        "cohort": "0" * 32,
        "reader": "0" * 32,
        "project": "0" * 32,
        "paper": "0" * 32,
        "invitation": "0" * 32,
        "file": "0" * 32,
        "member": "1",
        "event": "0" * 16,
        "hall": "0" * 32,
        "statement": "0" * 64,
        "credential": "0" * 32,
        "list_number": "1",
        "version": "1",
        "browser": "0" * 16,
        "license_id": "0" * 36,
    }


@pytest.fixture(scope="module")
def call(library, there) -> Iterator[Callable[[tuple[str, str], str], httpx.Response]]:
    """Return a function that asks a route as a role, about what there is; what would change it is refused."""
    # A refusal that comes before the body ends its connection, so that none is used again.
    limits = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(base_url=library.url, trust_env=False, timeout=60, limits=limits) as client:

        def send(route: tuple[str, str], name: str) -> httpx.Response:
            method, path = route
            ends = path.endswith(("/revocation", "/return"))
            filled = re.sub(r"\{(\w+)\}", lambda at: "0" * 64 if ends else there[at[1]], path)
            subject = COLLEAGUE if name == "registrar" else None
            token = "" if name == "anybody" else library.token(name, subject)
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            body = {"digest": there["digest"], "reader": library.readers[0], "until": 2_000_000_000}
            bodies = {"/api/v1/grants": body, "/api/v1/openings": {"digest": there["digest"]}}
            more = {"json": bodies.get(path, {})} if method == "post" else {}
            if route in UPLOADS:
                more = {"content": b"", "headers": {"Content-Type": "text/plain"}}
            return client.request(method, filled, **{**more, "headers": headers})

        yield send


def told(schema: dict[str, Any], value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each object of an answer with its name."""
    if "anyOf" in schema:
        schema = next((one for one in schema["anyOf"] if "$ref" in one), {})
    if isinstance(value, list):
        for item in value:
            yield from told(schema.get("items", {}), item)
    if "$ref" not in schema or not isinstance(value, dict):
        return
    name = schema["$ref"].removeprefix(REFERENCE)
    if not name.startswith("Page_"):
        yield name, value
    for field, within in DOCUMENT["components"]["schemas"][name]["properties"].items():
        yield from told(within, value.get(field))


@pytest.mark.parametrize(("route", "name"), ASKED, ids=str)
def test_an_answer_shows_a_role_what_the_table_says(call, library, route, name) -> None:
    answer = call(route, name)
    operation = OPERATIONS[route]
    if far(CALLERS[name], permission_of(operation)) is None:
        assert not answer.is_success
        return
    assert answer.status_code < 500
    if answer.is_success and answer_of(operation):
        for kind, item in told(answer_of(operation), answer.json()):
            fields = DOCUMENT["components"]["schemas"][kind]["properties"]
            assert item.keys() <= fields.keys()
            assert fields.keys() - item.keys() <= OPTIONAL[kind]
            for field, schema in fields.items():
                if field in OPTIONAL[kind]:
                    assert item.get(field, "") is not None, (kind, field)
                    continue
                seen = SEEN[kind][field][COLUMNS[name]]
                if not seen:
                    assert item[field] is None, (kind, field)
                elif "x-permission" in schema:
                    assert item[field] is not None, (kind, field)


def test_a_field_may_be_left_out_of_an_answer_only_if_every_role_may_see_it() -> None:
    left_out = {(kind, field) for kind in SEEN for field in OPTIONAL[kind]}
    assert ("RegistrationShape", "publisher") in left_out
    for kind, field in left_out:
        assert "x-permission" not in DOCUMENT["components"]["schemas"][kind]["properties"][field]


@pytest.mark.parametrize("name", CALLERS)
def test_every_role_sees_what_a_record_has_and_nothing_of_what_it_lacks(call, name) -> None:
    [found] = call(("get", "/api/v1/resources/{digest}"), name).json()
    assert found["publisher"] == PUBLISHER
    assert found.keys() & OPTIONAL["RegistrationShape"] == {"publisher"}


GOT = {
    ("get", "/api/v1/acts"),
    ("get", "/api/v1/grants"),
    ("get", "/api/v1/grants/{grant}"),
    ("get", "/api/v1/imports"),
    ("get", "/api/v1/imports/{job}"),
    ("get", "/api/v1/imports/{job}/report"),
    ("get", "/api/v1/ledger/private-parts"),
    ("get", "/api/v1/openings/{secret}/content"),
    ("get", "/api/v1/requests"),
    ("get", "/api/v1/requests/{request}"),
    ("get", "/api/v1/resources/{digest}"),
    ("get", "/api/v1/resources/{digest}/changes"),
    ("get", "/api/v1/tokens"),
    ("post", "/api/v1/grants"),
    ("post", "/api/v1/openings"),
}


@pytest.mark.parametrize("route", sorted(GOT), ids="-".join)
def test_what_is_asked_about_is_there_for_some_role(call, route) -> None:
    """The test above sees fields, and not only refusals."""
    assert any(call(route, name).is_success for name in CALLERS)


@pytest.mark.parametrize(("route", "name"), ASKED, ids=str)
def test_names_of_people_are_in_no_answer_to_whom_they_are_not_told(
    call, library, route, name
) -> None:
    """Whatever form an answer has, also that of a refusal."""
    text = call(route, name).text
    with library.opened.store.read() as transaction:
        key = transaction.access.reader_key(library.readers[0])
    opened, is_own = library.opened.library, (name, route[1]) == ("reader", "/api/v1/me/export")
    hidden = {
        library.readers[0]: name in ("registrar", "reader", "admin"),  # who ends their tokens
        COLLEAGUE: name in ("registrar", "admin", "service"),
        pseudonym(key, opened.steward, opened.clock()).hex(): name == "auditor" or is_own,
    }
    assert [secret for secret, is_told in hidden.items() if secret in text and not is_told] == []
    assert library.token(Role.REGISTRAR.value, COLLEAGUE) not in text


def test_an_auditor_cannot_join_a_pseudonym_to_a_readers_name(library, auditor, there) -> None:
    parts = auditor.get("/ledger/private-parts", params={"limit": 500}).json()["items"]
    assert any(there["grant"] in (part["body"] or "") for part in parts)
    assert auditor.get(f"/grants/{there['grant']}").json()["reader"] is None
    everything = auditor.get("/grants", params={"limit": 200}).text
    assert not any(reader in everything for reader in library.readers)
