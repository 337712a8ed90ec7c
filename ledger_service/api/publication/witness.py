"""The one route of a witness: C2SP tlog-witness `POST /add-checkpoint`. An application of its own.

Statuses and bodies are those of the specification, not problem documents: its clients are other
people's ledgers. Normative text: docs/formats.md §15.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import FastAPI, Request, Response

from ledger_service import messages
from ledger_service.domain.errors import (
    InvalidCheckpointSignature,
    InvalidConsistencyProof,
    InvalidInput,
    LedgerError,
    LogNotKnown,
    Unavailable,
    WitnessHasOtherSize,
)
from ledger_service.domain.publication.submission import LARGEST_SUBMISSION_BYTES

logger = logging.getLogger("muhr.witness")

AT_ONCE = (
    4  # submissions that are looked at; others wait, and take no thread from the library's readers
)
STATUS: dict[type[LedgerError], int] = {
    InvalidInput: 400,
    InvalidCheckpointSignature: 403,
    LogNotKnown: 404,
    WitnessHasOtherSize: 409,
    InvalidConsistencyProof: 422,
    Unavailable: 503,
}


def make_witness_app(cosign: Callable[[bytes], str]) -> FastAPI:
    """Return the application of a witness. cosign: returns the line for a body; raises LedgerError."""
    app = FastAPI(openapi_url=None, title="Muhr witness")
    threads = CapacityLimiter(AT_ONCE)

    @app.post("/add-checkpoint")
    async def add_checkpoint(request: Request) -> Response:
        """Return a cosignature line for a checkpoint that extends the last one."""
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > LARGEST_SUBMISSION_BYTES:
                return _answer(413, f"A submission is at most {LARGEST_SUBMISSION_BYTES} bytes.\n")
        try:
            line = await run_sync(cosign, body, limiter=threads)
        except LedgerError as exc:
            return _refusal(exc)
        return _answer(200, line)

    return app


def _refusal(error: LedgerError) -> Response:
    if isinstance(error, InvalidConsistencyProof):  # of a checkpoint that its ledger did sign
        logger.warning("refused: %s", messages.detail(error))
    if isinstance(error, WitnessHasOtherSize):
        return _answer(409, f"{error.size}\n", "text/x.tlog.size")
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    return _answer(status, messages.detail(error) + "\n")


def _answer(status: int, text: str, media_type: str = "text/plain; charset=utf-8") -> Response:
    response = Response(text, status, {"Cache-Control": "no-store"})
    response.headers["content-type"] = media_type
    return response
