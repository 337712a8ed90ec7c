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
    NOTICE_OWN = "notice:own"
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
    DESK_ENTER = "desk:enter"
    TOKEN_ISSUE = "token:issue"
    PROVIDER_CONNECT = "provider:connect"
    TOKEN_REVOKE = "token:revoke"
    TOKEN_REVOKE_OWN = "token:revoke-own"
    TOKEN_MAKE = "token:make"


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
    Permission.RECOMMENDATIONS_RUN: "let what is near to what be computed anew",
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
    Permission.COHORT_GRANT: "read a class list, and give the course its right",
    Permission.COHORT_READ: "see courses, and how many have claimed",
    Permission.COHORT_CLOSE: "close a course, or let members leave it",
    Permission.COHORT_CLAIM: "claim what a course gives oneself",
    Permission.REQUEST_MAKE: "ask to be lent a resource, wait in line, and pick up or withdraw",
    Permission.REQUEST_DECIDE: "approve or refuse what a reader asks for",
    Permission.REQUEST_READ: "see all requests and lines",
    Permission.REQUEST_READ_OWN: "see own requests, and their places in line",
    Permission.CONTENT_OPEN: "open a resource under an own grant, and fetch its bytes",
    Permission.CONTENT_EXPORT: "take any resource out, also what is closed",
    Permission.COPY_TRACE: "find out under which grant a file was lent",
    Permission.PRIVATE_PART_READ: "read what private entries commit to",
    Permission.READER_ENROLL: "enroll a reader, and make, list and revoke readers' tokens",
    Permission.READER_EXPORT: "take out all that is known of a reader",
    Permission.READER_EXPORT_OWN: "take out all that is known of oneself",
    Permission.RETENTION_READ: "see which private parts are destroyed by their age",
    Permission.READER_ERASE: "erase a reader",
    Permission.READER_ERASE_OWN: "erase oneself",
    Permission.SHELF_OWN: "keep a shelf of one's own, sealed under one's key",
    Permission.NOTICE_OWN: "see what one is told, and choose where else",
    Permission.ACT_READ: "see what the library's people did",
    Permission.ACT_READ_OWN: "see what one did oneself",
    Permission.ACT_HOLDER: "see by name who did it",
    Permission.ACT_HOLDER_OWN: "see one's own name there",
    Permission.COLLEAGUE_READ: "see the library's colleagues and the role of each",
    Permission.COLLEAGUE_ADD: "add a colleague, with a role that one gives",
    Permission.COLLEAGUE_REMOVE: "take a colleague's role away, whose tokens end at once",
    Permission.COLLEAGUE_ERASE: "erase a colleague's name",
    Permission.CASE_READ: "see the cases of all auditors",
    Permission.CASE_READ_OWN: "see one's own cases",
    Permission.CASE_OPEN: "give an auditor access to private parts, for a case and a time",
    Permission.CASE_CLOSE: "end a case",
    Permission.LOOK_READ: "see who looked at what private entries commit to",
    Permission.LOOK_READ_OWN: "see who looked at what is about oneself",
    Permission.DESK_ENTER: "work at the desk, in a session of a token",
    Permission.TOKEN_ISSUE: "make tokens of staff, of the roles that one gives",
    Permission.PROVIDER_CONNECT: "connect, test and remove providers whose accounts sign in here",
    Permission.TOKEN_REVOKE: "list and revoke tokens of others, of the roles that one ends",
    Permission.TOKEN_REVOKE_OWN: "list and revoke own tokens",
    Permission.TOKEN_MAKE: "make a token of one's own, which may do less and ends",
}

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
    }
)
"""What anybody may do, without a token."""
