"""The documents of ODL 1.0 and LSD 1.0, made of what the library knows; and the types of their problems."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from ledger_service.domain.chain_errors import (
    GrantEndsInPast,
    GrantNotLive,
    LoanTooLong,
    RenewalNotLater,
)
from ledger_service.domain.errors import (
    GrantAlreadyRevoked,
    InvalidCheckout,
    InvalidInput,
    LedgerError,
    LicenseReplaced,
    NoCheckoutLeft,
    NoSeatFree,
    NotFound,
    OthersWait,
    Unavailable,
)
from ledger_service.domain.exports.cited_work import Work, work_of
from ledger_service.domain.exports.forms import opds
from ledger_service.domain.identifiers import Digest
from ledger_service.domain.instant import instant
from ledger_service.domain.lending.loan_elsewhere import LoanStatus
from ledger_service.domain.resources.registration import Registration
from ledger_service.ports.resources import License
from ledger_service.services.lending.distribution.find_loan import ToldLoan
from ledger_service.services.lending.distribution.list_offers import Offer

INFO_TYPE = "application/vnd.odl.info+json"
STATUS_TYPE = "application/vnd.readium.license.status.v1.0+json"
PARAMETERS = "id,checkout_id,patron_id,expires,notification_url"
OF_PROTECTED = ",passphrase,hint,hint_url"
LICENSE_TYPE = "application/vnd.readium.lcp.license.v1.0+json"
CHECKOUT_PROBLEM = "http://opds-spec.org/odl/error"
STATUS_PROBLEM = "http://readium.org/license-status-document/error"
PREFIX = "/odl"
LONGEST_TIME = 40  # characters
Typed = tuple[str, int]
"""The type of a problem, and its HTTP status."""


def asked_time(given: str) -> int:
    """Return a time of ISO 8601 with a zone, in seconds since 1970 UTC; raise ValueError for another text."""
    if len(given) > LONGEST_TIME:
        raise ValueError("too long")
    # A plus sign that nobody has escaped is a blank in a query.
    found = datetime.fromisoformat(given.strip().replace(" ", "+"))
    if found.tzinfo is None:
        raise ValueError("no zone")
    return int(found.timestamp())


def feed(
    title: str,
    address: str,
    following: str | None,
    offers: Sequence[Offer],
    protected: Collection[Digest],
    site: str,
) -> dict[str, Any]:
    """Return a page of what may be lent. following: the address of the next page, None at the end."""
    links = [opds.link("self", address, opds.FEED_TYPE)]
    if following is not None:
        links.append(opds.link("next", following, opds.FEED_TYPE))
    return {
        "metadata": {"title": title},
        "links": links,
        "publications": [publication(title, offer, protected, site) for offer in offers],
    }


def publication(
    steward: str, offer: Offer, protected: Collection[Digest], site: str
) -> dict[str, Any]:
    """Return what may be lent as a publication with its license.

    protected: of what loans have licenses of LCP, too; site: what stands before our paths.
    """
    work = _work(steward, offer.registration, offer.license, site)
    links = [opds.link("alternate", work.address, "text/html")]
    told = opds.publication(work, links, [_cover(work, site)])
    return {**told, "licenses": [_license(offer, protected, site)]}


def license_info(
    offer: Offer, protected: Collection[Digest], running: Sequence[ToldLoan]
) -> dict[str, Any]:
    """Return the License Info Document. protected: see `publication`; running: loans of whoever asks."""
    checkouts: dict[str, Any] = {
        "available": offer.free,
        "active": [_active(told) for told in running],
    }
    if offer.left is not None:
        checkouts["left"] = offer.left
    return {
        **_described(offer, protected),
        "status": "available" if offer.stands else "unavailable",
        "checkouts": checkouts,
    }


def status_document(
    told: ToldLoan, message: str, *, has_license: bool = False, id: str = ""
) -> dict[str, Any]:
    """Return the status of a loan. message: what its reader is told, in a language of theirs.

    has_license: whether it has one of LCP; id: of that license where it is asked for by it, else the grant's.
    """
    changed = instant(told.loan.changed_at)
    document: dict[str, Any] = {
        "id": id or str(told.grant.id),
        "status": told.status.value,
        "message": message,
        "updated": {"license": changed, "status": changed},
        "links": _links(told, has_license=has_license, is_by_license=bool(id)),
        "events": _events(told),
    }
    if told.renewable_until is not None:
        document["potential_rights"] = {"end": instant(told.renewable_until)}
    return document


def lent_publication(steward: str, told: ToldLoan) -> dict[str, Any]:
    """Return what is lent, with a link to read it while the loan runs: the license of a loan without DRM."""
    site, address = told.said.site, status_address(told)
    work = _work(steward, told.registration, told.license, site)
    links = [
        opds.link("self", f"{address}/license", opds.PUBLICATION_TYPE),
        opds.link("status", address, STATUS_TYPE),
        opds.link("alternate", work.address, "text/html"),
    ]
    if told.status.is_running:
        lent = {"availability": {"state": "ready", "until": instant(told.end)}}
        reading = _reading_address(told)
        links.append(opds.link(opds.ACQUISITION, reading, work.media_type, properties=lent))
    return opds.publication(work, links, [_cover(work, site)])


def status_address(told: ToldLoan) -> str:
    """Return the address of a loan's status."""
    return f"{told.said.site}{PREFIX}/status/{told.said.secret}"


