"""A work as ARK's resolvers tell it in short: an electronic resource citation, in lines of ANVL.

Sources: draft-kunze-ark-40, §5 (inflections); draft-kunze-erc, which names `(:unav)` for what nobody said.
"""

from __future__ import annotations

from datetime import UTC, datetime

from ledger_service.domain.exports.cited_work import Work

MEDIA_TYPE = "text/plain; charset=utf-8"
NOT_GIVEN = "(:unav)"


def format_erc(work: Work, commitment: str, promised_at: str) -> str:
    """Return who, what, when and where, and the same of who stands by the name.

    commitment: what is promised, in words; promised_at: the address at which more is said of it.
    """
    accepted = f"{datetime.fromtimestamp(work.accepted_at, UTC):%Y%m%d}"
    who = "; ".join(person.name for person in work.authors)
    lines = ["erc:", *_said(who, work.title, work.issued, work.cite_as)]
    lines += ["", "erc-support:", *_said(work.steward, commitment, accepted, promised_at), ""]
    return "\n".join(lines)


def _said(who: str, what: str, when: str, where: str) -> list[str]:
    told = {"who": who, "what": what, "when": when, "where": where}
    return [f"{name}: {_line(text) or NOT_GIVEN}" for name, text in told.items()]


def _line(text: str) -> str:
    """Return a text in one line: a line of ANVL that begins with a blank would go on with the one before."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
