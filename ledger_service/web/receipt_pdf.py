"""A receipt as one printable page, in plain words, with a QR code that carries its evidence.

The code is a link to the library's page for verifying, and the receipt stands behind its `#`, which
browsers do not send; the page's script checks it on the reader's device. The receipt file is attached
to the PDF, with all that the code has no room for, so that one file travels; verifiers read it there.

Typst sets the page (templates/receipt.typ): it shapes and orders the letters of every script, and makes
PDF/A-3 (ISO 19005-3) with the tags of PDF/UA-1 (ISO 14289-1).
"""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

import segno

from ledger_service import messages
from ledger_service.domain.ledger.checkpoint import Checkpoint, VerifierKey
from ledger_service.domain.ledger.entry import Entry
from ledger_service.domain.publication.public_address import is_own_machine
from ledger_service.domain.resources.registration import Link
from ledger_service.domain.verification.compact_receipt import compact
from ledger_service.domain.verification.later import Later
from ledger_service.domain.verification.receipt import Receipt
from ledger_service.domain.verification.verdict import Outcome, Verdict
from ledger_service.messages import formats
from ledger_service.web.typesetting import printable, typeset

NO_TITLE = "page.receipt.no-title"
WORDS = (
    "page.receipt.attached", "page.receipt.code", "page.receipt.digest", "page.receipt.heading",
    "page.receipt.is-yours", "page.receipt.step-camera", "page.receipt.step-file", "page.receipt.step-result",
    "page.receipt.title", "page.receipt.without-page",
)  # fmt: skip
"""What stands on each page, beside its facts."""


@dataclass(frozen=True)
class Notice:
    """What a printed page must not keep from its reader, from a word across it to the next step."""

    word: str
    headline: str
    because: str
    next: str

    @classmethod
    def of(cls, verdict: Verdict) -> Notice | None:
        """Return the notice of a verdict; None while nothing speaks against the file."""
        against = next(
            (item for item in verdict.findings.values() if item.outcome is Outcome.FAIL), None
        )
        if against is None:
            return None
        state = verdict.state
        return cls(
            word=messages.said("page.receipt.notice." + state.value.replace("_", "-")).upper(),
            headline=messages.headline(state),
            because=messages.because(against),
            next=messages.next_step(state),
        )


@dataclass(frozen=True)
class Printed:
    """A receipt and the words that go with it, which no proof covers: what people call things.

    at: when this page is made, in seconds since 1970. notice: what stands across it, if the library has
    taken its word back or has something newer. language: of the page.
    """

    receipt: Receipt
    key: VerifierKey
    title: str
    creator: str
    steward: str
    steward_uri: str
    public_url: str
    at: int
    notice: Notice | None = None
    language: str = messages.ENGLISH


def link_of(receipt: Receipt, key: VerifierKey, public_url: str) -> str:
    """Return the address that carries the receipt behind its `#`."""
    return f"{public_url}/verify#receipt={compact(receipt, key)}"


def print_receipt(printed: Printed) -> bytes:
    """Return the PDF. Raise InvalidReceipt for one that has no compact form."""
    with messages.speaking(printed.language):
        return _print(printed)


def _print(printed: Printed) -> bytes:
    entry = Entry.parse(printed.receipt.entry)
    digest = entry.text("digest")
    link = link_of(printed.receipt, printed.key, printed.public_url)
    page = {
        "language": printed.language.partition("-")[0],
        "words": _words(printed),
        "title": printable(printed.title) or messages.said(NO_TITLE),
        "name": printed.key.name,
        "facts": _facts(printed, entry),
        "notice": None if printed.notice is None else asdict(printed.notice),
        "digest": [digest[start : start + 8] for start in range(0, 64, 8)],
        "link": link,
        "file": f"muhr-receipt-{digest[:16]}.json",
    }
    parts = {"code": _code(link), "receipt": printed.receipt.format().decode()}
    return typeset(_template(), page, printed.at, **parts)


def _facts(printed: Printed, entry: Entry) -> list[tuple[str, str]]:
    """Return the names of facts, as ids, with what the page says of each."""
    receipt = printed.receipt
    checkpoint, anchor = Checkpoint.of_note(receipt.checkpoint), receipt.anchor
    rows = [("page.receipt.by", printable(printed.creator))] if printed.creator else []
    steward = f"{printable(printed.steward)}, {printed.steward_uri}"
    rows.append(("page.receipt.registered-by", steward))
    rows.append(("page.receipt.on", formats.moment(entry.at)))
    terms = receipt.terms.uri if receipt.terms else entry.text("license")
    rows.append(("page.receipt.license", terms))
    index, size = formats.number(receipt.index), formats.number(checkpoint.size)
    where = messages.said("page.receipt.entry-of", entry=index, size=size, origin=checkpoint.origin)
    rows.append(("page.receipt.in-ledger", where))
    if anchor is not None:
        where = messages.said(
            "page.receipt.anchored-in", chain=anchor.chain_id, block=formats.number(anchor.block)
        )
        rows.append(("page.receipt.on-chain", where))
    rows += _told_later(receipt, entry)
    if is_own_machine(printed.public_url):
        where = messages.said("page.receipt.own-machine", url=printed.public_url)
        rows.append(("page.receipt.code-leads-to", where))
    issued = messages.said("page.receipt.issued-at", time=formats.moment(printed.at))
    rows.append(("page.receipt.issued", issued))
    return [(messages.said(name), told) for name, told in rows]


def _told_later(receipt: Receipt, entry: Entry) -> list[tuple[str, str]]:
    later = Later.of(receipt.later, entry.text("digest"))
    rows = [("page.receipt.translated-as", digest) for digest in later.translations[-2:]]
    if later.original is not None:
        other, how = later.original
        is_rendition = how == Link.RENDITION
        name = "page.receipt.rendition-of" if is_rendition else "page.receipt.translation-of"
        rows.append((name, other))
    if receipt.described is not None and receipt.metadata is not None:
        title = printable(str(receipt.metadata.get("title", ""))) or messages.said(NO_TITLE)
        was = messages.said("page.receipt.registered-as", title=title)
        rows.append(("page.receipt.corrected-record", was))
    return rows


def _words(printed: Printed) -> dict[str, str]:
    """Return the texts of the page, each by the last part of its id."""
    told = {name.rpartition(".")[2]: messages.said(name) for name in WORDS}
    key = printed.key.format()
    return {**told, "what-counts": messages.said("page.receipt.what-counts", key=key)}


def _code(link: str) -> str:
    """Return the QR code (ISO/IEC 18004) of a link, as SVG."""
    drawn = io.BytesIO()
    segno.make_qr(link, error="l", boost_error=False).save(drawn, kind="svg", border=4)
    return drawn.getvalue().decode()


@cache
def _template() -> bytes:
    return files("ledger_service.web").joinpath("templates", "receipt.typ").read_bytes()
