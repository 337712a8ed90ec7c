"""Commands for students: verify, receipt. Files are hashed here and stay here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ledger_service import messages
from ledger_service.adapters.given_files import read_given
from ledger_service.adapters.remote import RemoteService
from ledger_service.cli.output import (
    INCOMPLETE,
    NEGATIVE,
    POSITIVE,
    Command,
    api_option,
    as_json,
    print_document,
    print_json,
    progress,
    remote,
    say,
    tell,
    write_evidence,
)
from ledger_service.cli.resources.files import LeftOut, digest_of, files_argument, walk
from ledger_service.cli.resources.named import digest_argument, digest_named
from ledger_service.cli.verification.absence import judge_absence, look_for_absence
from ledger_service.cli.verification.over_ledgers import (
    ToldAnswer,
    ask_over_ledgers,
    print_over_ledgers,
    receipts_of_others,
    unless_missed,
)
from ledger_service.cli.verification.shown_verdict import print_verdict
from ledger_service.cli.verification.trust import Trust, load_trust
from ledger_service.cli.verification.whose import Trusts, charter_option, given_charter
from ledger_service.domain.errors import (
    EntryNotFound,
    InvalidInput,
    InvalidTlogProof,
    ResourceNotFound,
    ResourceNotYetRegistered,
    RouteUnknown,
    SignatureAwaited,
)
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.verification.absence import (
    LARGEST_ABSENCE_BYTES,
    Absence,
    is_absence,
)
from ledger_service.domain.verification.because import Because
from ledger_service.domain.verification.kept_file import PDF
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.tlog_proof import FIRST_LINE, TlogProof
from ledger_service.domain.verification.verdict import Axis, Outcome, Verdict, not_checked, untold
from ledger_service.domain.verification.verdict_state import VerdictState
from ledger_service.services.verification.check_receipt import StateView, check_receipt

if TYPE_CHECKING:
    from ledger_service.cli.verification.hints import Near
    from ledger_service.domain.verification.difference import Difference
    from ledger_service.domain.verification.likeness import Hint

UNKNOWN = (VerdictState.NOT_REGISTERED, VerdictState.ALTERED)
WAIT_SECONDS = 300
TLOG_PROOF = FIRST_LINE.encode()


@click.command(cls=Command)
@files_argument
@click.option("--receipt", "receipt_file", type=click.Path(exists=True, path_type=Path))
@click.option("--rpc", help="Chain node to ask; default $MUHR_RPC or the local embedded chain.")
@click.option(
    "--deployment", type=click.Path(path_type=Path), help="The library's deployment.json."
)
@charter_option
@click.option("--block-hash", help="Hash of the receipt's block, if you know it from elsewhere.")
@click.option(
    "--complete",
    is_flag=True,
    help="Read every event from the node, and prove that none lacks; takes long on a long chain.",
)
@click.option(
    "--near", help="A digest from which files that are not registered differ little: say where."
)
@click.option("--strict", is_flag=True, help="Exit with status 1 for what is superseded, too.")
@api_option
@as_json
def verify(
    files: tuple[Path, ...],
    receipt_file: Path | None,
    rpc: str | None,
    deployment: Path | None,
    block_hash: str | None,
    complete: bool,
    near: str | None,
    strict: bool,
    api: str | None,
    as_json: bool,
) -> None:
    """Verify files: hashed here, receipts and chain checked here. With --receipt, without the service.

    Without --receipt the service tells who has a file first, who else, and whose ledgers it asked, as of
    when; a receipt of another member of its consortium is checked by that member's key.
    The library's own node (/api/v1/rpc) makes a verdict `authentic_as_told`.
    A node proves what it says of a file against its newest block, in a dozen requests. With --complete all
    events are read; then other libraries' registrations are looked for, too, and an entry's CID and
    metadata are compared with the chain's. What a file differs in from that of --near is a hint only.

    Evidence of absence (muhr absence) is given with --receipt, too; the exit status is then 1 if the
    evidence holds, since the file is not registered, and 3 if it does not.
    """
    if receipt_file is not None and len(files) != 1:
        raise InvalidInput("one-file")
    service = remote(api)
    given = None if receipt_file is None else read_evidence(read_given(receipt_file))
    evidence = given.receipt if isinstance(given, Absence) else given
    charter = given_charter()
    trust = load_trust(deployment, rpc, service, evidence, charter, is_complete=complete)
    trusts = Trusts(trust, service, charter)
    known = None if block_hash is None else Digest.parse(block_hash.removeprefix("0x")).value
    named = None if near is None else (digest_named(service, near), remote(api, "reader"))
    verdicts: list[Verdict] = []
    answers: list[dict[str, Any]] = []
    left_out = LeftOut()
    for path in walk(files, left_out):
        verdict, told = _judged(_hashed(path, as_json), given, service, trusts, known)
        asked = trust if evidence is None else trusts.of(evidence)
        verdict = replace(verdict, is_as_told=asked.is_told_by(service.url))
        verdicts.append(verdict)
        hints = _hints(path, verdict, given, service, named)
        answers.append(_answer(verdict, hints, told))
        if not as_json:
            _print(verdict, hints, told, str(path))
    if as_json:
        print_json(answers)
    statuses = {verdict.state.exit_status(is_strict=strict) for verdict in verdicts}
    _exit_by(statuses | ({INCOMPLETE} if left_out.count else set()))


def _hashed(path: Path, quiet: bool) -> Digest:
    with progress(path.name, path.stat().st_size, quiet=quiet) as told:
        return digest_of(path, told)


def _hints(
    path: Path,
    verdict: Verdict,
    given: Receipt | Absence | None,
    service: RemoteService,
    near: Near | None,
) -> list[Hint | Difference]:
    """Return what a file is like that is not what was registered."""
    if verdict.state not in UNKNOWN:
        return []
    from ledger_service.cli.verification.hints import hints_for

    return hints_for(path, verdict, given, service, near)


def _answer(
    verdict: Verdict, hints: list[Hint | Difference], told: ToldAnswer | None
) -> dict[str, Any]:
    found = {**messages.verdict_json(verdict), "hints": [messages.hint_json(one) for one in hints]}
    return found if told is None else found | told.to_json()


def _print(
    verdict: Verdict, hints: list[Hint | Difference], told: ToldAnswer | None, name: str
) -> None:
    print_verdict(verdict, name)
    if told is not None:
        print_over_ledgers(told)
    for hint in hints:
        say(f"{name}: {messages.text(hint.reason)}", err=True)


def _exit_by(statuses: set[int]) -> None:
    worst = next((status for status in (NEGATIVE, INCOMPLETE) if status in statuses), POSITIVE)
    click.get_current_context().exit(worst)


def read_evidence(data: bytes) -> Receipt | Absence:
    """Return what a file that is given with --receipt holds: a receipt, or evidence of absence."""
    if not data.startswith(PDF):
        return _evidence_of(data)
    from ledger_service.adapters.content.pdf_attachments import attachments

    first, *others = attachments(data, LARGEST_ABSENCE_BYTES)
    try:
        return _evidence_of(first)
    except InvalidInput:
        for attached in others:
            with suppress(InvalidInput):
                return _evidence_of(attached)
        raise


def _evidence_of(data: bytes) -> Receipt | Absence:
    return Absence.parse(data) if is_absence(data) else read_receipt(data)


def read_receipt(data: bytes) -> Receipt:
    """Return the receipt of a file's bytes; a tlog-proof that carries its entry is one without anchor."""
    if not data.startswith(TLOG_PROOF):
        return Receipt.parse(data)
    proof = TlogProof.parse(data)
    if proof.extra is None:
        raise InvalidTlogProof("no-entry")
    return Receipt(proof.extra, proof.index, proof.proof, proof.checkpoint, None)


