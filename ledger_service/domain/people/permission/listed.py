"""The permissions, what each lets one do, and what anybody may do. `held` says which role holds which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Permission(StrEnum):
    """What may be done. What ends in `-own` reaches only what is the caller's own."""

    LIBRARY_READ = "library:read"
    LEDGER_READ = "ledger:read"
    RESOURCE_READ = "resource:read"
    LICENSE_READ = "license:read"
    RESOURCE_REGISTER = "resource:register"
    RESOURCE_PROMOTE = "resource:promote"
    RESOURCE_CHANGE = "resource:change"
    CHANGE_READ = "change:read"
    STATEMENT_ATTEST = "statement:attest"
    REPORT_ATTEST = "report:attest"
    USAGE_REPORT = "usage:report"
    CONTENT_KEEP = "content:keep"
    FIXITY_START = "fixity:start"
    MEDIA_READ_AGAIN = "media:read-again"
    SEARCH_INDEX = "search:index"
    RECOMMENDATIONS_RUN = "recommendations:run"
    CLAIM_SETTLE = "claim:settle"
    LICENSE_DEFINE = "license:define"
    IMPORT_START = "import:start"
    IMPORT_READ = "import:read"
    IMPORT_CANCEL = "import:cancel"
    INTENT_RELAY = "intent:relay"
    INTENT_READ = "intent:read"
    GRANT_ISSUE = "grant:issue"
    GRANT_ISSUE_OWN = "grant:issue-own"
    GRANT_RENEW = "grant:renew"
    GRANT_RENEW_OWN = "grant:renew-own"
    GRANT_RETURN = "grant:return"
    GRANT_RETURN_OWN = "grant:return-own"
    GRANT_REVOKE = "grant:revoke"
    GRANT_READ = "grant:read"
    GRANT_READ_OWN = "grant:read-own"
    GRANT_READER = "grant:reader"
    GRANT_READER_OWN = "grant:reader-own"
    COHORT_GRANT = "cohort:grant"
    COHORT_READ = "cohort:read"
    COHORT_CLOSE = "cohort:close"
    COHORT_CLAIM = "cohort:claim"
    LOAN_DISTRIBUTE = "loan:distribute"
    REQUEST_MAKE = "request:make"
    REQUEST_DECIDE = "request:decide"
    REQUEST_READ = "request:read"
    REQUEST_READ_OWN = "request:read-own"
    CONTENT_OPEN = "content:open"
    CONTENT_EXPORT = "content:export"
    COPY_TRACE = "copy:trace"
    PRIVATE_PART_READ = "private-part:read"
    READER_ENROLL = "reader:enroll"
    READER_EXPORT = "reader:export"
    READER_EXPORT_OWN = "reader:export-own"
    RETENTION_READ = "retention:read"
    READER_ERASE = "reader:erase"
    READER_ERASE_OWN = "reader:erase-own"
    SHELF_OWN = "shelf:own"
    PROJECT_OWN = "project:own"
    STATEMENT_SIGN = "statement:sign"
    REVIEW_WRITE = "review:write"
    CREDENTIAL_OWN = "credential:own"
    CREDENTIAL_ISSUE = "credential:issue"
    CREDENTIAL_READ = "credential:read"
    CREDENTIAL_REVOKE = "credential:revoke"
    NOTICE_OWN = "notice:own"
    ANNOTATION_OWN = "annotation:own"
    ANNOTATION_HIDE = "annotation:hide"
    ACT_READ = "act:read"
    ACT_READ_OWN = "act:read-own"
    ACT_HOLDER = "act:holder"
    ACT_HOLDER_OWN = "act:holder-own"
    COLLEAGUE_READ = "colleague:read"
    COLLEAGUE_ADD = "colleague:add"
    COLLEAGUE_REMOVE = "colleague:remove"
    COLLEAGUE_ERASE = "colleague:erase"
    CASE_READ = "case:read"
    CASE_READ_OWN = "case:read-own"
    CASE_OPEN = "case:open"
    CASE_CLOSE = "case:close"
    LOOK_READ = "look:read"
    LOOK_READ_OWN = "look:read-own"
    HALL_KEEP = "hall:keep"
    LAB_HAND_IN = "lab:hand-in"
    DESK_ENTER = "desk:enter"
    EVENT_KEEP = "event:keep"
    EVENT_JOIN = "event:join"
    HOOK_KEEP = "hook:keep"
    PEER_KEEP = "peer:keep"
    NOTIFICATION_SEND = "notification:send"
    NOTIFICATION_DECIDE = "notification:decide"
    TOKEN_ISSUE = "token:issue"
    PROVIDER_CONNECT = "provider:connect"
    TOKEN_REVOKE = "token:revoke"
    TOKEN_REVOKE_OWN = "token:revoke-own"
    TOKEN_MAKE = "token:make"


OWN: Mapping[Permission, Permission] = {
    Permission.GRANT_ISSUE: Permission.GRANT_ISSUE_OWN,
    Permission.GRANT_RENEW: Permission.GRANT_RENEW_OWN,
    Permission.GRANT_RETURN: Permission.GRANT_RETURN_OWN,
    Permission.GRANT_READ: Permission.GRANT_READ_OWN,
    Permission.GRANT_READER: Permission.GRANT_READER_OWN,
    Permission.REQUEST_READ: Permission.REQUEST_READ_OWN,
    Permission.READER_EXPORT: Permission.READER_EXPORT_OWN,
    Permission.READER_ERASE: Permission.READER_ERASE_OWN,
    Permission.TOKEN_REVOKE: Permission.TOKEN_REVOKE_OWN,
    Permission.CASE_READ: Permission.CASE_READ_OWN,
    Permission.LOOK_READ: Permission.LOOK_READ_OWN,
    Permission.ACT_READ: Permission.ACT_READ_OWN,
    Permission.ACT_HOLDER: Permission.ACT_HOLDER_OWN,
}
"""Which permission reaches what is the caller's own, where another reaches everything."""

PUBLIC = frozenset(
    {
        Permission.LIBRARY_READ,
        Permission.LEDGER_READ,
        Permission.RESOURCE_READ,
        Permission.LICENSE_READ,
        Permission.NOTIFICATION_SEND,
    }
)
"""What anybody may do, without a token."""
