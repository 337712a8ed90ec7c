"""Lend to a reader of another library: a seat is taken for somebody who is known by a tag alone.

The other library names the checkout and its reader by opaque texts. The same checkout asked for again is the
same loan, also if both come at the same time; so is another checkout of a reader who has the resource.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ledger_service.domain.errors import (
    InvalidCheckout,
    InvalidReceiver,
    LicenseReplaced,
    LoanNotNeeded,
    NoCheckoutLeft,
    NoSeatFree,
    NotAuthenticated,
    OverLimit,
    UnknownReader,
)
from ledger_service.domain.identifiers import Digest, LicenseId
from ledger_service.domain.lending.denial import Denial
from ledger_service.domain.lending.grant import Grant, Scope
from ledger_service.domain.lending.loan_elsewhere import (
    LoanElsewhere,
    digest_of_secret,
    license_name,
    secret_of_checkout,
    secret_of_reading,
    user_key,
)
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller, Role
from ledger_service.domain.people.identity import LONGEST_PART, Identity, IdentityKind
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.record_text import fits_a_line
from ledger_service.ports.store import Transaction
from ledger_service.services.lending.distribution.find_loan import Said, ToldLoan, told_loan
from ledger_service.services.lending.requests.ask_for_loan import heed_line
from ledger_service.services.lending.requests.deny_request import deny_request, why_no_seat
from ledger_service.services.lending.take_seat import (
    AskedGrant,
    Taken,
    check_kept,
    license_of,
    take_seat,
)
from ledger_service.services.library import Library
from ledger_service.services.people.identities import find_or_enroll
from ledger_service.services.people.record_act import record_act
from ledger_service.services.people.stand_in import as_its_reader

LONGEST_HINT = 200  # characters
_WEB_ADDRESS = re.compile(r"https?://[!-~]{1,990}")


class AskedCheckout(NamedTuple):
    """What another library asks for. license: the one in the address, and name, as ODL calls it.

    checkout, patron: opaque names; until: seconds since 1970 UTC, None for as long as the license allows;
    tell: where it wants to be told of changes, empty for nowhere; site: what stands before our paths.
    passphrase: its SHA-256 in hex or base64; hint, hint_url: what reminds a reader of it. They open a
    protected file by it; empty for none.
    """

    digest: Digest
    license: LicenseId
    name: str
    checkout: str
    patron: str
    until: int | None
    tell: str
    site: str
    passphrase: str = ""
    hint: str = ""
    hint_url: str = ""


class _Lender(NamedTuple):
    """Who lends. caller: the other library; number: of the colleague who it is; secret: of the checkout."""

    caller: Caller
    number: int
    secret: str


def check_out(library: Library, caller: Caller, asked: AskedCheckout) -> tuple[ToldLoan, bool]:
    """Return the loan, and whether it is new. A longer one than the license allows ends as the license says.

    Raises:
        InvalidCheckout: a name is missing or too long, the end is not later, or nothing can be sent to where
            changes are to be told.
        LicenseReplaced: the resource is under another license now.
        NoSeatFree, NoCheckoutLeft, OverLimit: after the entry of the denial is durable.
        ResourceNotFound, ResourceNotYetRegistered, ResourceIsWithdrawn, ContentNotFound, LoanNotNeeded,
        NotSelfService, ChainUnavailable: see `ask_for_loan`.
    """
    check_permitted(caller, Permission.LOAN_DISTRIBUTE)
    _check_said(library, asked)
    key = library.people.key()
    secret = secret_of_checkout(key, caller.subject, asked.name, asked.checkout)
    with library.store.read() as transaction:
        known = transaction.loans_elsewhere.at(digest_of_secret(secret))
        if known is not None:
            return told_loan(library, transaction, known), False
        longest = _check_license(library, transaction, asked)
        me = transaction.colleagues.named(caller.subject)
    if me is None:  # their role was taken away just now
        raise NotAuthenticated()
    check_kept(library, asked.digest)
    heed_line(library, asked.digest)
    named = Identity(IdentityKind.DISTRIBUTOR, caller.subject, asked.patron)
    reader = find_or_enroll(library, named, Role.READER).name
    now = library.clock()
    until = now + longest if asked.until is None else min(asked.until, now + longest)
    wanted = AskedGrant(asked.digest, reader, until, Scope.READ, by_service=True)
    lender = _Lender(caller, me.number, secret)
    try:
        return _lent(library, lender, asked, wanted)
    except NoSeatFree:
        _deny(library, caller, asked.digest, reader, None)
        raise
    except (NoCheckoutLeft, OverLimit) as exc:
        is_used_up = isinstance(exc, NoCheckoutLeft)
        why = Denial.NO_LICENSE if is_used_up else Denial.OVER_LIMIT
        _deny(library, caller, asked.digest, reader, why)
        raise


def _check_said(library: Library, asked: AskedCheckout) -> None:
    if not 1 <= len(asked.checkout.encode("utf-8", "surrogatepass")) <= LONGEST_PART:
        raise InvalidCheckout("checkout", most=LONGEST_PART)
    if not 1 <= len(asked.patron.encode("utf-8", "surrogatepass")) <= LONGEST_PART:
        raise InvalidCheckout("patron", most=LONGEST_PART)
    if asked.name != license_name(asked.digest, asked.license):
        raise InvalidCheckout("license")
    if asked.until is not None and asked.until <= library.clock():
        raise InvalidCheckout("expires")
    _protection_said(asked)
    if asked.tell and library.poster is None:
        raise InvalidCheckout("notification")
    if asked.tell and library.poster is not None:
        try:
            library.poster.check(asked.tell)
        except InvalidReceiver as exc:
            raise InvalidCheckout("notification") from exc


def _protection_said(asked: AskedCheckout) -> tuple[str, str, str]:
    """Return user key, hint and its page, all empty without a passphrase; raise InvalidCheckout."""
    if not asked.passphrase:
        return "", "", ""
    try:
        key = user_key(asked.passphrase)
    except ValueError as exc:
        raise InvalidCheckout("passphrase") from exc
    if not 1 <= len(asked.hint) <= LONGEST_HINT or not fits_a_line(asked.hint):
        raise InvalidCheckout("hint", most=LONGEST_HINT)
    if asked.hint_url and not _WEB_ADDRESS.fullmatch(asked.hint_url):
        raise InvalidCheckout("hint-url")
    return key, asked.hint, asked.hint_url


def _check_license(library: Library, transaction: Transaction, asked: AskedCheckout) -> int:
    """Return the longest loan, in seconds, if the resource is lent under this license."""
    row = license_of(library, transaction, asked.digest)
    if row.terms.is_open:
        raise LoanNotNeeded(license=row.name)
    if row.id != asked.license:
        raise LicenseReplaced(license=row.name)
    return row.terms.longest_loan_seconds


def _lent(
    library: Library, lender: _Lender, asked: AskedCheckout, wanted: AskedGrant
) -> tuple[ToldLoan, bool]:
    address = digest_of_secret(lender.secret)

    def finish(transaction: Transaction, taken: Taken) -> tuple[ToldLoan, bool]:
        table = transaction.loans_elsewhere
        known = table.at(address)  # by the same request, which came twice at a time
        if known is None and taken.grant is not None:
            known = table.of_grant(taken.grant.id)
        if known is not None:
            return told_loan(library, transaction, known), False
        if taken.grant is None:
            raise taken.refusal or NoSeatFree("elsewhere")
        loan = _made(library, transaction, lender, asked, taken.grant)
        table.add(loan)
        act = ActKind.GRANT_ISSUED
        record_act(transaction, lender.caller, library.clock(), act, taken.grant.id)
        return told_loan(library, transaction, loan), True

    reader = as_its_reader(lender.caller, wanted.reader)
    return take_seat(library, reader, wanted, finish)


def _made(
    library: Library, transaction: Transaction, lender: _Lender, asked: AskedCheckout, grant: Grant
) -> LoanElsewhere:
    key = transaction.access.reader_key(grant.reader)
    if key is None:
        raise UnknownReader("gone")
    key_and_hint = _protection_said(asked)
    said = Said(lender.secret, asked.site, asked.checkout, asked.patron, asked.tell, *key_and_hint)
    now = library.clock()
    return LoanElsewhere(
        address=digest_of_secret(lender.secret),
        reading=digest_of_secret(secret_of_reading(lender.secret)),
        grant=grant.id,
        reader=grant.reader,
        distributor=lender.number,
        sealed=said.sealed(key),
        until=grant.until,
        made_at=now,
        changed_at=now,
    )


def _deny(
    library: Library, caller: Caller, digest: Digest, reader: str, why: Denial | None
) -> None:
    """Write down that somebody was refused. why: None if no seat was free: it is looked up."""
    head = library.chain.fresh_head()
    with library.store.write() as transaction:
        found = why_no_seat(library, transaction, digest) if why is None else why
        deny_request(
            library,
            transaction,
            head,
            digest=digest,
            reader=reader,
            actor=caller.actor_class,
            why=found,
        )