def _judged(
    digest: Digest,
    given: Receipt | Absence | None,
    service: RemoteService,
    trusts: Trusts,
    block_hash: bytes | None,
) -> tuple[Verdict, ToldAnswer | None]:
    """Return the verdict by the evidence given; else what the service tells, and by the receipts it has."""
    if isinstance(given, Absence):
        return judge_absence(digest, given, trusts.of(given.receipt)), None
    if given is not None:
        return _check(digest, given, trusts.of(given), block_hash), None
    told = ask_over_ledgers(service, digest)
    return _verdict(told, service, trusts, block_hash), told


def _verdict(
    told: ToldAnswer, service: RemoteService, trusts: Trusts, block_hash: bytes | None
) -> Verdict:
    """Return the verdict by the library's own receipts, else by those of others that have the digest."""
    digest, refused = told.digest, None
    try:
        receipts = _receipts(service, digest)
    except (SignatureAwaited, RouteUnknown, EntryNotFound, ResourceNotYetRegistered) as exc:
        receipts, refused = [], exc.reason
    checked = [_check(digest, one, trusts.of(one), block_hash) for one in receipts]
    unsure = [] if refused is None else [untold(digest, Because.RECEIPT_REFUSED, why=refused)]
    if all(verdict.is_negative for verdict in checked):
        others = list(_by_others(told, service, trusts, block_hash))
        checked += [verdict for verdict in others if verdict.steward is not None]
        unsure += [verdict for verdict in others if verdict.steward is None]
    best = _best(checked) or _best(unsure)
    return best or unless_missed(look_for_absence(digest, service, trusts.own), told)


