"""`muhr recommend`: what is near to a resource, and how that is computed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ledger_service import messages
from ledger_service.cli.output import (
    INCOMPLETE,
    NEGATIVE,
    Command,
    api_option,
    as_json,
    dated,
    print_json,
    remote,
    say,
    tell,
    token_option,
)
from ledger_service.cli.resources.named import digest_named


@click.command(cls=Command)
@click.argument("digest", metavar="[DIGEST|FILE]", required=False)
@click.option("--run", is_flag=True, help="Have it computed anew now.")
@token_option
@api_option
@as_json
def recommend(
    digest: str | None, run: bool, token_file: Path | None, api: str | None, as_json: bool
) -> None:
    """Show what is near to a resource, and why; or, of none, how the newest run stands.

    Exit status 1 if nothing is near; 3 if recommendations are off, or no run has ended.
    """
    if run:
        _tell_run(remote(api, "registrar", token_file).post("/recommendations"), as_json)
        return
    service = remote(api)
    if digest is None:
        _tell_run(service.get("/recommendations"), as_json)
    else:
        path = f"/resources/{digest_named(service, digest)}/recommendations"
        _tell_near(service.get(path), as_json)


def _tell_run(run: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(run)
    elif run["state"] != "on":
        tell(f"cli.recommend.{run['state']}")
    elif run["asked"]:
        tell("cli.recommend.asked")
    elif run["number"] == 0:
        tell("cli.recommend.none-yet")
    elif run["failed_at"] is not None:
        tell("cli.recommend.failed", at=dated(run["again_at"]))
    elif run["ended_at"] is None:
        tell("cli.recommend.under-way", done=run["done"], of=run["of"])
    else:
        at, entry = dated(run["ended_at"]), str(run["entry"])
        tell("cli.recommend.ended", count=run["of"], at=at, entry=entry)
    if run["state"] != "on" or run["ended_at"] is None:
        click.get_current_context().exit(INCOMPLETE)


def _tell_near(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(told)
    elif told["state"] != "on":
        tell(f"cli.recommend.{told['state']}")
    elif not told["items"]:
        tell("cli.recommend.nothing")
    else:
        for item in told["items"]:
            reasons = "; ".join(
                messages.said(f"page.near.reason.{one['kind']}", text=one["text"])
                for one in item["reasons"]
            )
            say(f"{item['digest']}  {item['title']}  ({reasons})")
    if told["state"] != "on":
        click.get_current_context().exit(INCOMPLETE)
    if not told["items"]:
        click.get_current_context().exit(NEGATIVE)


commands = (recommend,)
