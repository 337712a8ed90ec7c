"""Hear from known members who the others are, and tell ours to those who do not know it.

Several are asked beside one another, every few seconds until all that answer know us and nothing new is
heard, and every minute from then on. Whoever does not answer is asked again later, and later each time. One
that tells of itself meanwhile is asked within seconds.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Any

from ledger_service.domain import canonical_json, foreign_json
from ledger_service.domain.consortium.charter import MOST_MEMBERS
from ledger_service.domain.consortium.member import LARGEST_BYTES, Announcement
from ledger_service.domain.errors import (
    InvalidJson,
    InvalidMember,
    InvalidReceiver,
    LedgerError,
    ServiceUnavailable,
)
from ledger_service.domain.identifiers import StewardId
from ledger_service.domain.reasons import Reason
from ledger_service.ports.consortium.members import Announcer, MemberClient
from ledger_service.services.consortium.announce_self import announce_self
from ledger_service.services.consortium.list_members import KnownMember, list_members
from ledger_service.services.consortium.take_member import take_member
from ledger_service.services.library import Library

logger = logging.getLogger(__name__)

MEMBERS_PATH = "/api/v1/consortium/members"
ASK_SECONDS = 5.0  # for which one member is waited for
QUICK_SECONDS = 5.0  # between two times that one is asked, while something is new
LEARN_SECONDS = 60.0  # the same, when all is known
QUIET_ROUNDS = 3  # without anything new, and all is taken for known
FIRST_REST_SECONDS = 5.0  # for which one that does not answer is left alone; doubled each time
LONGEST_REST_SECONDS = 600.0
ASKED_AT_ONCE = 8
REFUSED = 422  # the status by which a member takes no announcement, or not yet
MOST_BYTES = 2 * MOST_MEMBERS * LARGEST_BYTES  # of a member's answer


@dataclass(frozen=True)
class _Heard:
    """What a service told. texts: announcements; told_us: whether it did not know ours and was told."""

    texts: list[str]
    steward: StewardId | None
    told_us: bool


@dataclass
class MemberLearner:
    """The worker's step. announcer: signs for this library; None where nobody does."""

    library: Library
    announcer: Announcer | None = None
    _due_at: float = 0.0
    _look_at: float = 0.0  # for one whom nobody has asked
    _quiet_rounds: int = 0
    _asked_from: dict[str, float] = field(default_factory=dict)  # when each may be asked again
    _rests: dict[str, float] = field(default_factory=dict)  # seconds, of those that did not answer

    @property
    def pace(self) -> float:
        """How many seconds later one that answered is asked again."""
        return LEARN_SECONDS if self._quiet_rounds >= QUIET_ROUNDS else QUICK_SECONDS

    def work(self, stops: Callable[[], bool]) -> None:
        """Do what is due now: nothing for a library that is alone."""
        if self.library.charter is None or stops() or not self._is_due():
            return
        own = self._announced()
        urls = [] if self.library.members is None else _addresses(self.library, own)
        begun = time.monotonic()
        due = [url for url in urls if self._asked_from.get(url, 0.0) <= begun]
        is_quiet = not self._ask(due, own, stops) and (own is not None or self.announcer is None)
        self._quiet_rounds = self._quiet_rounds + 1 if is_quiet else 0
        for url in due:
            self._asked_from[url] = time.monotonic() + self._rests.get(url, self.pace)
        waits = [self._asked_from.get(url, 0.0) for url in urls]
        self._due_at = min([time.monotonic() + self.pace, *waits])

    def _is_due(self) -> bool:
        now = time.monotonic()
        if now >= self._due_at:
            return True
        if now < self._look_at or self.library.members is None:
            return False
        self._look_at = now + QUICK_SECONDS
        return not self._asked_from.keys() >= set(_addresses(self.library, None))

    def _announced(self) -> KnownMember | None:
        if self.announcer is None:
            return None
        try:
            return announce_self(self.library, self.announcer)
        except InvalidMember as exc:  # the index may not have read so far
            logger.info("not announced yet: %s", exc.reason)
            return None

    def _ask(self, urls: list[str], own: KnownMember | None, stops: Callable[[], bool]) -> bool:
        """Ask services, some beside one another; return whether anything was new to them or to us.

        Once it is to stop, those that were not begun are left out.
        """
        client = self.library.members
        if client is None or not urls:
            return False
        news = False
        with ThreadPoolExecutor(min(ASKED_AT_ONCE, len(urls)), "members") as threads:
            asked = {threads.submit(_hear, client, url, own): url for url in urls}
            for answer in as_completed(asked):
                url = asked[answer]
                try:
                    heard = answer.result()
                except (ServiceUnavailable, InvalidReceiver) as exc:
                    rest = 2 * self._rests.get(url, FIRST_REST_SECONDS / 2)
                    self._rests[url] = min(rest, LONGEST_REST_SECONDS)
                    _note(self.library, url, None, exc.reason)
                else:
                    self._rests.pop(url, None)
                    news |= _take(self.library, url, heard) or heard.told_us
                    _note(self.library, url, heard.steward, None)
                if stops():
                    threads.shutdown(wait=False, cancel_futures=True)
                    break
        return news


