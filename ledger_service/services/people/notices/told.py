"""Tell readers what happened to what is theirs, show them what they were told, and where else they hear.

Only who has the reader's key reads a notice, or knows whose it is: once that key is destroyed, nobody can.
Notices come in the transaction of what they tell of, so that none is lost or comes twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ledger_service.domain import canonical_json
from ledger_service.domain.errors import InvalidMailAddress, NotAuthenticated
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.notices.notice import Notice, NoticeKind, parse_notice
from ledger_service.domain.people.notices.subscription import Subscription
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.domain.people.reader_tag import reader_tag
from ledger_service.ports.store import Transaction
from ledger_service.services.library import Library
from ledger_service.services.people.reader_seal import open_sealed, seal

PURPOSE, WAYS = "notice", "ways of notices"
MOST_NOTICES = 100  # of one reader; older ones go
LONGEST_MAIL_ADDRESS = 254  # RFC 5321, as SMTP takes it
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\Z")
"""What a browser takes for an address (HTML, email state), in ASCII: no space or line can get into a mail."""


@dataclass(frozen=True)
class Told:
    """A notice as it is shown. number: rises with age."""

    number: int
    is_new: bool
    notice: Notice


@dataclass(frozen=True)
class Ways:
    """Where else a reader hears that there is news. mail: an address, empty for none; language: of it, a tag.

    browsers: that are told by pushes. mailed_at, pushed_at: when that was last done, in seconds since 1970
    UTC.
    """

    mail: str = ""
    language: str = ""
    mailed_at: int = 0
    browsers: tuple[Subscription, ...] = ()
    pushed_at: int = 0


def tell(transaction: Transaction, reader: str, kind: NoticeKind, about: str, at: int) -> None:
    """Tell a reader that something happened; nobody is told who has been erased.

    about: the digest of the resource, 64 hex; at: seconds since 1970 UTC.
    """
    key = transaction.access.reader_key(reader)
    if key is not None:
        tell_holder(transaction, key, Notice(kind, about, at))


def tell_once(transaction: Transaction, reader: str, kind: NoticeKind, about: str, at: int) -> None:
    """Do as `tell`, unless the reader was told the same and has not seen it."""
    key = transaction.access.reader_key(reader)
    notice = Notice(kind, about, at)
    if key is not None and not any(
        one.is_new and (one.notice.kind, one.notice.about) == (kind, about)
        for one in _told(transaction, key)
    ):
        tell_holder(transaction, key, notice)


def tell_holder(transaction: Transaction, key: bytes, notice: Notice) -> None:
    """Do as `tell`, for a reader whose key of 32 bytes is at hand."""
    sealed = seal(key, PURPOSE, notice.format())
    transaction.notices.add(whose(key), sealed, MOST_NOTICES)


def whose(key: bytes) -> bytes:
    """Return the tag under which a reader's notices are kept."""
    return reader_tag(key, PURPOSE)


def list_notices(library: Library, caller: Caller) -> list[Told]:
    """Return what the caller was told, newest first, at most MOST_NOTICES.

    Raises:
        RoleNotHeld: the caller is no reader. NotAuthenticated: a reader who was erased.
    """
    reach(caller, Permission.NOTICE_OWN)
    with library.store.read() as transaction:
        return _told(transaction, own_key(transaction, caller.subject))


def count_new(library: Library, caller: Caller) -> int:
    """Return how many notices the caller has not seen; raise as `list_notices`."""
    reach(caller, Permission.NOTICE_OWN)
    with library.store.read() as transaction:
        key = own_key(transaction, caller.subject)
        return transaction.notices.count_new(whose(key))


def mark_seen(library: Library, caller: Caller, until: int) -> None:
    """Let the caller have seen all notices up to this number; raise as `list_notices`."""
    reach(caller, Permission.NOTICE_OWN)
    with library.store.write() as transaction:
        key = own_key(transaction, caller.subject)
        transaction.notices.see(whose(key), until)


def show_ways(library: Library, caller: Caller) -> Ways:
    """Return where else the caller hears of news; raise as `list_notices`."""
    reach(caller, Permission.NOTICE_OWN)
    with library.store.read() as transaction:
        key = own_key(transaction, caller.subject)
        return ways_of(transaction, key)


def choose_ways(library: Library, caller: Caller, ways: Ways) -> None:
    """Let the caller hear of news there from now on; raise as `list_notices`.

    Raises:
        InvalidMailAddress: no address, or the library sends no mail.
    """
    if ways.mail:
        if library.mailer is None:
            raise InvalidMailAddress("none-sent")
        if not _MAIL.match(ways.mail) or len(ways.mail) > LONGEST_MAIL_ADDRESS:
            raise InvalidMailAddress("form")
    reach(caller, Permission.NOTICE_OWN)
    with library.store.write() as transaction:
        key = own_key(transaction, caller.subject)
        # Another address is not mailed sooner than the one before: nobody's mailbox can be filled so.
        known = ways_of(transaction, key)
        keep_ways(transaction, key, replace(known, mail=ways.mail, language=ways.language))


def ways_of(transaction: Transaction, key: bytes) -> Ways:
    """Return where else the reader of this key hears of news."""
    sealed = transaction.notices.way(whose(key))
    if sealed is None:
        return Ways()
    value = canonical_json.parse(open_sealed(key, WAYS, sealed))
    browsers = tuple(Subscription.from_json(one) for one in value.get("browsers", ()))
    mailed_at, pushed_at = value["mailed_at"], value.get("pushed_at", 0)
    return Ways(value["mail"], value["language"], mailed_at, browsers, pushed_at)


def keep_ways(transaction: Transaction, key: bytes, ways: Ways) -> None:
    """Let the reader of this key hear of news there."""
    told = {
        "mail": ways.mail,
        "language": ways.language,
        "mailed_at": ways.mailed_at,
        "browsers": [one.to_json() for one in ways.browsers],
        "pushed_at": ways.pushed_at,
    }
    transaction.notices.set_way(whose(key), seal(key, WAYS, canonical_json.canonicalize(told)))


def export_notices(transaction: Transaction, key: bytes) -> dict[str, object]:
    """Return the notices of the reader of this key and where else they hear, as JSON has it, if there is any.

    Of browsers it is told whose services push to them: whoever has the rest may push, too.
    """
    told, ways = _told(transaction, key), ways_of(transaction, key)
    notices = [
        {"kind": one.notice.kind.value, "about": one.notice.about, "at": one.notice.at}
        for one in told
    ]
    hosts = [one.host for one in ways.browsers]
    found: dict[str, object] = {"notices": notices, "mail": ways.mail, "browsers": hosts}
    return {name: value for name, value in found.items() if value}


def erase_notices(transaction: Transaction, key: bytes) -> None:
    """Remove the notices of the reader of this key, their address and their browsers."""
    transaction.notices.erase(whose(key))


def _told(transaction: Transaction, key: bytes) -> list[Told]:
    return [
        Told(one.number, one.is_new, parse_notice(open_sealed(key, PURPOSE, one.sealed)))
        for one in transaction.notices.of(whose(key))
    ]


def own_key(transaction: Transaction, reader: str) -> bytes:
    """Return the key of 32 bytes of a reader who calls, with which nothing but their own is opened.

    Raises:
        NotAuthenticated: a reader who was erased.
    """
    key = transaction.access.reader_key(reader)
    if key is None:
        raise NotAuthenticated()
    return key
