"""Who may do what: the permissions, which role holds which, and the one function that decides.

Verbs and routes ask `reach` or `check_permitted` and nothing else. docs/permissions.md is made from
this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum

from ledger_service.domain.errors import NotAuthenticated, NotPermitted, RoleNotHeld
from ledger_service.domain.people.caller import Actor, Caller, Role


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
    CONTENT_KEEP = "content:keep"
    FIXITY_START = "fixity:start"
    MEDIA_READ_AGAIN = "media:read-again"
    SEARCH_INDEX = "search:index"
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
    CONTENT_OPEN = "content:open"
    CONTENT_EXPORT = "content:export"
    COPY_TRACE = "copy:trace"
    PRIVATE_PART_READ = "private-part:read"
    READER_ENROLL = "reader:enroll"
    ACT_READ = "act:read"
    ACT_READ_OWN = "act:read-own"
    ACT_HOLDER = "act:holder"
    ACT_HOLDER_OWN = "act:holder-own"
    COLLEAGUE_ERASE = "colleague:erase"
    DESK_ENTER = "desk:enter"
    TOKEN_ISSUE = "token:issue"
    TOKEN_REVOKE = "token:revoke"
    TOKEN_REVOKE_OWN = "token:revoke-own"


class Reach(Enum):
    """How far a permission reaches for a caller."""

    OWN = "own"  # what is the caller's own
    ALL = "all"  # whatever the library has


MEANINGS: Mapping[Permission, str] = {
    Permission.LIBRARY_READ: "see how the library is, and what verifiers pin",
    Permission.LEDGER_READ: "read checkpoints, entries, tiles and proofs",
    Permission.RESOURCE_READ: "list resources, verify them, fetch receipts and evidence",
    Permission.LICENSE_READ: "read licenses",
    Permission.RESOURCE_REGISTER: "register a resource, by its bytes or by a claim about them",
    Permission.RESOURCE_PROMOTE: "put on chain what stands in the ledger only",
    Permission.RESOURCE_CHANGE: "point from a resource to others or no more, correct its record, withdraw it",
    Permission.CHANGE_READ: "see what was asked for a resource",
    Permission.STATEMENT_ATTEST: "attest the digest of a statement in the ledger",
    Permission.REPORT_ATTEST: "have a report of an audit made, whose digest the ledger attests",
    Permission.CONTENT_KEEP: "encrypt closed content that is not, and wrap its keys anew",
    Permission.FIXITY_START: "let all that is kept be checked",
    Permission.MEDIA_READ_AGAIN: "let a file be read again, to find what it is",
    Permission.SEARCH_INDEX: "let the index of words be made anew",
    Permission.CLAIM_SETTLE: "tell how claims of earlier versions were made",
    Permission.LICENSE_DEFINE: "define a license",
    Permission.IMPORT_START: "send an import",
    Permission.IMPORT_READ: "see the library's imports, their reports and the records that were harvested",
    Permission.IMPORT_CANCEL: "cancel an import of the library",
    Permission.INTENT_RELAY: "let the library carry an intent that was signed elsewhere",
    Permission.INTENT_READ: "see what became of such an intent",
    Permission.GRANT_ISSUE: "grant any reader a resource",
    Permission.GRANT_ISSUE_OWN: "ask for a grant for oneself, under a self-service license",
    Permission.GRANT_RENEW: "renew any grant",
    Permission.GRANT_RENEW_OWN: "renew an own grant, under a self-service license",
    Permission.GRANT_RETURN: "give any grant back",
    Permission.GRANT_RETURN_OWN: "give an own grant back",
    Permission.GRANT_REVOKE: "revoke a grant",
    Permission.GRANT_READ: "see all grants",
    Permission.GRANT_READ_OWN: "see own grants",
    Permission.GRANT_READER: "see whose a grant is",
    Permission.GRANT_READER_OWN: "see of an own grant that it is one's own",
    Permission.CONTENT_OPEN: "open a resource under an own grant, and fetch its bytes",
    Permission.CONTENT_EXPORT: "take any resource out, also what is closed",
    Permission.COPY_TRACE: "find out under which grant a file was lent",
    Permission.PRIVATE_PART_READ: "read what private entries commit to",
    Permission.READER_ENROLL: "enroll a reader, and make, list and revoke readers' tokens",
    Permission.ACT_READ: "see what the library's people did",
    Permission.ACT_READ_OWN: "see what one did oneself",
    Permission.ACT_HOLDER: "see by name who did it",
    Permission.ACT_HOLDER_OWN: "see one's own name there",
    Permission.COLLEAGUE_ERASE: "erase a colleague's name",
    Permission.DESK_ENTER: "work at the desk, in a session of a token",
    Permission.TOKEN_ISSUE: "make tokens for staff",
    Permission.TOKEN_REVOKE: "list and revoke everybody's tokens",
    Permission.TOKEN_REVOKE_OWN: "list and revoke own tokens",
}

OWN: Mapping[Permission, Permission] = {
    Permission.GRANT_ISSUE: Permission.GRANT_ISSUE_OWN,
    Permission.GRANT_RENEW: Permission.GRANT_RENEW_OWN,
    Permission.GRANT_RETURN: Permission.GRANT_RETURN_OWN,
    Permission.GRANT_READ: Permission.GRANT_READ_OWN,
    Permission.GRANT_READER: Permission.GRANT_READER_OWN,
    Permission.TOKEN_REVOKE: Permission.TOKEN_REVOKE_OWN,
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
    }
)
"""What anybody may do, without a token."""

HELD: Mapping[Role, frozenset[Permission]] = {
    Role.READER: frozenset(
        {
            Permission.GRANT_ISSUE_OWN,
            Permission.GRANT_RENEW_OWN,
            Permission.GRANT_RETURN_OWN,
            Permission.GRANT_READ_OWN,
            Permission.GRANT_READER_OWN,
            Permission.CONTENT_OPEN,
            Permission.TOKEN_REVOKE_OWN,
        }
    ),
    Role.REGISTRAR: frozenset(
        {
            Permission.RESOURCE_REGISTER,
            Permission.RESOURCE_PROMOTE,
            Permission.RESOURCE_CHANGE,
            Permission.CHANGE_READ,
            Permission.STATEMENT_ATTEST,
            Permission.FIXITY_START,
            Permission.MEDIA_READ_AGAIN,
            Permission.SEARCH_INDEX,
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
            Permission.COPY_TRACE,
            Permission.READER_ENROLL,
            Permission.DESK_ENTER,
            Permission.TOKEN_REVOKE_OWN,
            Permission.ACT_READ_OWN,
            Permission.ACT_HOLDER_OWN,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            Permission.GRANT_READ,
            Permission.PRIVATE_PART_READ,
            Permission.REPORT_ATTEST,
            Permission.DESK_ENTER,
            Permission.TOKEN_REVOKE_OWN,
            Permission.ACT_READ,
        }
    ),
    Role.OPERATOR: frozenset(
        {
            Permission.CONTENT_KEEP,
            Permission.CLAIM_SETTLE,
            Permission.CONTENT_EXPORT,
            Permission.STATEMENT_ATTEST,
            Permission.LICENSE_DEFINE,
            Permission.IMPORT_START,
            Permission.IMPORT_READ,
            Permission.READER_ENROLL,
            Permission.TOKEN_ISSUE,
            Permission.TOKEN_REVOKE,
            Permission.ACT_READ,
            Permission.ACT_HOLDER,
            Permission.COLLEAGUE_ERASE,
        }
    ),
}
"""Which role holds which permission, beside those that anybody has."""


def reach(caller: Caller, permission: Permission) -> Reach:
    """Return how far a permission reaches for a caller, who holds it, or its form for what is their own.

    Raises:
        NotAuthenticated: the caller has sent no token, and this needs one.
        RoleNotHeld: none of the caller's roles holds it.
    """
    if permission in PUBLIC or any(permission in HELD[role] for role in caller.roles):
        return Reach.ALL
    own = OWN.get(permission)
    if own is not None and any(own in HELD[role] for role in caller.roles):
        return Reach.OWN
    if caller.actor is Actor.ANYBODY:
        raise NotAuthenticated("no-token")
    raise RoleNotHeld(
        "permission",
        permission=permission,
        roles=_alternatives(permission),
        held=", ".join(sorted(caller.roles)),
    )


def check_permitted(caller: Caller, permission: Permission) -> None:
    """Check that a caller may do this to whatever the library has; raise as `reach` otherwise."""
    if reach(caller, permission) is Reach.OWN:
        raise RoleNotHeld("own", permission=permission, own=OWN[permission])


def reaches(caller: Caller, permission: Permission, reader: str) -> bool:
    """Return whether a permission reaches what is this reader's; raise as `reach` if it is not held."""
    return reach(caller, permission) is Reach.ALL or caller.is_reader(reader)


def sees(caller: Caller, permission: Permission, subject: str | None) -> bool:
    """Return whether a permission reaches what is this subject's, for who is shown less without it."""
    try:
        return reach(caller, permission) is Reach.ALL or caller.subject == subject
    except NotPermitted:
        return False


def holds(caller: Caller, permission: Permission) -> bool:
    """Return whether a permission reaches whatever the library has, for who may do less without it."""
    try:
        return reach(caller, permission) is Reach.ALL
    except NotPermitted:
        return False


def roles_with(permission: Permission) -> list[Role]:
    """Return the roles that hold a permission, or its form for what is their own."""
    forms = {permission, OWN.get(permission, permission)}
    return [role for role in Role if forms & HELD[role]]


def _alternatives(permission: Permission) -> str:
    return ", ".join(roles_with(permission))
