"""The command for auditors: everything is recomputed in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ledger_service import config as configuration
from ledger_service import messages
from ledger_service.adapters.audit.audited_service import AuditedService
from ledger_service.adapters.given_files import read_given
from ledger_service.adapters.remote_tiles import RemoteTiles
from ledger_service.cli.audit.former import contracts_of
from ledger_service.cli.audit.history import History, asked_history, history_options
from ledger_service.cli.output import (
    INCOMPLETE,
    NEGATIVE,
    Command,
    api_option,
    as_json,
    draw_bar,
    print_json,
    remote,
    say,
    sentence,
    token_option,
)
from ledger_service.cli.verification.trust import load_trust
from ledger_service.domain.errors import InvalidInput, LedgerError
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.publication.policy import Policy
from ledger_service.services.audit.audit_ledger import AuditReport, audit_ledger

if TYPE_CHECKING:
    from ledger_service.adapters.remote import RemoteService


@click.command(cls=Command)
@click.option("--rpc", help="Chain node to ask; default $MUHR_RPC or the local embedded chain.")
@click.option(
    "--deployment", type=click.Path(path_type=Path), help="The library's deployment.json."
)
@click.option(
    "--former-rpc",
    multiple=True,
    help="A node of a chain that the library has left, for the part of the ledger before.",
)
@click.option("--public", "public_only", is_flag=True, help="Leave openings out; needs no token.")
@click.option(
    "--policy",
    "policy_file",
    type=click.Path(exists=True, path_type=Path),
    help="Which witnesses must have cosigned (C2SP tlog-policy).",
)
@click.option("--tiles", help="URL of the ledger's tiles; default the service's own.")
@click.option("--cache", type=click.Path(path_type=Path), help="Folder that keeps full tiles.")
@api_option
@token_option
@history_options
@as_json
def audit(
    rpc: str | None,
    former_rpc: Sequence[str],
    deployment: Path | None,
    public_only: bool,
    policy_file: Path | None,
    tiles: str | None,
    cache: Path | None,
    api: str | None,
    token_file: Path | None,
    as_json: bool,
    **asked: Any,
) -> None:
    """Audit the ledger against the chain. Exit status 0 only if nothing was found and all was checked.

    --history tells who opened what and when, or why they were refused, of the decisions that open their
    entries. Readers have pseudonyms. What the audit found goes to standard error then.
    """
    policy = None if policy_file is None else Policy.parse(read_given(policy_file))
    service = (api or configuration.load().api).rstrip("/")
    ledger = RemoteTiles(tiles or service + "/muhr", cache)
    source = remote(api, None if public_only else "auditor", token_file, ledger)
    history = asked_history(source, public_only=public_only, as_json=as_json, **asked)
    trust = load_trust(deployment, rpc, source)
    assert trust.deployment is not None  # only a receipt can do without
    if trust.reader is None:
        raise InvalidInput("no-node-named")
    report = audit_ledger(
        AuditedService(source),
        trust.reader,
        trust.key,
        trust.check_signature,
        steward=StewardId.parse(trust.deployment.steward),
        first_block=trust.deployment.first_block,
        with_private_parts=not public_only,
        progress=(lambda *_: None) if as_json else draw_bar,
        policy=policy,
        tell=(lambda *_: None) if history is None else history.hear,
        contracts=contracts_of(
            source, trust.deployment, [*former_rpc, *([trust.rpc] if trust.rpc else [])]
        ),
        alarms=_alarms(source),
    )
    if report.is_clean:
        ledger.keep()
    unasked = _unasked(report, public_only=public_only, is_pinned=trust.is_pinned)
    _tell(report, history, unasked, as_json=as_json)
    if unasked or not report.is_clean:
        click.get_current_context().exit(INCOMPLETE if report.is_clean else NEGATIVE)


def _unasked(report: AuditReport, *, public_only: bool, is_pinned: bool) -> list[str]:
    """Return what could not be answered, and why the exit status is not 0: names of texts."""
    gaps = {"public": public_only, "key": not is_pinned, "former": report.former_unasked > 0}
    return [f"cli.audit.unasked-{name}" for name, is_gap in gaps.items() if is_gap]


def _alarms(source: RemoteService) -> Any:
    """Return what the service tells of other members, not trusted; None if it is none of a consortium."""
    try:
        return source.get("/consortium/alarms")
    except LedgerError:
        return None


def _tell(
    report: AuditReport, history: History | None, unasked: list[str], *, as_json: bool
) -> None:
    told = {
        "clean": report.is_clean,
        "pinned": "cli.audit.unasked-key" not in unasked,
        "unasked": [messages.said(name) for name in unasked],
        **_told(report),
    }
    if history is None and as_json:
        print_json(told)
    elif history is None:
        _summarize(report, unasked, say)
    elif history.style == "json":
        print_json(told | {"history": history.rows(report)})
    else:
        history.show(report)
        _summarize(report, unasked, partial(say, err=True))


def _told(report: AuditReport) -> dict[str, Any]:
    findings = [
        {"name": item.name, "detail": messages.text(item.reason), **item.reason.to_json()}
        for item in report.findings
    ]
    forked = [{"detail": messages.text(reason), **reason.to_json()} for reason in report.forked]
    return {**asdict(report), "findings": findings, "forked": forked}


def _summarize(report: AuditReport, unasked: list[str], say: Callable[..., None]) -> None:
    decided = report.decisions

    def line(name: str, fg: str | None = None, **values: str | int) -> None:
        label = messages.said(f"cli.audit.label.{name}")
        say(f"{label:<11}{sentence(f'cli.audit.{name}', **values)}", fg=fg)

    line("chain", events=report.events, blocks=report.blocks)
    line("ledger", entries=report.entries, anchors=report.anchors)
    openings, denials, erased = decided.openings, decided.denials, decided.erased
    line("decisions", openings=openings, denials=denials, erased=erased)
    for name, counted in (
        ("unattested", {"parts": decided.unattested}),
        ("looks", {"looks": decided.looks}),
        ("programs", {"decisions": decided.programs}),
        ("elsewhere", {"denials": decided.elsewhere}),
        ("believed", {"denials": decided.believed}),
    ):
        if any(counted.values()):
            line(name, None, **counted)
    if report.moved or decided.moved:
        line("moved", entries=report.moved, decisions=decided.moved)
    if report.former:
        line("former", entries=report.former - report.former_unasked, unasked=report.former_unasked)
    line("titles", resources=report.described)
    if report.attested:
        counts = ", ".join(f"{kind}: {count}" for kind, count in report.attested.items())
        line("statements", counts=counts)
    if report.cosigned_by:
        line("witnesses", names=", ".join(report.cosigned_by))
    for reason in report.forked:
        say(f"! {messages.text(reason)}", fg="yellow")
    for finding in report.findings:
        say(f"✗ {finding.name}: {messages.text(finding.reason)}", fg="red")
    if report.is_clean:
        say(messages.said("cli.audit.clean"), fg="green", bold=True)
    for name in unasked:
        say(f"! {messages.said(name)}", fg="yellow")


commands = (audit,)
