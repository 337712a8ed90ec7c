"""How commands end: one line for a failure, and an exit status. Only an answer ends with 1.

What nobody foresaw ends with 70 (EX_SOFTWARE of sysexits.h), so that no script takes it for an answer.
"""

from __future__ import annotations

import io
import traceback

import click

from ledger_service import config as configuration
from ledger_service import messages
from ledger_service.cli.output import ASKED, MISUSED, complain, exit_status, print_failure, say
from ledger_service.cli.statuses import BROKEN_PIPE, UNFORESEEN
from ledger_service.domain.errors import LedgerError, ServiceUnavailable
from ledger_service.domain.printable_text import shown, without_secrets

OTHER_FORM = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What a command fails with that takes an answer apart which has another form than it should."""


def ended(error: Exception, context: click.Context | None = None) -> int:
    """Tell of a failure; return the exit status."""
    if isinstance(error, BrokenPipeError):
        return BROKEN_PIPE
    as_json = context is not None and bool(context.params.get("as_json"))
    if configuration.wants_tracebacks():
        complain("".join(traceback.format_exception(error)))
    if isinstance(error, UnicodeEncodeError):  # a shell hands bytes over that are no text
        _tell(messages.said("cli.ending.not-utf-8", given=str(error.object)))
        return MISUSED
    if isinstance(error, OTHER_FORM) and context is not None and ASKED in context.meta:
        error = ServiceUnavailable("address-other-form", url=context.meta[ASKED])
    if isinstance(error, LedgerError):
        if as_json:
            print_failure(messages.error_json(error))
        _tell(f"{messages.title(error)}: {messages.detail(error)}")
        return exit_status(error)
    if isinstance(error, OSError):
        of = f": {error.filename}" if error.filename else ""
        _tell(f"{error.strerror or error}{of}")
        return MISUSED
    return unforeseen(error, as_json=as_json)


def unforeseen(error: BaseException, *, as_json: bool = False) -> int:
    """Tell of a fault of this program in one line; return its exit status."""
    told = shown(without_secrets(f"{type(error).__name__}: {error}"), 300)
    if as_json:
        print_failure({"error": "unforeseen", "detail": told})
    _tell(messages.said("cli.ending.fault", told=told))
    return UNFORESEEN


def refused(error: click.ClickException) -> int:
    """Tell how the command was misused; what was typed stays within its line."""
    told, message = io.StringIO(), error.format_message()
    error.show(told)
    whole = told.getvalue()
    if not isinstance(error, click.MissingParameter):  # which names its choices, a line each
        whole = whole.replace(message, shown(message))
    complain(whole)
    return MISUSED


def _tell(line: str) -> None:
    say(f"muhr: {without_secrets(line)}", err=True)
