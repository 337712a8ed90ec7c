"""Say who is told of changes by webhooks: add, list, let go on, give another secret, and remove.

Secrets are sealed under a key that is not in the database, and shown once, when they are made.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from ledger_service.domain.errors import HookNotFound, InvalidReceiver
from ledger_service.domain.people.act import ActKind
from ledger_service.domain.people.caller import Caller
from ledger_service.domain.people.permission import Permission, check_permitted
from ledger_service.services.library import Library
from ledger_service.services.people.reader_seal import open_sealed, seal
from ledger_service.services.people.record_act import record_act
from reading_room.tidings.ports import ChangeTable, HookTable
from reading_room.tidings.rules.hook import (
    FORMER_SECONDS,
    ID_BYTES,
    MOST_HOOKS,
    Hook,
    HookForm,
    HookState,
    check_hook_id,
    kinds_of,
)
from reading_room.tidings.rules.webhook import new_secret

Hooks = Callable[[Any], HookTable]
Changes = Callable[[Any], ChangeTable]
PURPOSE = "secret of a webhook"


class MadeHook(NamedTuple):
    """A receiver and its secret, which nobody is shown again."""

    hook: Hook
    secret: str


def list_hooks(library: Library, hooks: Hooks, caller: Caller) -> list[Hook]:
    """Return all receivers, oldest first."""
    check_permitted(caller, Permission.HOOK_KEEP)
    with library.store.read() as transaction:
        return transaction.room(hooks).all()


def add_hook(
    library: Library,
    tables: tuple[Hooks, Changes],
    caller: Caller,
    url: str,
    kinds: Iterable[str],
    *,
    from_first: bool = False,
) -> MadeHook:
    """Let an address be told of changes of these kinds, all kinds if none is given, from now on.

    from_first: also of all that changed before.

    Raises:
        InvalidReceiver: the address or a kind is not acceptable, or there are too many receivers.
    """
    check_permitted(caller, Permission.HOOK_KEEP)
    secret = new_secret()
    sealed = _seal(library, secret)
    with library.store.write() as transaction:
        told_to = 0 if from_first else transaction.room(tables[1]).newest()
        hook = Hook(
            id=secrets.token_hex(ID_BYTES),
            form=HookForm.WEBHOOK,
            url=url,
            kinds=kinds_of(kinds),
            made_at=library.clock(),
            told_to=told_to,
            secret=sealed,
        )
        put_new(library, transaction.room(tables[0]), hook)
        record_act(transaction, caller, library.clock(), ActKind.HOOK_ADDED, hook.id)
    return MadeHook(hook, secret)


def put_new(library: Library, room: HookTable, hook: Hook) -> None:
    """Add a receiver of any form; raise InvalidReceiver as `add_hook`."""
    if library.poster is None:
        raise InvalidReceiver("nobody")
    library.poster.check(hook.url)
    known = room.all()
    if len(known) >= MOST_HOOKS:
        raise InvalidReceiver("most", most=MOST_HOOKS)
    if any(one.url == hook.url and one.form is hook.form for one in known):
        raise InvalidReceiver("known", url=hook.url[:80])
    room.add(hook)


def change_secret(library: Library, hooks: Hooks, caller: Caller, hook_id: str) -> MadeHook:
    """Give a receiver another secret; for a day messages are signed with the one before, too.

    Raises:
        HookNotFound: there is none, or its messages are not signed.
    """
    check_permitted(caller, Permission.HOOK_KEEP)
    secret = new_secret()
    sealed, now = _seal(library, secret), library.clock()
    with library.store.write() as transaction:
        room = transaction.room(hooks)
        known = _find(room, hook_id)
        if known.secret is None:
            raise HookNotFound(name=hook_id)
        hook = replace(known, secret=sealed, former=known.secret, former_until=now + FORMER_SECONDS)
        room.put(hook)
        record_act(transaction, caller, now, ActKind.HOOK_SECRET_CHANGED, hook.id)
    return MadeHook(hook, secret)


def resume_hook(library: Library, hooks: Hooks, caller: Caller, hook_id: str) -> Hook:
    """Let a receiver be tried again at once, from where it stopped; raise HookNotFound."""
    check_permitted(caller, Permission.HOOK_KEEP)
    with library.store.write() as transaction:
        room = transaction.room(hooks)
        hook = replace(
            _find(room, hook_id),
            state=HookState.ACTIVE,
            failures=0,
            failing_since=None,
            next_at=0,
        )
        room.put(hook)
        record_act(transaction, caller, library.clock(), ActKind.HOOK_RESUMED, hook.id)
    return hook


def remove_hook(library: Library, hooks: Hooks, caller: Caller, hook_id: str) -> Hook:
    """Tell a receiver nothing any more, and forget its secret; raise HookNotFound."""
    check_permitted(caller, Permission.HOOK_KEEP)
    with library.store.write() as transaction:
        room = transaction.room(hooks)
        hook = _find(room, hook_id)
        room.remove(hook.id)
        record_act(transaction, caller, library.clock(), ActKind.HOOK_REMOVED, hook.id)
    return hook


def secrets_of(library: Library, hook: Hook, now: int) -> list[str]:
    """Return the secrets with which a message is signed at this time, the newest first.

    Raises:
        SealBroken: they were sealed under another key.
    """
    sealed = [hook.secret]
    if hook.former is not None and now < hook.former_until:
        sealed.append(hook.former)
    key = library.people.key()
    return [open_sealed(key, PURPOSE, one).decode() for one in sealed if one is not None]


def _seal(library: Library, secret: str) -> bytes:
    return seal(library.people.key(), PURPOSE, secret.encode())


def _find(room: HookTable, hook_id: str) -> Hook:
    found = room.find(check_hook_id(hook_id))
    if found is None:
        raise HookNotFound(name=hook_id)
    return found
