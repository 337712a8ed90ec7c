"""What readers are told of what is theirs, in the page and by mail."""

from __future__ import annotations

from ledger_service.domain.people.notices.notice import NoticeKind
from ledger_service.services.people.notices.pushes import (
    Pushes,
    add_push,
    end_push,
    show_pushes,
)
from ledger_service.services.people.notices.told import (
    LONGEST_MAIL_ADDRESS,
    Told,
    Ways,
    choose_ways,
    count_new,
    erase_notices,
    export_notices,
    list_notices,
    mark_seen,
    own_key,
    show_ways,
    tell,
    tell_holder,
    tell_once,
)

__all__ = [
    "LONGEST_MAIL_ADDRESS",
    "NoticeKind",
    "Pushes",
    "Told",
    "Ways",
    "add_push",
    "choose_ways",
    "count_new",
    "end_push",
    "erase_notices",
    "export_notices",
    "list_notices",
    "mark_seen",
    "own_key",
    "show_pushes",
    "show_ways",
    "tell",
    "tell_holder",
    "tell_once",
]
