"""A witness in the same process: implements ports.WitnessClient over the real rules and the real file.

A test can cut the line, let the answer get lost on its way, or put another in its place.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ledger_service.adapters.signer import Ed25519Signer, check_ed25519
from ledger_service.adapters.witness_store import SqliteWitnessStore
from ledger_service.domain.errors import ServiceUnavailable
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.publication.cosignature import WitnessKey
from ledger_service.domain.publication.submission import Submission
from ledger_service.services.publication.cosign_checkpoint import cosign_checkpoint


class WitnessSimulator:
    """Implements ports.WitnessClient.

    Attributes:
        is_away: it does not answer, and sees nothing.
        loses_answers: it cosigns, but its answer does not arrive.
        change_answer: what is made of its answer.
    """

    def __init__(
        self, folder: Path, signer: Ed25519Signer, clock: Callable[[], int], log: VerifierKey
    ) -> None:
        self.store = SqliteWitnessStore(folder / f"{signer.key.name.replace('/', '-')}.db")
        self.store.add(log)
        self.signer = signer
        self.clock = clock
        self.key = WitnessKey(signer.key.name, signer.key.public_key)
        self.asked: list[Submission] = []
        self.is_away = False
        self.loses_answers = False
        self.change_answer: Callable[[str], str] = lambda answer: answer

    def add_checkpoint(self, submission: Submission) -> str:
        if self.is_away:
            raise ServiceUnavailable("witness", url="here", cause="none")
        self.asked.append(submission)
        answer = cosign_checkpoint(
            self.store, self.signer, self.clock, submission.format(), check_ed25519
        )
        if self.loses_answers:
            raise ServiceUnavailable("witness", url="here", cause="lost")
        return self.change_answer(answer)

    @property
    def size(self) -> int:
        """The size that it cosigned last."""
        return self.store.all()[0][1]