def meet(
    library: Library,
    client: MemberClient,
    url: str,
    own: KnownMember | None,
) -> StewardId | None:
    """Take what a service says of members, tell it of us if need be; return who it says that it is.

    Raises:
        ServiceUnavailable: it does not answer, or not as a member of this consortium.
        InvalidReceiver: this address is not asked.
        InvalidMember: what it says of itself does not count here, or not yet: our index may be behind; or it
            has not said it yet.
    """
    heard = _hear(client, url, own)
    _take(library, url, heard)
    if heard.steward not in {one.member.steward for one in list_members(library)}:
        said = [text for text in heard.texts if _is_said_by(heard.steward, text)]
        if not said:
            raise InvalidMember("silent", url=url)
        for text in said:
            take_member(library, text)
    return heard.steward


def meet_in_time(library: Library, client: MemberClient, url: str, seconds: float) -> bool:
    """Do as `meet`, again and again for some seconds; return whether the service was told of us.

    What each says of itself, and what each has read of the other on chain, come some seconds after a
    service has started. Raises as `meet`.
    """
    deadline = time.monotonic() + seconds
    while True:
        own = next((one for one in list_members(library) if one.is_own), None)
        is_last = time.monotonic() > deadline
        try:
            meet(library, client, url, own)
            if own is not None or is_last:
                return own is not None
        except (InvalidMember, ServiceUnavailable) as exc:
            is_refused = exc.reason.values.get("status") == REFUSED
            if is_last or not (is_refused or isinstance(exc, InvalidMember)):
                raise
        time.sleep(1)


def _is_said_by(steward: StewardId | None, text: str) -> bool:
    try:
        return Announcement.parse(text).member.steward == steward
    except LedgerError:
        return False


def _hear(client: MemberClient, url: str, own: KnownMember | None) -> _Heard:
    answer = client.get_json(url, MEMBERS_PATH, most_bytes=MOST_BYTES, seconds=ASK_SECONDS)
    texts, who = _read(url, answer)
    lacks_us = own is not None and own.text not in texts
    if own is not None and lacks_us:
        value = foreign_json.parse(own.text.encode())
        client.post_json(url, MEMBERS_PATH, value, most_bytes=MOST_BYTES, seconds=ASK_SECONDS)
    return _Heard(texts, who, lacks_us)


def _take(library: Library, url: str, heard: _Heard) -> bool:
    """Return whether one of the announcements was new and counts."""
    known = {one.text for one in list_members(library)}
    taken = [_is_taken(library, url, text) for text in heard.texts if text not in known]
    return any(taken)


def _is_taken(library: Library, url: str, text: str) -> bool:
    try:
        take_member(library, text)
    except LedgerError as exc:
        logger.debug("%s tells of a member that does not count: %s", url, exc)
        return False
    return True


def _read(url: str, answer: Any) -> tuple[list[str], StewardId | None]:
    """Return the announcements in an answer, as canonical JSON, and whose service says that it is."""
    try:
        told = [one["announcement"] for one in answer["members"][:MOST_MEMBERS]]
        texts = [canonical_json.canonicalize(one).decode() for one in told]
        own = answer["own"]
        return texts, None if own is None else StewardId.parse(own)
    except (KeyError, TypeError, AttributeError, InvalidJson, ValueError, LedgerError) as exc:
        raise ServiceUnavailable("member-form", url=url) from exc


def _addresses(library: Library, own: KnownMember | None) -> list[str]:
    """Return whom to ask: the services that the charter names, and the members that are known."""
    charter = library.charter
    named: Iterable[str] = () if charter is None else charter.members
    known = [one.member.url for one in list_members(library, but_own=True)]
    ours = library.public_url if own is None else own.member.url
    found = dict.fromkeys(url.rstrip("/") for url in (*known, *named))
    return [url for url in found if url != ours][: 2 * MOST_MEMBERS]


def _note(library: Library, url: str, told: StewardId | None, fault: Reason | None) -> None:
    """Note how it went with the member of this address, if that is another news."""
    for one in list_members(library, but_own=True):
        if one.member.url != url:
            continue
        is_other = fault is None and told != one.member.steward
        now = Reason("member-address-of-other", {"url": url}) if is_other else fault
        with library.store.read() as transaction:
            kept = transaction.members.find(one.member.steward)
        if kept is not None and kept.fault != now:
            with library.store.write() as transaction:
                transaction.members.note(one.member.steward, now)
