"""The story of a file on each chain: registered, verified, lent, opened, taken back, audited."""

import pytest

from ledger_service.domain.chain.keccak import keccak256
from ledger_service.domain.verification.receipt import Receipt

CHAINS = ["anvil", "older_anvil", "geth", pytest.param("clique", marks=pytest.mark.nightly)]


@pytest.fixture(params=CHAINS)
def chain(request):
    return request.getfixturevalue(request.param)


def test_a_file_is_registered_verified_lent_taken_back_and_audited(
    chain, library_on, verified, fresh_bytes
):
    library = library_on(chain)
    book = fresh_bytes(100_000)
    digest = library.register(book)["digest"]
    library.anchored()
    assert verified(library, book) == 0
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


def test_a_receipt_carries_the_state_of_the_chain(chain, library_on, fresh_bytes):
    library = library_on(chain)
    digest = library.register(fresh_bytes())["digest"]
    library.anchored()
    receipt = library.client("registrar").get(f"/resources/{digest}/receipt")
    state = Receipt.parse(receipt.content).state
    assert state is not None
    block = chain.rpc("eth_getBlockByHash", "0x" + keccak256(state.header).hex(), False)
    assert block is not None  # the header is the chain's own
