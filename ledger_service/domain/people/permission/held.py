"""Which role holds which permission, and of which roles it gives and ends the tokens."""

from __future__ import annotations

from collections.abc import Mapping

from ledger_service.domain.people.caller import TOKEN_ROLES, Role
from ledger_service.domain.people.permission.listed import OWN, Permission

HELD: Mapping[Role, frozenset[Permission]] = {
    Role.READER: frozenset(
        {
            Permission.GRANT_ISSUE_OWN,
            Permission.GRANT_RENEW_OWN,
            Permission.GRANT_RETURN_OWN,
            Permission.GRANT_READ_OWN,
            Permission.GRANT_READER_OWN,
            Permission.COHORT_CLAIM,
            Permission.REQUEST_MAKE,
            Permission.REQUEST_READ_OWN,
            Permission.CONTENT_OPEN,
            Permission.READER_EXPORT_OWN,
            Permission.READER_ERASE_OWN,
            Permission.LOOK_READ_OWN,
            Permission.SHELF_OWN,
            Permission.EVENT_JOIN,
            Permission.PROJECT_OWN,
            Permission.STATEMENT_SIGN,
            Permission.REVIEW_WRITE,
            Permission.CREDENTIAL_OWN,
            Permission.LAB_HAND_IN,
            Permission.NOTICE_OWN,
            Permission.ANNOTATION_OWN,
            Permission.TOKEN_REVOKE_OWN,
            Permission.TOKEN_MAKE,
        }
    ),
    Role.REGISTRAR: frozenset(
        {
            Permission.RESOURCE_REGISTER,
            Permission.RESOURCE_PROMOTE,
            Permission.RESOURCE_CHANGE,
            Permission.EVENT_KEEP,
            Permission.CHANGE_READ,
            Permission.STATEMENT_ATTEST,
            Permission.FIXITY_START,
            Permission.MEDIA_READ_AGAIN,
            Permission.SEARCH_INDEX,
            Permission.RECOMMENDATIONS_RUN,
            Permission.USAGE_REPORT,
            Permission.LICENSE_DEFINE,
            Permission.IMPORT_START,
            Permission.IMPORT_READ,
            Permission.IMPORT_CANCEL,
            Permission.INTENT_RELAY,
            Permission.INTENT_READ,
            Permission.GRANT_ISSUE,
            Permission.GRANT_RENEW,
            Permission.GRANT_RETURN,
            Permission.GRANT_REVOKE,
            Permission.GRANT_READ,
            Permission.GRANT_READER,
            Permission.COHORT_GRANT,
            Permission.COHORT_READ,
            Permission.COHORT_CLOSE,
            Permission.REQUEST_DECIDE,
            Permission.REQUEST_READ,
            Permission.COPY_TRACE,
            Permission.CREDENTIAL_ISSUE,
            Permission.CREDENTIAL_READ,
            Permission.CREDENTIAL_REVOKE,
            Permission.READER_ENROLL,
            Permission.HOOK_KEEP,
            Permission.NOTIFICATION_DECIDE,
            Permission.ANNOTATION_HIDE,
            Permission.HALL_KEEP,
            Permission.DESK_ENTER,
            Permission.TOKEN_REVOKE,
            Permission.TOKEN_MAKE,
            Permission.ACT_READ_OWN,
            Permission.ACT_HOLDER_OWN,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            Permission.GRANT_READ,
            Permission.PRIVATE_PART_READ,
            Permission.USAGE_REPORT,
            Permission.REPORT_ATTEST,
            Permission.CASE_READ_OWN,
            Permission.LOOK_READ,
            Permission.RETENTION_READ,
            Permission.DESK_ENTER,
            Permission.TOKEN_REVOKE_OWN,
            Permission.TOKEN_MAKE,
            Permission.ACT_READ,
        }
    ),
    Role.SERVICE: frozenset(
        {
            Permission.USAGE_REPORT,
            Permission.RESOURCE_REGISTER,
            Permission.CHANGE_READ,
            Permission.IMPORT_START,
            Permission.IMPORT_READ,
            Permission.LOAN_DISTRIBUTE,
            Permission.TOKEN_REVOKE_OWN,
            Permission.TOKEN_MAKE,
            Permission.ACT_READ_OWN,
            Permission.ACT_HOLDER_OWN,
        }
    ),
    Role.ADMIN: frozenset(
        {
            Permission.USAGE_REPORT,
            Permission.EVENT_KEEP,
            Permission.COLLEAGUE_READ,
            Permission.COLLEAGUE_ADD,
            Permission.COLLEAGUE_REMOVE,
            Permission.COLLEAGUE_ERASE,
            Permission.CASE_READ,
            Permission.CASE_OPEN,
            Permission.CASE_CLOSE,
            Permission.LOOK_READ,
            Permission.PROVIDER_CONNECT,
            Permission.HOOK_KEEP,
            Permission.PEER_KEEP,
            Permission.TOKEN_ISSUE,
            Permission.TOKEN_REVOKE,
            Permission.TOKEN_MAKE,
            Permission.ACT_READ,
            Permission.ACT_HOLDER,
            Permission.DESK_ENTER,
        }
    ),
    Role.CONSORTIUM_ADMIN: frozenset(
        {
            Permission.COLLEAGUE_READ,
            Permission.COLLEAGUE_ADD,
            Permission.COLLEAGUE_REMOVE,
            Permission.TOKEN_ISSUE,
            Permission.TOKEN_REVOKE,
            Permission.TOKEN_MAKE,
            Permission.ACT_READ,
            Permission.DESK_ENTER,
        }
    ),
    Role.OPERATOR: frozenset(
        {
            Permission.USAGE_REPORT,
            Permission.CONTENT_KEEP,
            Permission.CLAIM_SETTLE,
            Permission.CONTENT_EXPORT,
            Permission.STATEMENT_ATTEST,
            Permission.LICENSE_DEFINE,
            Permission.IMPORT_START,
            Permission.IMPORT_READ,
            Permission.READER_ENROLL,
            Permission.PROVIDER_CONNECT,
            Permission.READER_EXPORT,
            Permission.READER_ERASE,
            Permission.RETENTION_READ,
            Permission.TOKEN_ISSUE,
            Permission.TOKEN_REVOKE,
            Permission.ACT_READ,
            Permission.ACT_HOLDER,
            Permission.COLLEAGUE_READ,
            Permission.COLLEAGUE_ADD,
            Permission.COLLEAGUE_REMOVE,
            Permission.COLLEAGUE_ERASE,
            Permission.CASE_READ,
            Permission.CASE_OPEN,
            Permission.CASE_CLOSE,
            Permission.LOOK_READ,
        }
    ),
}
"""Which role holds which permission, beside those that anybody has."""

_STAFF = frozenset({Role.ADMIN, Role.REGISTRAR, Role.AUDITOR, Role.SERVICE})
GIVES: Mapping[Role, frozenset[Role]] = {
    Role.OPERATOR: frozenset(TOKEN_ROLES),
    Role.CONSORTIUM_ADMIN: frozenset({Role.ADMIN}),
    Role.ADMIN: _STAFF,
    Role.REGISTRAR: frozenset({Role.READER}),
}
"""Of which roles a role makes tokens, and adds colleagues: no administrator makes a token of a reader."""
ENDS: Mapping[Role, frozenset[Role]] = {
    **GIVES,
    Role.ADMIN: _STAFF | {Role.READER},
}
"""Of which roles a role lists and ends tokens of others, and removes colleagues; everybody ends their own."""


def roles_with(permission: Permission) -> list[Role]:
    """Return the roles that hold a permission, or its form for what is their own."""
    forms = {permission, OWN.get(permission, permission)}
    return [role for role in Role if forms & HELD[role]]