def _by_others(
    told: ToldAnswer, service: RemoteService, trusts: Trusts, block_hash: bytes | None
) -> Iterator[Verdict]:
    """Yield verdicts by the receipts of others, to the first that is genuine.

    A receipt that does not hold speaks against whoever gave it, and not against the file: such a verdict
    names no steward.
    """
    for found in receipts_of_others(service, told):
        verdict = _check(told.digest, found, trusts.of(found), block_hash)
        evidence = verdict.findings[Axis.LEDGER], verdict.findings[Axis.BYTES]
        broken = next((one for one in evidence if one.outcome is Outcome.FAIL), None)
        if broken is not None:
            findings = dict.fromkeys(Axis, not_checked(Because.RECEIPT_BROKEN))
            findings[Axis.LEDGER] = not_checked(broken.reason)
            verdict = Verdict(told.digest, None, findings)
        yield verdict
        if verdict.state.is_genuine:
            return


def _receipts(service: RemoteService, digest: Digest) -> list[Receipt]:
    try:
        return service.receipts(digest)
    except ResourceNotFound:
        return []


def _check(digest: Digest, receipt: Receipt, trust: Trust, block_hash: bytes | None) -> Verdict:
    deployment = trust.deployment
    own = None if deployment is None else StateView(deployment, block_hash)
    view, state_view, because = None, own, trust.no_view_because
    asked = trust.for_receipt(receipt)
    can_ask = trust.rpc is not None and not receipt.is_of_other_ledger(trust.key)
    if asked is not None:
        receipt, state_view, because = asked.receipt, asked.view, asked.because
    elif can_ask and deployment is not None:
        from ledger_service.services.verification.ask_node import needed_block

        view, state_view = trust.view(needed_block(receipt)), None
        because = trust.no_view_because
    if block_hash is not None and state_view is None:
        state_view = own
    return check_receipt(
        digest,
        receipt,
        trust.key,
        trust.check_signature,
        view,
        state_view=state_view,
        key_is_pinned=trust.is_pinned,
        no_view_because=because,
    )


def _best(verdicts: list[Verdict]) -> Verdict | None:
    """Return the first wholly positive verdict, else the first genuine, else the first; None if none."""
    genuine = [item for item in verdicts if item.state.is_genuine]
    whole = [item for item in genuine if item.is_wholly_positive]
    return next(iter([*whole, *genuine, *verdicts]), None)


@click.command(cls=Command)
@digest_argument
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Default: standard output.")
@click.option("--wait/--no-wait", default=True, help="Until its checkpoint is anchored.")
@click.option("--tlog-proof", is_flag=True, help="As a C2SP tlog-proof, for other tools.")
@click.option("--pdf", type=click.Path(path_type=Path), help="Also as one page to print, here.")
@api_option
def receipt(
    digest: str,
    output: Path | None,
    wait: bool,
    tlog_proof: bool,
    pdf: Path | None,
    api: str | None,
) -> None:
    """Get the receipt of a resource: evidence that is checked offline.

    A name that ends in .gz gets it compressed, as it is best kept: verify takes either.
    """
    service = remote(api)
    wanted = digest_named(service, digest)
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            found = _fetch(service, wanted, tlog_proof)
            break
        except EntryNotFound:
            if not wait or time.monotonic() > deadline:
                raise
            time.sleep(0.5)
    if pdf is not None:
        service.download(f"/resources/{wanted}/receipt.pdf", pdf, lambda _: None)
        tell("cli.file.written", err=True, path=str(pdf), count=pdf.stat().st_size)
    if output is None and pdf is None:
        print_document(found)
    elif output is not None:
        write_evidence(output, found)


def _fetch(service: RemoteService, digest: Digest, tlog_proof: bool) -> bytes:
    if tlog_proof:
        return service.tlog_proof(digest).format()
    return Receipt.from_json(service.get(f"/resources/{digest}/receipt")).format()


commands = (verify, receipt)
