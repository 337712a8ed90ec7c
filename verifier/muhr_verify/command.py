"""The command muhr-verify."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from muhr_verify import __version__, messages, verify
from muhr_verify.adapters.given_files import open_given, read_given
from muhr_verify.domain import foreign_text
from muhr_verify.domain.chain.deployment import Deployment
from muhr_verify.domain.errors import (
    InvalidInput,
    LedgerError,
    Unavailable,
    VerificationError,
)
from muhr_verify.domain.verification.verdict import Outcome, Verdict
from muhr_verify.messages.languages import of_locale

if TYPE_CHECKING:
    from muhr_verify.adapters.evm.json_rpc import JsonRpc

NEGATIVE, MISUSED, UNAVAILABLE = 1, 2, 4
MARKS = {Outcome.PASS: "✓", Outcome.FAIL: "✗", Outcome.NOT_CHECKED: "?"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify one file; return the exit status."""
    given = _parser().parse_args(arguments)
    messages.speak(of_locale(os.environ))
    try:
        if given.rpc and not given.deployment:
            raise InvalidInput("deployment-not-named")
        pinned = foreign_text.parse(read_given(given.deployment)) if given.deployment else None
        node = _node(given.rpc) if given.rpc else None
        verdict = verify(
            _digest_of(given.file),
            read_given(given.receipt),
            pinned,
            block_hash=given.block_hash,
            request=node.request if node else None,
            requests=node.requests if node else None,
        )
        if given.rpc and pinned and Deployment.parse(pinned).is_told_by(given.rpc):
            verdict = replace(verdict, is_as_told=True)
    except (LedgerError, OSError, UnicodeDecodeError) as exc:
        return _failed(exc, as_json=given.json)
    if given.json:
        print(json.dumps(messages.verdict_json(verdict), ensure_ascii=False, indent=2))
    else:
        _print(verdict, given.file)
    return verdict.state.exit_status(is_strict=given.strict)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="muhr-verify",
        description="Verify a file by its Muhr receipt, or by evidence that it is not registered.",
        epilog="Exit status: 0 authentic or superseded, 1 withdrawn, altered, without authority or not "
        "registered, 2 misused, 3 offline, waiting or not checked, 4 the node does not answer.",
    )
    parser.add_argument("file", type=Path, help="the file; it is hashed here and stays here")
    parser.add_argument(
        "--receipt", type=Path, required=True, help="the receipt, or the evidence of absence"
    )
    parser.add_argument("--deployment", type=Path, help="the library's deployment.json")
    parser.add_argument("--block-hash", help="hash of the receipt's block, if you know it")
    parser.add_argument("--rpc", help="URL of an EVM node to ask, of your own choosing")
    parser.add_argument("--strict", action="store_true", help="superseded is status 1, too")
    parser.add_argument("--json", action="store_true", help="machine-readable output")
    parser.add_argument("--version", action="version", version=__version__)
    return parser


def _digest_of(path: Path) -> str:
    with open_given(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _print(verdict: Verdict, name: Path) -> None:
    print(f"{name}: {messages.headline(verdict.state)}")
    names = {axis: messages.said("page.axis." + axis.value) for axis in verdict.findings}
    width = 1 + max(map(len, names.values()), default=0)
    for axis, finding in verdict.findings.items():
        print(f"  {MARKS[finding.outcome]} {names[axis]:<{width}}{messages.because(finding)}")
    if not verdict.is_wholly_positive:
        print(f"{name}: {messages.next_step(verdict.state)}", file=sys.stderr)


def _failed(error: Exception, *, as_json: bool) -> int:
    detail = messages.detail(error) if isinstance(error, LedgerError) else str(error)
    if as_json:
        slug = error.slug() if isinstance(error, LedgerError) else "unreadable-file"
        reason = error.reason.to_json() if isinstance(error, LedgerError) else {}
        print(json.dumps({"error": slug, **reason, "detail": detail}))
    print(f"muhr-verify: {detail}", file=sys.stderr)
    if isinstance(error, Unavailable):
        return UNAVAILABLE
    return NEGATIVE if isinstance(error, VerificationError) else MISUSED


def _node(url: str) -> JsonRpc:
    """Return an EVM node that is not asked yet."""
    from muhr_verify.adapters.evm.json_rpc import JsonRpc
    from muhr_verify.adapters.http_client import check_url

    check_url(url)
    return JsonRpc(url)
