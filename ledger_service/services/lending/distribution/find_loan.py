"""Find loans that other libraries made, by the secret of an address or by whose they are."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import LoanNotFound
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.lending.grant import Grant
from ledger_service.domain.lending.loan_elsewhere import (
    LoanElsewhere,
    LoanStatus,
    digest_of_secret,
    secret_of_reading,
)
from ledger_service.domain.lending.request import REQUEST_STATES_IN_LINE
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.resources import License
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.reader_seal import open_sealed, seal
from ledger_service.services.people.stand_in import by_secret

PURPOSE = "loan elsewhere"
MOST_TOLD = 1000  # running loans of one resource that a library is told


@dataclass(frozen=True)
class Said:
    """What the other library said of a loan, and at which address it was told of it; sealed here.

    secret: of that address; site: what stands before its path; checkout, patron: names by which that library
    knows it and its reader; tell: where it wants to be told of changes, empty for nowhere. user_key: SHA-256
    of the passphrase by which its reader opens a protected file (64 hex); hint, hint_url: what reminds them
    of it, and a page that does. Empty if that library gave none.
    """

    secret: str
    site: str
    checkout: str
    patron: str
    tell: str
    user_key: str = ""
    hint: str = ""
    hint_url: str = ""

    def sealed(self, reader_key: bytes) -> bytes:
        """Return it as it is kept."""
        return seal(reader_key, PURPOSE, canonical_json.canonicalize(vars(self)))

    @classmethod
    def opened(cls, reader_key: bytes, sealed: bytes) -> Said:
        """Return it as it was said; raise SealBroken."""
        told = canonical_json.parse(open_sealed(reader_key, PURPOSE, sealed))
        return cls(**{name: str(value) for name, value in told.items()})


@dataclass(frozen=True)
class ToldLoan:
    """A loan as it is told. license: of its resource now; renewable_until: to which end it might be renewed
    now, its own end if others wait; None if it is not renewed any more.
    """

    loan: LoanElsewhere
    grant: Grant
    said: Said
    status: LoanStatus
    registration: Registration
    license: License
    renewable_until: int | None

    @property
    def reading(self) -> str:
        """The secret at which what is lent is read."""
        return secret_of_reading(self.said.secret)

    @property
    def end(self) -> int:
        """When it ends, or ended, in seconds since 1970 UTC."""
        ended = self.loan.ended_at
        return self.grant.until if ended is None else min(ended, self.grant.until)


def find_loan(library: Library, secret: str) -> ToldLoan:
    """Return the loan whose status is asked for at this secret; raise LoanNotFound.

    Whoever has the secret may know: it is the only key to a status document, which asks for no other.
    """
    with library.store.read() as transaction:
        loan = transaction.loans_elsewhere.at(digest_of_secret(secret))
        if loan is None:
            raise LoanNotFound()
        return told_loan(library, transaction, loan)


def find_reading(library: Library, reading: str) -> ToldLoan:
    """Return the loan whose content is read at this secret; raise LoanNotFound."""
    with library.store.read() as transaction:
        loan = transaction.loans_elsewhere.read_at(digest_of_secret(reading))
        if loan is None:
            raise LoanNotFound()
        return told_loan(library, transaction, loan)


def list_running(library: Library, caller: Caller, digest: Digest) -> list[ToldLoan]:
    """Return the calling library's own loans of a resource that run, the first made first."""
    check_permitted(caller, Permission.LOAN_DISTRIBUTE)
    with library.store.read() as transaction:
        me = transaction.colleagues.named(caller.subject)
        if me is None:
            return []
        found = transaction.loans_elsewhere.running(me.number, digest, MOST_TOLD)
        told = [told_loan(library, transaction, loan) for loan in found]
    return [loan for loan in told if loan.status.is_running]


def loans_of(library: Library, transaction: Transaction, reader: str) -> list[ToldLoan]:
    """Return all loans of a reader of another library, for who tells them what is known of them."""
    found = transaction.loans_elsewhere.of_reader(reader)
    return [told_loan(library, transaction, loan) for loan in found]


def told_loan(library: Library, transaction: Transaction, loan: LoanElsewhere) -> ToldLoan:
    """Return a loan as it is told; raise LoanNotFound once its reader was erased."""
    grant = transaction.grants.find(loan.grant)
    key = transaction.access.reader_key(loan.reader)
    if grant is None or key is None:
        raise LoanNotFound()
    registration = transaction.registrations.find(grant.digest, library.steward)
    assert registration is not None  # never deleted
    license_row = transaction.licenses.find(registration.license)
    assert license_row is not None  # nor are licenses
    said, now = Said.opened(key, loan.sealed), library.clock()
    status = loan.status(grant, now)
    until: int | None = None
    if status.is_running and license_row.terms.self_service:
        line = transaction.requests.line(grant.digest, grant.steward)
        waits = any(request.state in REQUEST_STATES_IN_LINE for request in line)
        longest = now + license_row.terms.longest_loan_seconds
        until = grant.until if waits else max(grant.until, longest)
    return ToldLoan(loan, grant, said, status, registration, license_row, until)


def its_reader(library: Library, told: ToldLoan) -> Caller:
    """Return the reader for whom whoever has a loan's secret acts: that reader may do what readers may."""
    return by_secret(told.loan.reader, library.steward)


def ended(loan: LoanElsewhere, status: LoanStatus, at: int, *, tells: bool) -> LoanElsewhere:
    """Return a loan that has ended so. tells: whether another library is to be told."""
    told = at if tells else None
    return replace(loan, ended_as=status, ended_at=at, changed_at=at, tell_at=told, tries=0)
