"""Claims in bulk on a real chain: anchored, verified without the service, promoted by their proof."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger_service.domain.content.content_id import RAW, ContentId
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.imports.prepared_claim import REGISTERED, PreparedClaim
from ledger_service.domain.resources.registration import Metadata
from ledger_service.services.imports.import_resources import import_into
from scripts.harness.running_library import RunningLibrary


def bytes_of(number: int) -> bytes:
    return b"book %d of the test of bulk" % number


def claim_on(number: int) -> PreparedClaim:
    data = bytes_of(number)
    digest, metadata = Digest.of(data), Metadata(f"No. {number}", "text/plain", len(data))
    return PreparedClaim(
        place=metadata.title,
        digest=digest.value,
        cid=ContentId(RAW, digest.value).base16(),
        metadata_digest=metadata.digest.value,
        license="CC-BY-4.0",
        title=metadata.title,
        media_type=metadata.media_type,
        size_bytes=len(data),
    )


def test_a_batch_is_verified_by_its_anchor_and_promoted_by_its_proof(
    library: RunningLibrary, wait: Callable[..., Any]
) -> None:
    claims = [claim_on(number) for number in range(50)]
    opened = library.opened
    with opened.store.write() as transaction:
        results = import_into(opened.library, transaction, claims)
    assert {result.outcome for result in results} == {REGISTERED}
    nobody, registrar = library.client(), library.client("registrar")
    for claim in (claims[0], claims[-1]):
        path = f"/resources/{claim.digest.hex()}"
        wait(lambda path=path: nobody.get(f"{path}/verdict").json()["authentic"], "not anchored")
        assert nobody.get(f"{path}/receipt").json()["index"] in {item.entry for item in results}
        assert nobody.get(path).json()[0]["state"] == "accepted"
    answer = registrar.post(f"/resources/{claims[7].digest.hex()}/promotion")
    assert answer.status_code == 202
    assert library.registered(claims[7].digest.hex())["state"] == "registered"
    verdict = f"/resources/{claims[7].digest.hex()}/verdict"
    wait(lambda: nobody.get(verdict).json()["authentic"], "the registration is not anchored")
    with (
        opened.library.content.upload() as upload
    ):  # the others are kept elsewhere: nothing to grant
        upload.write(bytes_of(8))
        upload.finish()
        upload.commit()
    grant = library.grant(claims[8].digest.hex())
    assert grant["state"] == "issued"
    refused = library.client("reader").post(f"/resources/{claims[9].digest.hex()}/promotion")
    assert refused.status_code == 403
