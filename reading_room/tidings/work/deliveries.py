"""Tell receivers what is due: each in the order of changes, and each on its own.

How far a receiver was told is written after it has taken what was sent. Whoever is killed between the two
sends it again under the same name, by which receivers know it; nothing is passed over. Several are told at
the same time, so that one that hangs holds up the others for some seconds at most.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from ledger_service.domain.errors import InvalidReceiver, MetadataMismatch, SealBroken
from ledger_service.ports.publication import Line, Posted, Poster
from ledger_service.services.library import Library
from reading_room.tidings.rules.announcement import (
    CONTENT_TYPE,
    Addressee,
    Sender,
    format_announcement,
)
from reading_room.tidings.rules.change import Change, ChangeKind
from reading_room.tidings.rules.hook import Hook, HookForm
from reading_room.tidings.rules.webhook import format_body, headers_of
from reading_room.tidings.sql import SqlChanges, SqlHooks, SqlLetters, SqlNotifications
from reading_room.tidings.verbs.keep_hooks import secrets_of
from reading_room.tidings.verbs.list_changes import Titled, titled

AT_A_TIME = 20  # changes of one receiver, before others have their turn
LONGEST_SECONDS = 5.0  # after which no other message of the same turn is begun
TOLD_AT_ONCE = 8  # receivers
SKIPPED = 1000  # changes of other kinds, after which is noted that they are none for a receiver

Stops = Callable[[], bool]


@dataclass(frozen=True)
class Message:
    """What is posted to one receiver. number: of the change that it tells, or letter: of the answer it is.

    name: by which the receiver knows it, of a webhook.
    """

    body: bytes
    name: str = ""
    number: int | None = None
    letter: int | None = None


def deliver(library: Library, stops: Stops) -> None:
    """Tell every receiver that is due the next changes; return when that is done, or told to stop."""
    poster = library.poster
    if poster is None:
        return
    with library.store.read() as transaction:
        newest = transaction.room(SqlChanges).newest()
        due = [
            hook
            for hook in transaction.room(SqlHooks).due(library.clock())
            if hook.told_to < newest or hook.peer  # whom answers wait for, too
        ]
    turns = [(hook, messages) for hook in due if (messages := _messages(library, hook))]
    if not turns:
        return
    with ThreadPoolExecutor(min(TOLD_AT_ONCE, len(turns)), "tidings") as pool:
        list(pool.map(partial(_turn, library, poster, stops), turns))


def _messages(library: Library, hook: Hook) -> list[Message]:
    """Return what a receiver is told next; note how far it was told, if much was none for it."""
    with library.store.read() as transaction:
        room = transaction.room(SqlChanges)
        changes = room.some_after(hook.told_to, hook.kinds, AT_A_TIME)
        newest = room.newest()
        letters = transaction.room(SqlLetters).of(hook.id, AT_A_TIME) if hook.peer else []
        try:
            known = {item.change.number: item for item in titled(transaction, changes)}
        except MetadataMismatch:  # what the entries say is told, and no title
            known = {}
    if not changes and newest - hook.told_to > SKIPPED:
        with library.store.write() as transaction:
            hooks = transaction.room(SqlHooks)
            now = hooks.find(hook.id)
            if now is not None and now.told_to == hook.told_to:
                hooks.put(replace(now, told_to=newest))
    answers = [Message(body, letter=number) for number, body in letters]
    if hook.form is HookForm.COAR_NOTIFY:
        return answers + [_announcement(library, hook, change) for change in changes]
    return [_message(library, hook, change, known.get(change.number)) for change in changes]


def _message(library: Library, hook: Hook, change: Change, item: Titled | None) -> Message:
    record = None if item is None else item.registration.record
    title, language = ("", "") if record is None else (record.title, record.language)
    body = format_body(change, library.public_url, title, language)
    return Message(body, f"msg_{hook.id}_{change.entry}", change.number)


def _announcement(library: Library, hook: Hook, change: Change) -> Message:
    sender = Sender(library.public_url, library.key.name)
    endorsement = ""
    if change.kind is ChangeKind.ENDORSED and change.other is not None:
        with library.store.read() as transaction:
            found = transaction.room(SqlNotifications).of_statement(change.other)
        endorsement = "" if found is None else found.says.object
    to = Addressee(hook.peer, hook.url)
    return Message(format_announcement(sender, to, change, endorsement), number=change.number)


def _turn(library: Library, poster: Poster, stops: Stops, turn: tuple[Hook, list[Message]]) -> None:
    """Post the messages one after the other, until one is not taken; write down what came of it."""
    hook, messages = turn
    begun, told = time.monotonic(), 0
    answer: Posted | None = None
    try:
        with poster.line(hook.url) as line:
            for message in messages:
                if stops() or time.monotonic() - begun > LONGEST_SECONDS:
                    break
                answer = _post(library, hook, line, message)
                if not answer.is_taken:
                    break
                told += 1
    except (InvalidReceiver, SealBroken):  # the host is allowed no more, or the key is another
        answer = Posted(None)
    if answer is not None:
        _note(library, hook, messages[:told], answer)


def _post(library: Library, hook: Hook, line: Line, message: Message) -> Posted:
    if hook.form is HookForm.COAR_NOTIFY:
        return line.post(message.body, {"Content-Type": CONTENT_TYPE})
    now = library.clock()
    keys = secrets_of(library, hook, now)
    return line.post(message.body, headers_of(message.name, now, message.body, keys))


def _note(library: Library, hook: Hook, told: list[Message], answer: Posted) -> None:
    """Write down how far a receiver was told, and when it is tried again."""
    now = library.clock()
    with library.store.write() as transaction:
        room = transaction.room(SqlHooks)
        known = room.find(hook.id)
        if known is None or known.told_to != hook.told_to:
            return  # it was removed, or another worker was quicker
        if told:
            newest = [item.number for item in told if item.number is not None]
            known = known.told(newest[-1] if newest else known.told_to, len(told))
            letters = [item.letter for item in told if item.letter is not None]
            transaction.room(SqlLetters).remove(letters)
        room.put(
            known.answered(answer.status, now, is_taken=answer.is_taken, wait=answer.retry_after)
        )
