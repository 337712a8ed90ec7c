"""Which browsers of a reader are told by a push of news; kept sealed, as an address for mail is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ledger_service.domain.credentials.compact_jws import encode64
from ledger_service.domain.errors import InvalidInput
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.notices.subscription import Subscription
from ledger_service.domain.people.permission import Permission, reach
from ledger_service.ports.publication import Pushed, Pusher
from ledger_service.services.library import Library
from ledger_service.services.people.notices.told import Ways, keep_ways, own_key, ways_of

MOST_BROWSERS = 5  # of one reader; of more, the one that came first goes
MOST_SILENT = 5  # services that take nothing, until the rest of a round is left to the page
SECONDS_BETWEEN_PUSHES = 3600  # to one reader


@dataclass(frozen=True)
class Pushes:
    """key: for which a browser asks its maker's service, 65 bytes; None where the library pushes nothing."""

    key: bytes | None
    browsers: tuple[Subscription, ...]

    @property
    def key_text(self) -> str:
        """The key in base64url, as browsers take it; empty for none."""
        return encode64(self.key or b"")


def show_pushes(library: Library, caller: Caller) -> Pushes:
    """Return which of the caller's browsers are told.

    Raises:
        RoleNotHeld: the caller is no reader. NotAuthenticated: a reader who was erased.
    """
    reach(caller, Permission.NOTICE_OWN)
    with library.store.read() as transaction:
        browsers = ways_of(transaction, own_key(transaction, caller.subject)).browsers
    return Pushes(None if library.pusher is None else library.pusher.key, browsers)


def add_push(library: Library, caller: Caller, subscription: Subscription) -> None:
    """Tell this browser of the caller's, too, from now on; raise as `show_pushes`.

    Raises:
        InvalidReceiver: nobody can be told there. InvalidInput: its keys are none, or none is told at all.
    """
    reach(caller, Permission.NOTICE_OWN)
    if library.pusher is None:
        raise InvalidInput("none-pushed")
    library.pusher.check(subscription)
    with library.store.write() as transaction:
        key = own_key(transaction, caller.subject)
        known = ways_of(transaction, key)
        kept = (*_without(known.browsers, {subscription.id}), subscription)[-MOST_BROWSERS:]
        keep_ways(transaction, key, replace(known, browsers=kept))


def end_push(library: Library, caller: Caller, browser: str) -> None:
    """Tell this browser no more, if it was told; browser: its id, 64 hex. Raise as `show_pushes`."""
    reach(caller, Permission.NOTICE_OWN)
    with library.store.write() as transaction:
        key = own_key(transaction, caller.subject)
        known = ways_of(transaction, key)
        kept = _without(known.browsers, {browser})
        keep_ways(transaction, key, replace(known, browsers=kept))


class Round:
    """One round of pushes: what a service does not take is not pushed again, since the page tells it."""

    def __init__(self, library: Library, pusher: Pusher) -> None:
        self._library, self._pusher = library, pusher
        self._silent = set[str]()

    def push(self, key: bytes, ways: Ways, now: int) -> None:
        """Push to the browsers of the reader of this key, if their hour has passed; forget what is gone.

        now: seconds since 1970 UTC.
        """
        if not ways.browsers or ways.pushed_at + SECONDS_BETWEEN_PUSHES > now:
            return
        gone = {one.id for one in ways.browsers if self._pushed(one) is Pushed.GONE}
        with self._library.store.write() as transaction:
            known = ways_of(transaction, key)
            if known.browsers:  # unless all were switched off, or the reader erased, meanwhile
                kept = _without(known.browsers, gone)
                keep_ways(transaction, key, replace(known, browsers=kept, pushed_at=now))

    def _pushed(self, browser: Subscription) -> Pushed:
        if browser.host in self._silent or len(self._silent) >= MOST_SILENT:
            return Pushed.LOST
        pushed = self._pusher.push(browser)
        if pushed is Pushed.LOST:
            self._silent.add(browser.host)
        return pushed


def _without(browsers: Iterable[Subscription], gone: set[str]) -> tuple[Subscription, ...]:
    return tuple(one for one in browsers if one.id not in gone)
