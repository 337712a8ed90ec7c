"""Routes of receivers: librarians and admins say which addresses are told of changes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from ledger_service.api.door import InCaller, InLibrary, JsonRoute, Shape, needs, once
from ledger_service.domain.people.permission import Permission
from reading_room.tidings.rules.hook import Hook
from reading_room.tidings.sql import SqlChanges, SqlHooks
from reading_room.tidings.verbs.keep_hooks import (
    MadeHook,
    add_hook,
    change_secret,
    list_hooks,
    remove_hook,
    resume_hook,
)

router = APIRouter(prefix="/hooks", tags=["tidings"], route_class=JsonRoute)
TABLES = (SqlHooks, SqlChanges)


class HookShape(Shape):
    """A receiver, without its secret.

    form: `webhook` or `coar-notify`; kinds: of changes; state: `active`, `stopped` after too many failures,
    or `ended` by the other side; failures: attempts in a row; last_status: HTTP's, null if there was no
    answer; next_at: when it is tried again; sent: how many messages it took; told_to: the number of the
    change up to which it was told. Times are seconds since 1970 UTC.
    """

    id: str
    form: str
    url: str
    kinds: list[str]
    peer: str | None
    state: str
    failures: int
    failing_since: int | None
    next_at: int | None
    last_at: int | None
    last_status: int | None
    sent: int
    told_to: int
    made_at: int

    @classmethod
    def of(cls, hook: Hook) -> HookShape:
        return cls(
            id=hook.id,
            form=hook.form.value,
            url=hook.url,
            kinds=sorted(hook.kinds),
            peer=hook.peer or None,
            state=hook.state.value,
            failures=hook.failures,
            failing_since=hook.failing_since,
            next_at=hook.next_at or None,
            last_at=hook.last_at,
            last_status=hook.last_status,
            sent=hook.sent,
            told_to=hook.told_to,
            made_at=hook.made_at,
        )


class NewHook(Shape):
    """kinds: of changes, all if there is none; from_first: also of all that changed before."""

    url: str = Field(max_length=1000)
    kinds: list[Annotated[str, Field(max_length=40)]] = Field(default=[], max_length=20)
    from_first: bool = False


class MadeHookShape(Shape):
    """The only time that the secret is shown; by it the receiver checks signatures."""

    hook: HookShape
    secret: str

    @classmethod
    def of(cls, made: MadeHook) -> MadeHookShape:
        return cls(hook=HookShape.of(made.hook), secret=made.secret)


@router.get("", response_model=list[HookShape], openapi_extra=needs(Permission.HOOK_KEEP))
def list_(library: InLibrary, caller: InCaller) -> list[HookShape]:
    """List who is told of changes, and how that goes; at most some hundred."""
    return [HookShape.of(hook) for hook in list_hooks(library, SqlHooks, caller)]


@router.post(
    "", status_code=201, response_model=MadeHookShape, openapi_extra=needs(Permission.HOOK_KEEP)
)
@once
def add(library: InLibrary, caller: InCaller, new: NewHook) -> MadeHookShape:
    """Let an address be told of changes, by webhooks as Standard Webhooks has them."""
    made = add_hook(library, TABLES, caller, new.url, new.kinds, from_first=new.from_first)
    return MadeHookShape.of(made)


@router.post(
    "/{hook}/secret",
    status_code=201,
    response_model=MadeHookShape,
    openapi_extra=needs(Permission.HOOK_KEEP),
)
@once
def rotate(library: InLibrary, caller: InCaller, hook: str) -> MadeHookShape:
    """Give a receiver another secret; for a day messages are signed with both."""
    return MadeHookShape.of(change_secret(library, SqlHooks, caller, hook))


@router.post(
    "/{hook}/resumption", response_model=HookShape, openapi_extra=needs(Permission.HOOK_KEEP)
)
@once
def resume(library: InLibrary, caller: InCaller, hook: str) -> HookShape:
    """Try a receiver again at once, from where it stopped."""
    return HookShape.of(resume_hook(library, SqlHooks, caller, hook))


@router.delete("/{hook}", response_model=HookShape, openapi_extra=needs(Permission.HOOK_KEEP))
def remove(library: InLibrary, caller: InCaller, hook: str) -> HookShape:
    """Tell a receiver nothing any more."""
    return HookShape.of(remove_hook(library, SqlHooks, caller, hook))
