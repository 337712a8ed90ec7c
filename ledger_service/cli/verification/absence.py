"""The command for evidence that a digest is not in the ledger, and what `muhr verify` makes of it."""

from __future__ import annotations

import time
from pathlib import Path

import click

from ledger_service.adapters.remote import RemoteService
from ledger_service.cli.output import Command, api_option, print_document, remote, write_evidence
from ledger_service.cli.resources.named import digest_argument, digest_named
from ledger_service.cli.verification.trust import Trust
from ledger_service.domain.errors import CheckpointNotFound, LedgerError
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.verification.absence import Absence
from ledger_service.domain.verification.verdict import Verdict
from ledger_service.services.verification.check_evidence import check_evidence

WAIT_SECONDS = 60


@click.command(cls=Command)
@digest_argument
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Default: standard output.")
@click.option("--wait/--no-wait", default=True, help="Until a checkpoint is anchored.")
@api_option
def absence(digest: str, output: Path | None, wait: bool, api: str | None) -> None:
    """Get evidence that the ledger does not hold a digest; `muhr verify FILE --receipt` checks it."""
    service = remote(api)
    wanted = digest_named(service, digest)
    found = _fetch(service, wanted, WAIT_SECONDS if wait else 0).format()
    if output is None:
        print_document(found)
    else:
        write_evidence(output, found)


def _fetch(service: RemoteService, digest: Digest, seconds: int) -> Absence:
    deadline = time.monotonic() + seconds
    while True:
        try:
            found = service.absence(digest)
            if found.receipt.anchor is not None or time.monotonic() > deadline:
                return found
        except CheckpointNotFound:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.5)


def judge_absence(digest: Digest, evidence: Absence, trust: Trust) -> Verdict:
    """Return the verdict on a digest by evidence that it is absent."""
    asked, named = trust.for_absence(digest, evidence), evidence.receipt.anchor
    view = None if asked else trust.view(named.block if named else 0)
    return check_evidence(
        digest,
        evidence,
        trust.key,
        trust.check_signature,
        view,
        key_is_pinned=trust.is_pinned,
        anchor=asked.anchor if asked else None,
        no_view_because=asked.because if asked else trust.no_view_because,
        held_by=asked.held_by if asked else None,
    )


def look_for_absence(digest: Digest, service: RemoteService, trust: Trust) -> Verdict:
    """Return the verdict on a digest without a receipt: by evidence, else by the chain or a mere word."""
    try:
        evidence = service.absence(digest)
    except LedgerError:
        return trust.absence(digest)
    return judge_absence(digest, evidence, trust)


commands = (absence,)
