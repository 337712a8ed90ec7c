"""The story of a file on each chain: registered, verified, lent, opened, taken back, audited."""

import hashlib

import pytest

CHAINS = ["anvil", "older_anvil", "geth", pytest.param("clique", marks=pytest.mark.nightly)]


@pytest.fixture(params=CHAINS)
def chain(request):
    return request.getfixturevalue(request.param)


def test_a_file_is_registered_verified_lent_taken_back_and_audited(
    chain, library_on, muhr, fresh_bytes, tmp_path
):
    library = library_on(chain)
    book = tmp_path / "book.pdf"
    book.write_bytes(fresh_bytes(100_000))
    digest = hashlib.sha256(book.read_bytes()).hexdigest()
    assert library.register(book.read_bytes())["digest"] == digest
    library.anchored()
    student = {
        "MUHR_HOME": str(tmp_path / "student"),
        "MUHR_API": library.url,
        "MUHR_DEPLOYMENT": str(library.home / "deployment.json"),
        "MUHR_RPC": chain.url,
    }
    verified = muhr(student, "verify", book)
    assert verified.status == 0, verified
    grant = library.grant(digest)
    reader = library.client("reader")
    assert reader.post("/openings", json={"digest": digest}).status_code == 201
    revoked = library.client("registrar").post(f"/grants/{grant['grant']}/revocation")
    assert revoked.status_code == 202, revoked.text
    library.granted(grant["grant"], "revoked")
    assert reader.post("/openings", json={"digest": digest}).status_code == 403
    report = library.audit()
    assert report.findings == []
    assert (report.decisions.openings, report.decisions.denials) == (1, 1)