def checkout_problem(error: LedgerError) -> Typed | None:
    """Return as which problem of ODL §5.4 a checkout is refused; None for what keeps its own type."""
    if isinstance(error, InvalidCheckout):
        names = {
            "license": "id",
            "checkout": "checkout_id",
            "patron": "patron_id",
            "expires": "expires",
            "notification": "notification_url",
            "passphrase": "passphrase",
            "hint": "hint",
            "hint-url": "hint_url",
        }
        named = names.get(error.reason.name.partition(".")[2], "id")
        return f"{CHECKOUT_PROBLEM}/checkout/{named}", 400
    if isinstance(error, NoSeatFree | NoCheckoutLeft):
        return f"{CHECKOUT_PROBLEM}/checkout/unavailable", 403
    if isinstance(error, LicenseReplaced):
        return f"{CHECKOUT_PROBLEM}/checkout/expired", 403
    if isinstance(error, NotFound | InvalidInput):
        return f"{CHECKOUT_PROBLEM}/checkout/id", 400
    return None if isinstance(error, Unavailable) else (CHECKOUT_PROBLEM, 403)


def status_problem(action: str, error: LedgerError) -> Typed | None:
    """Return as which problem of LSD §3 an action is refused; None for what keeps its own type."""
    if isinstance(error, NotFound):
        return None
    if isinstance(error, Unavailable):
        return f"{STATUS_PROBLEM}/server", 503
    if action == "register":
        return f"{STATUS_PROBLEM}/registration", 400
    if action == "return":
        if isinstance(error, GrantAlreadyRevoked):
            return f"{STATUS_PROBLEM}/return/already", 403
        if isinstance(error, GrantNotLive):
            return f"{STATUS_PROBLEM}/return/expired", 403
        return f"{STATUS_PROBLEM}/return", 400
    if isinstance(error, RenewalNotLater | LoanTooLong | GrantEndsInPast | InvalidInput):
        return f"{STATUS_PROBLEM}/renew/date", 403
    return f"{STATUS_PROBLEM}/renew", 403 if isinstance(error, OthersWait) else 400


def _license(offer: Offer, protected: Collection[Digest], site: str) -> dict[str, Any]:
    address = license_address(offer, site)
    asked = PARAMETERS + (OF_PROTECTED if _is_protected(offer, protected) else "")
    return {
        "metadata": _described(offer, protected),
        "links": [
            opds.link("self", address, INFO_TYPE),
            opds.link(
                f"{opds.ACQUISITION}/borrow",
                f"{address}/checkouts{{?{asked}}}",
                STATUS_TYPE,
                templated=True,
            ),
        ],
    }


def license_address(offer: Offer, site: str) -> str:
    """Return the address of the License Info Document."""
    return f"{site}{PREFIX}/licenses/{offer.registration.digest.hex()}/{offer.license.id.hex()}"


def _is_protected(offer: Offer, protected: Collection[Digest]) -> bool:
    return offer.registration.digest in protected and not offer.license.is_marked


def _described(offer: Offer, protected: Collection[Digest]) -> dict[str, Any]:
    """Return what is said of a license in the feed and in its document: Palace compares the two."""
    terms: dict[str, Any] = {
        "checkouts": offer.license.checkouts,
        "concurrency": offer.seats,
        "length": offer.license.terms.longest_loan_seconds,
    }
    return {
        "identifier": offer.name,
        "format": offer.registration.record.media_type,
        "created": instant(offer.registration.accepted_at),
        "terms": {name: value for name, value in terms.items() if value is not None},
        "protection": {
            **({"format": [LICENSE_TYPE]} if _is_protected(offer, protected) else {}),
            "print": False,  # our grant is one to read
        },
    }


def _active(told: ToldLoan) -> dict[str, Any]:
    """Return a loan as ODL §4.1 has it."""
    return {
        "href": status_address(told),
        "id": told.said.checkout,
        "patron_id": told.said.patron,
        "expires": instant(told.grant.until),
    }


def _links(told: ToldLoan, *, has_license: bool, is_by_license: bool) -> list[dict[str, Any]]:
    address = status_address(told)
    links = [opds.link("self", address, STATUS_TYPE)]
    if has_license:
        links.append(opds.link("license", f"{address}/license.lcpl", LICENSE_TYPE))
    if not is_by_license:  # who has a license wants the same again
        links.append(opds.link("license", f"{address}/license", opds.PUBLICATION_TYPE))
    if not told.status.is_running:
        return links
    links.append(
        opds.link("publication", _reading_address(told), told.registration.record.media_type)
    )
    actions = {"register": "{?id,name}", "return": "{?id,name}"}
    if told.renewable_until is not None:
        actions["renew"] = "{?end,id,name}"
    links += [
        opds.link(name, f"{address}/{name}{asked}", STATUS_TYPE, templated=True)
        for name, asked in actions.items()
    ]
    return links


def _events(told: ToldLoan) -> list[dict[str, str]]:
    """Return what happened, without names of devices: none is kept."""
    loan, found = told.loan, []
    if loan.registered_at is not None:
        found.append(("register", loan.registered_at))
    kinds = {
        LoanStatus.RETURNED: "return",
        LoanStatus.CANCELED: "cancel",
        LoanStatus.REVOKED: "revoke",
    }
    if loan.ended_at is not None and told.status in kinds:
        found.append((kinds[told.status], loan.ended_at))
    return [{"type": kind, "name": "-", "timestamp": instant(at)} for kind, at in found]


def _reading_address(told: ToldLoan) -> str:
    return f"{told.said.site}{PREFIX}/publications/{told.reading}"


def _work(steward: str, registration: Registration, license_row: License, site: str) -> Work:
    described = registration.described
    return work_of(
        registration,
        site,
        license=(license_row.name, license_row.terms.uri),
        steward=steward,
        changed_at=registration.accepted_at if described is None else described.described_at,
        is_open=False,
    )


def _cover(work: Work, site: str) -> dict[str, Any]:
    """Return the cover that the catalog for reading apps has of everything."""
    return {"href": f"{site}/opds/covers/{work.digest}.jpg", "type": "image/jpeg"}
